namespace Sallyport.Range.Network;

/// <summary>
/// Everything on the network at one moment, immutable. Orders and look-up tables are made when first asked for, so that
/// a start costs only the reading of the files.
/// </summary>
internal sealed class NetworkSnapshot
{
    private readonly Lazy<Dictionary<Guid, Post>> postsById;
    private readonly Lazy<ILookup<Guid, Comment>> commentsByPost;
    private readonly Lazy<Population> population;
    private readonly Lazy<Post[]>[] orders;

    public NetworkSnapshot(IReadOnlyList<Post> posts, IReadOnlyList<Comment> comments)
    {
        Posts = posts;
        Comments = comments;
        Newest = posts.Count == 0 ? DateTimeOffset.UnixEpoch : posts.Max(static post => post.CreatedAt);
        postsById = new(() => posts.ToDictionary(static post => post.Id));
        commentsByPost = new(() => comments.ToLookup(static comment => comment.PostId));
        population = new(() => new Population(this));
        orders =
        [
            .. Enum.GetValues<PostOrder>().Select(order => new Lazy<Post[]>(() => Ranking.Sort(posts, order, Newest))),
        ];
    }

    public IReadOnlyList<Post> Posts { get; }

    public IReadOnlyList<Comment> Comments { get; }

    /// <summary>
    /// The date of the newest post: the network's own "now", so that answers never depend on the wall clock.
    /// </summary>
    public DateTimeOffset Newest { get; }

    /// <summary>The agents and submolts that the posts and comments name.</summary>
    public Population Population => population.Value;

    public IReadOnlyList<Post> Ordered(PostOrder order) => orders[(int)order].Value;

    public Post? FindPost(Guid id) => postsById.Value.GetValueOrDefault(id);

    public Comment? FindComment(Guid id) => Comments.FirstOrDefault(comment => comment.Id == id);

    public IEnumerable<Comment> CommentsOf(Guid post) => commentsByPost.Value[post];

    /// <summary>The number that the post claims, or the number that is really there if that is larger.</summary>
    public int CommentCount(Post post) => Math.Max(post.RecordedComments, commentsByPost.Value[post.Id].Count());
}
