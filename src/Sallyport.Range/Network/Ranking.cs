namespace Sallyport.Range.Network;

/// <summary>The orders in which a feed can be asked for.</summary>
internal enum PostOrder
{
    Hot,
    New,
    Top,
    Rising,
}

/// <summary>The ranking formulas of the open-source Moltbook server (generation G0).</summary>
internal static class Ranking
{
    private const double SecondsPerHotStep = 45_000;

    /// <summary>
    /// log10(max(|score|, 1)) times the sign of the score, plus the epoch in steps of 45,000 seconds.
    /// </summary>
    public static double Hot(Post post) =>
        (Math.Log10(Math.Max(Math.Abs((double)post.Score), 1)) * Math.Sign(post.Score))
        + (post.CreatedAt.ToUnixTimeSeconds() / SecondsPerHotStep);

    /// <summary>
    /// (score + 1) / (age in hours + 2)^1.5; <paramref name="now"/> is the newest date of the network itself.
    /// </summary>
    public static double Rising(Post post, DateTimeOffset now) =>
        (post.Score + 1.0) / Math.Pow(Math.Max((now - post.CreatedAt).TotalHours, 0) + 2, 1.5);

    /// <summary>
    /// All posts, best first. Ties fall to the newer post and then to the id, so that an order is total.
    /// </summary>
    public static Post[] Sort(IEnumerable<Post> posts, PostOrder order, DateTimeOffset now)
    {
        Func<Post, double> key = order switch
        {
            PostOrder.Hot => Hot,
            PostOrder.New => static _ => 0,
            PostOrder.Top => static post => post.Score,
            PostOrder.Rising => post => Rising(post, now),
        };
        return
        [
            .. posts.OrderByDescending(key)
                .ThenByDescending(static post => post.CreatedAt)
                .ThenBy(static post => post.Id),
        ];
    }
}
