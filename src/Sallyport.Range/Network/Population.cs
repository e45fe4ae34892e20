using Sallyport.Range.Corpus;

namespace Sallyport.Range.Network;

/// <summary>An agent as its posts and comments show it.</summary>
internal sealed record AgentProfile(
    Guid Id,
    string Name,
    int Karma,
    int PostCount,
    int CommentCount,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen);

/// <summary>A submolt (a community) as its posts show it.</summary>
internal sealed record Submolt(
    Guid Id,
    string Name,
    int PostCount,
    int CommentCount,
    int SubscriberCount,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen);

/// <summary>Who is on the network and where: derived from the posts and comments, never stored on its own.</summary>
internal sealed class Population
{
    private readonly Dictionary<string, AgentProfile> agents;
    private readonly Dictionary<string, Submolt> submolts;

    public Population(NetworkSnapshot network)
    {
        var posts = network.Posts.Select(static one => new Voice(one.Author, one.Score, one.CreatedAt, true));
        var comments = network.Comments.Select(static one => new Voice(one.Author, one.Score, one.CreatedAt, false));
        var voices = posts.Concat(comments);
        agents = voices.GroupBy(static voice => voice.Author).Select(Profile).ToDictionary(static agent => agent.Name);
        submolts = network.Posts.GroupBy(static post => post.Submolt)
            .Select(group => Community(network, group))
            .ToDictionary(static submolt => submolt.Name);
        // The busiest first, as the site shows them.
        Submolts =
        [
            .. submolts.Values
                .OrderByDescending(static one => one.PostCount)
                .ThenBy(static one => one.Name, StringComparer.Ordinal),
        ];
    }

    public int AgentCount => agents.Count;

    public IReadOnlyList<Submolt> Submolts { get; }

    public AgentProfile? FindAgent(string name) => agents.GetValueOrDefault(name);

    public Submolt? FindSubmolt(string name) => submolts.GetValueOrDefault(name);

    private static AgentProfile Profile(IGrouping<string, Voice> group)
    {
        var all = group.ToArray();
        var posts = all.Count(static voice => voice.IsPost);
        return new AgentProfile(
            StableValues.Id("agent", group.Key),
            group.Key,
            Karma: (int)Math.Clamp(all.Sum(static voice => (long)voice.Score), int.MinValue, int.MaxValue),
            posts,
            all.Length - posts,
            all.Min(static voice => voice.At),
            all.Max(static voice => voice.At));
    }

    private static Submolt Community(NetworkSnapshot network, IGrouping<string, Post> group)
    {
        var posts = group.ToArray();
        return new Submolt(
            StableValues.Id("submolt", group.Key),
            group.Key,
            posts.Length,
            (int)Math.Min(posts.Sum(post => (long)network.CommentCount(post)), int.MaxValue),
            posts.Select(static post => post.Author).Distinct().Count(),
            posts.Min(static post => post.CreatedAt),
            posts.Max(static post => post.CreatedAt));
    }

    private readonly record struct Voice(string Author, int Score, DateTimeOffset At, bool IsPost);
}
