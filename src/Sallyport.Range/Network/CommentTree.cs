namespace Sallyport.Range.Network;

/// <summary>The orders in which comments can be asked for; G1's names are aliases.</summary>
internal enum CommentOrder
{
    Best,
    New,
    Old,
    Controversial,
}

/// <summary>A comment with the replies below it.</summary>
internal sealed record CommentNode(Comment Comment, int Depth, IReadOnlyList<CommentNode> Replies);

/// <summary>Turns the flat comments of a post into a tree of bounded depth.</summary>
internal static class CommentTree
{
    /// <summary>Deeper replies are shown at this depth, under the last comment that may still have replies.</summary>
    public const int DepthMax = 10;

    public static IReadOnlyList<CommentNode> Build(IEnumerable<Comment> comments, CommentOrder order)
    {
        var all = comments.ToArray();
        var depths = new Dictionary<Guid, (int Depth, Guid? Parent)>(all.Length);
        foreach (var comment in all)
        {
            depths[comment.Id] = Place(comment, depths);
        }

        var children = all.ToLookup(comment => depths[comment.Id].Parent);
        return Level(parent: null, depth: 0, children, order);
    }

    /// <summary>A parent always stands before its replies, so its own place is known.</summary>
    private static (int Depth, Guid? Parent) Place(Comment comment, Dictionary<Guid, (int Depth, Guid? Parent)> earlier)
    {
        if (comment.ParentId is not { } parent || !earlier.TryGetValue(parent, out var above))
        {
            return (0, null);
        }

        return above.Depth + 1 < DepthMax ? (above.Depth + 1, parent) : (above.Depth, above.Parent);
    }

    private static CommentNode[] Level(Guid? parent, int depth, ILookup<Guid?, Comment> children, CommentOrder order) =>
    [
        .. Sort(children[parent], order)
            .Select(comment => new CommentNode(comment, depth, Level(comment.Id, depth + 1, children, order))),
    ];

    private static IEnumerable<Comment> Sort(IEnumerable<Comment> comments, CommentOrder order) => order switch
    {
        CommentOrder.Best => comments
            .OrderByDescending(static one => one.Score)
            .ThenBy(static one => one.CreatedAt)
            .ThenBy(static one => one.Id),
        CommentOrder.New => comments.OrderByDescending(static one => one.CreatedAt).ThenBy(static one => one.Id),
        CommentOrder.Old => comments.OrderBy(static one => one.CreatedAt).ThenBy(static one => one.Id),
        CommentOrder.Controversial => comments
            .OrderByDescending(static one => Math.Min(one.Upvotes, one.Downvotes))
            .ThenBy(static one => one.Id),
    };
}
