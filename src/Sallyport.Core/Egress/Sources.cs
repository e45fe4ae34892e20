using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Sallyport.Flow;

namespace Sallyport.Egress;

/// <summary>Where a host belongs to, and how it is reached.</summary>
/// <param name="Source">Its source, with the labels that reading there brings.</param>
/// <param name="Dial">The operator's own word for where the host is: dialled as it is, neither resolved nor classified;
/// null to resolve.</param>
/// <param name="CaPem">PEM certificates to trust instead of the system's for this host; null for the system's.</param>
public sealed record Upstream(Source Source, IPEndPoint? Dial, string? CaPem)
{
    /// <summary>A host that no source names: untrusted, resolved, and verified by the system's roots.</summary>
    public static Upstream Undeclared { get; } = new(Source.Undeclared, null, null);

    /// <summary>Whose messages there are a person's own words; null where nobody's are.</summary>
    public Senders? Senders { get; init; }

    /// <summary>What some of its paths bring besides.</summary>
    public ImmutableArray<PathLabels> Paths { get; init; } = [];

    /// <summary>The source with all that a request brings: by the path that it reads, and a channel by every path. So
    /// does a path that servers would read differently.</summary>
    public Source SourceAt(Target target, bool isChannel)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (Paths.IsEmpty || (target.IsAuthority && !isChannel))
        {
            return Source;
        }

        var path = PlacePath.Of(target.Path);
        var isWhole = isChannel || (path == PlaceMap.Root && target.Path != PlaceMap.Root);
        return Source with
        {
            Labels = Paths.Where(at => isWhole || at.Names(path))
                .Aggregate(Source.Labels, (labels, at) => labels.Join(at.Labels)),
        };
    }
}

/// <summary>Every declared source, by host. The narrowest pattern counts: the name itself, then the longest
/// suffix.</summary>
public sealed class Sources
{
    private readonly FrozenDictionary<string, Upstream> exact;
    private readonly FrozenDictionary<string, Upstream> below;
    private readonly IReadOnlyDictionary<HostPattern, Upstream> hosts;
    private readonly (HostPattern.Network Network, Upstream Upstream)[] networks;

    /// <summary>Compiles sources.</summary>
    /// <param name="hosts">Patterns, each once.</param>
    public Sources(IReadOnlyDictionary<HostPattern, Upstream> hosts)
    {
        this.hosts = hosts;
        exact = hosts.Where(pair => pair.Key is HostPattern.Exact).ToFrozenDictionary(
            pair => $"{pair.Key}", pair => pair.Value);
        below = hosts.Where(pair => pair.Key is HostPattern.Below)
            .ToFrozenDictionary(pair => ((HostPattern.Below)pair.Key).Suffix.Text, pair => pair.Value);
        networks =
        [
            .. hosts.Where(pair => pair.Key is HostPattern.Network)
                .Select(pair => ((HostPattern.Network)pair.Key, pair.Value))
                .OrderByDescending(pair => pair.Item1.Addresses.PrefixLength),
        ];
    }

    /// <summary>No source at all.</summary>
    public static Sources None { get; } = new(new Dictionary<HostPattern, Upstream>());

    /// <summary>Every host that a source names.</summary>
    internal IEnumerable<HostPattern> Hosts => hosts.Keys;

    /// <summary>What is said of exactly this pattern; null when nothing is.</summary>
    internal Upstream? Named(HostPattern pattern) => hosts.GetValueOrDefault(pattern);

    /// <summary>Every declared upstream.</summary>
    public IEnumerable<Upstream> All =>
        exact.Values.Concat(below.Values).Concat(networks.Select(entry => entry.Upstream)).Distinct();

    /// <summary>The host's upstream; <see cref="Upstream.Undeclared"/> when no source names it.</summary>
    public Upstream Of(Host host)
    {
        if (host is HostAddress)
        {
            return Array.Find(networks, entry => entry.Network.Matches(host)).Upstream ?? Upstream.Undeclared;
        }

        return exact.TryGetValue(host.Text, out var upstream) ? upstream : OfBelow(host.Text);
    }

    /// <summary>The upstream of every host that a pattern names, or null when they have different ones.</summary>
    public Upstream? OfAll(HostPattern pattern) => pattern switch
    {
        HostPattern.Exact named => Of(named.Name),
        HostPattern.Network network => networks.Any(entry => network.Covers(entry.Network) && network != entry.Network)
            ? null
            : Of(new HostAddress(network.Addresses.BaseAddress)),
        HostPattern.Below wide => exact.Keys.Concat(below.Keys).Any(name => wide.Matches(Name(name)))
            ? null
            : OfBelow($"*.{wide.Suffix.Text}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static HostName Name(string text) => HostName.TryParse(text, out var name)
        ? name
        : throw new System.Diagnostics.UnreachableException(text);

    private Upstream OfBelow(ReadOnlySpan<char> name)
    {
        var suffixes = below.GetAlternateLookup<ReadOnlySpan<char>>();
        while (name.IndexOf('.') is var dot and >= 0)
        {
            name = name[(dot + 1)..];
            if (suffixes.TryGetValue(name, out var upstream))
            {
                return upstream;
            }
        }

        return Upstream.Undeclared;
    }
}
