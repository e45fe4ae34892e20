using System.Text;

namespace Sallyport.Range.Network;

/// <summary>What a search may find.</summary>
internal enum HitKind
{
    Posts,
    Comments,
    All,
}

/// <summary>A post, or a comment and the post above it. Similarity is from 0 to 1.</summary>
internal sealed record Hit(Post Post, Comment? Comment, double Similarity)
{
    public Guid Id => Comment?.Id ?? Post.Id;
}

/// <summary>
/// Finds texts that hold every word of a query, without regard to case. A plain scan: the largest data set in use takes
/// a few milliseconds, and an index would cost more at every start.
/// </summary>
internal static class TextSearch
{
    public const int QueryLengthMax = 500;
    public const int WordsMax = 20;

    private const double InTitle = 1.0;
    private const double InContent = 0.6;

    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    /// <summary>Best first; ties fall to the newer and then to the id.</summary>
    public static IReadOnlyList<Hit> Find(NetworkSnapshot network, IReadOnlyList<string> words, HitKind kind)
    {
        if (words.Count == 0)
        {
            return [];
        }

        var posts = kind is HitKind.Comments
            ? []
            : network.Posts.Select(post => new Hit(post, null, Similarity(post.Title, post.Content, words)));
        var comments = kind is HitKind.Posts ? [] : CommentHits(network, words);
        return
        [
            .. posts.Concat(comments)
                .Where(static hit => hit.Similarity > 0)
                .OrderByDescending(static hit => hit.Similarity)
                .ThenByDescending(static hit => hit.Comment?.CreatedAt ?? hit.Post.CreatedAt)
                .ThenBy(static hit => hit.Id),
        ];
    }

    /// <summary>The different words, no more than <see cref="WordsMax"/>: marking costs words times length.</summary>
    public static string[] WordsOf(string query) =>
    [
        .. query.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(WordsMax),
    ];

    /// <summary>
    /// The text with every occurrence of a word between `mark` tags. Nothing else is changed or escaped, as on the
    /// site.
    /// </summary>
    public static string Mark(string text, IReadOnlyList<string> words)
    {
        var marked = new StringBuilder(text.Length + 64);
        var from = 0;
        while (NextHit(text, from, words) is { Length: > 0 } hit)
        {
            marked.Append(text, from, hit.Start - from);
            marked.Append("<mark>").Append(text, hit.Start, hit.Length).Append("</mark>");
            from = hit.Start + hit.Length;
        }

        return marked.Append(text, from, text.Length - from).ToString();
    }

    private static IEnumerable<Hit> CommentHits(NetworkSnapshot network, IReadOnlyList<string> words)
    {
        foreach (var comment in network.Comments)
        {
            if (network.FindPost(comment.PostId) is { } post)
            {
                yield return new Hit(post, comment, Similarity("", comment.Content, words));
            }
        }
    }

    private static (int Start, int Length) NextHit(string text, int from, IReadOnlyList<string> words)
    {
        var best = (Start: int.MaxValue, Length: 0);
        foreach (var word in words)
        {
            // No further than the best so far: a later hit of this word would not win.
            var end = Math.Min(text.Length, best.Length == 0 ? text.Length : best.Start + word.Length);
            var at = text.IndexOf(word, from, end - from, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (at < best.Start || (at == best.Start && word.Length > best.Length)))
            {
                best = (at, word.Length);
            }
        }

        return best;
    }

    private static double Similarity(string title, string content, IReadOnlyList<string> words)
    {
        var sum = 0.0;
        foreach (var word in words)
        {
            if (title.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                sum += InTitle;
            }
            else if (content.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                sum += InContent;
            }
            else
            {
                return 0;
            }
        }

        return Math.Round(sum / words.Count, 3);
    }
}
