using System.Globalization;
using Sallyport.Range.Network;

namespace Sallyport.Range.Corpus;

/// <summary>
/// Turns records into a network. Comments are placed at the end, when all posts are known; a comment whose post is not
/// in the data goes under a stand-in post, so that nothing that was loaded is out of reach.
/// </summary>
internal sealed class CorpusBuilder(LoadReport report)
{
    private const int TitleLengthMax = 80;
    private const int UnnamedAuthors = 200;
    private const string StandInAuthor = "range_archive";
    private const string DefaultSubmolt = "general";

    private readonly List<Post> posts = [];
    private readonly Dictionary<Guid, Post> byId = [];
    private readonly Dictionary<string, Guid> byPrefix = new(StringComparer.Ordinal);
    private readonly List<RecordLine> waiting = [];

    /// <summary>Null when the record was taken (or counted as another kind); else why it cannot be used.</summary>
    public string? Add(RecordLine record)
    {
        var isComment = IsComment(record);
        if (isComment is null)
        {
            report.AddOtherKind();
            return null;
        }

        if (string.IsNullOrWhiteSpace(record.Content) && string.IsNullOrWhiteSpace(record.Title))
        {
            return "neither content nor title";
        }

        if (isComment.Value)
        {
            waiting.Add(record);
            return null;
        }

        AddPost(ToPost(record), record.PostIdPrefix);
        return null;
    }

    public NetworkSnapshot Build()
    {
        var comments = new Dictionary<Guid, Comment>();
        foreach (var record in waiting)
        {
            var comment = ToComment(record, comments);
            if (!comments.TryAdd(comment.Id, comment))
            {
                report.AddDuplicate();
            }
        }

        return new NetworkSnapshot([.. posts], [.. comments.Values]);
    }

    private static bool? IsComment(RecordLine record) => record.Kind switch
    {
        "post" => false,
        "comment" => true,
        "post_or_comment" => record.Section?.Contains("comment", StringComparison.OrdinalIgnoreCase) ?? false,
        _ => null,
    };

    private void AddPost(Post post, string? prefix)
    {
        if (!byId.TryAdd(post.Id, post))
        {
            report.AddDuplicate();
            return;
        }

        posts.Add(post);
        if (!string.IsNullOrEmpty(prefix))
        {
            byPrefix.TryAdd(prefix, post.Id);
        }
    }

    private static Post ToPost(RecordLine record)
    {
        var content = record.Content ?? "";
        var votes = Votes(record);
        return new Post
        {
            Id = IdOf("post", record),
            Title = string.IsNullOrWhiteSpace(record.Title) ? TitleFrom(content) : record.Title,
            Content = content,
            Url = record.Url,
            Author = AuthorOf(record),
            Submolt = string.IsNullOrWhiteSpace(record.Submolt) ? DefaultSubmolt : record.Submolt,
            Upvotes = votes.Up,
            Downvotes = votes.Down,
            RecordedComments = Math.Max(record.CommentCount ?? 0, 0),
            CreatedAt = DateOf(record),
        };
    }

    private Comment ToComment(RecordLine record, Dictionary<Guid, Comment> earlier)
    {
        var post = PostOf(record);
        var votes = Votes(record);
        // A parent must stand earlier in the data and under the same post: so a reply can never close a circle.
        Guid? parent = Guid.TryParse(record.ParentId, out var id)
            && earlier.TryGetValue(id, out var above)
            && above.PostId == post
                ? id
                : null;
        return new Comment
        {
            Id = IdOf("comment", record),
            PostId = post,
            ParentId = parent,
            Content = record.Content ?? record.Title ?? "",
            Author = AuthorOf(record),
            Upvotes = votes.Up,
            Downvotes = votes.Down,
            CreatedAt = DateOf(record),
        };
    }

    private Guid PostOf(RecordLine record)
    {
        if (Guid.TryParse(record.PostId, out var id) && byId.ContainsKey(id))
        {
            return id;
        }

        if (record.PostIdPrefix is { Length: > 0 } prefix && byPrefix.TryGetValue(prefix, out id))
        {
            return id;
        }

        var name = record.SourcePost ?? "comments without a post";
        var standIn = StableValues.Id("stand-in", name);
        if (!byId.ContainsKey(standIn))
        {
            AddPost(StandIn(standIn, name), prefix: null);
        }

        return standIn;
    }

    private static Post StandIn(Guid id, string name) => new()
    {
        Id = id,
        Title = $"Thread: {name}",
        Content = "The post of this thread is not part of the data; its comments are.",
        Author = StandInAuthor,
        Submolt = DefaultSubmolt,
        Upvotes = 0,
        Downvotes = 0,
        CreatedAt = StableValues.Date("stand-in", name),
    };

    private static Guid IdOf(string what, RecordLine record)
    {
        if (Guid.TryParse(record.Id, out var id))
        {
            return id;
        }

        string[] parts =
        [
            what, record.Source ?? "", record.Id ?? "",
            record.PostIdPrefix ?? "", record.Title ?? "", record.Content ?? "",
        ];
        return record.PostIdPrefix is { Length: > 0 } prefix && what == "post"
            ? StableValues.IdWithPrefix(prefix, parts)
            : StableValues.Id(parts);
    }

    private static string AuthorOf(RecordLine record) => string.IsNullOrWhiteSpace(record.Author)
        ? $"molty_{StableValues.Number(UnnamedAuthors, "author", record.Content ?? ""):D3}"
        : record.Author;

    private static DateTimeOffset DateOf(RecordLine record)
    {
        const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(
            record.CreatedAt ?? record.SeenAt, CultureInfo.InvariantCulture, AsUtc, out var date)
            ? date
            : StableValues.Date("date", record.Id ?? "", record.Content ?? "");
    }

    private static (int Up, int Down) Votes(RecordLine record)
    {
        var down = Math.Max(record.Downvotes ?? 0, 0);
        // A recorded score without votes is shown as that many votes of one kind.
        return (record.Upvotes, record.Score) switch
        {
            ({ } up, _) => (Math.Max(up, 0), down),
            (null, { } score) when score < 0 => (0, score == int.MinValue ? int.MaxValue : -score),
            (null, { } score) => (score, 0),
            _ => (StableValues.Number(40, "votes", record.Content ?? ""), down),
        };
    }

    private static string TitleFrom(string content)
    {
        var line = content.AsSpan().TrimStart();
        var end = line.IndexOfAny('\n', '\r');
        line = (end < 0 ? line : line[..end]).TrimStart("#>*- ").TrimEnd();
        if (line.Length > TitleLengthMax)
        {
            // Never cut between the two halves of a surrogate pair.
            var cut = char.IsHighSurrogate(line[TitleLengthMax - 1]) ? TitleLengthMax - 1 : TitleLengthMax;
            return string.Concat(line[..cut], "…");
        }

        return line.IsEmpty ? "(untitled)" : line.ToString();
    }
}
