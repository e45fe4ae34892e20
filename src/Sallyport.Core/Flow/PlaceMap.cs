using System.Collections.Immutable;

namespace Sallyport.Flow;

/// <summary>
/// What runs have written where, as labels: source by source, path by path. Immutable, so that a reader sees one
/// moment of it; what is added in the same order gives the same map.
/// </summary>
/// <remarks>
/// Paths are in the one form that <c>PlacePath</c> gives them. Bounded, and every loss of detail taints more:
/// a source with more than <see cref="PathsMax"/> paths is one place, and more than <see cref="PlacesMax"/> places
/// are one.
/// </remarks>
public sealed class PlaceMap
{
    /// <summary>Most paths of one source.</summary>
    public const int PathsMax = 1024;

    /// <summary>Most places of all sources.</summary>
    public const int PlacesMax = 4096;

    /// <summary>Stands for every source, where there were too many places.</summary>
    public const string Everywhere = "*";

    /// <summary>The path of a whole source.</summary>
    public const string Root = "/";

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, LabelSet>> sources;

    private PlaceMap(
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, LabelSet>> sources, int count)
    {
        this.sources = sources;
        Count = count;
    }

    /// <summary>Nothing was written yet.</summary>
    public static PlaceMap Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, LabelSet>>(StringComparer.Ordinal),
        0);

    /// <summary>Number of places.</summary>
    public int Count { get; }

    /// <summary>Every place, in ordinal order.</summary>
    public IEnumerable<LabelledPlace> All =>
        sources.SelectMany(source => source.Value.Select(at => new LabelledPlace(source.Key, at.Key, at.Value)));

    /// <summary>
    /// Whether what is written at one path may be read at the other: the same, or one above the other, by segments.
    /// </summary>
    public static bool Overlap(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Length <= other.Length ? IsWithin(other, one) : IsWithin(one, other);
    }

    /// <summary>What a read of this path brings of what was written to its source.</summary>
    public LabelSet At(string source, string path)
    {
        var labels = LabelSet.Empty;
        if (Count == 0)
        {
            return labels;
        }

        foreach (var (at, gained) in Paths(source).Concat(Paths(Everywhere)))
        {
            labels = Overlap(at, path) ? labels.Join(gained) : labels;
        }

        return labels;
    }

    /// <summary>The map with these labels at a place. This instance where every reader gets them already.</summary>
    public PlaceMap With(string source, string path, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var known = Paths(source).Where(at => IsWithin(path, at.Key)).Concat(Paths(Everywhere))
            .Aggregate(LabelSet.Empty, (all, at) => all.Join(at.Value));
        if (labels.IsSubsetOf(known))
        {
            return this;
        }

        if (sources.ContainsKey(Everywhere))
        {
            return Put(Everywhere, Root, labels);
        }

        var paths = Paths(source);
        if (!paths.ContainsKey(path) && paths.Count == PathsMax)
        {
            var all = paths.Values.Aggregate(labels, (joined, at) => joined.Join(at));
            return new PlaceMap(sources.Remove(source), Count - paths.Count).With(source, Root, all);
        }

        if (!paths.ContainsKey(path) && Count == PlacesMax)
        {
            return Empty.Put(Everywhere, Root, All.Aggregate(labels, (joined, at) => joined.Join(at.Labels)));
        }

        return Put(source, path, labels);
    }

    /// <summary>The map without what was written at a path and below it. This instance where nothing was.</summary>
    public PlaceMap Without(string source, string path)
    {
        var paths = Paths(source);
        var rest = paths.RemoveRange(paths.Keys.Where(at => IsWithin(at, path)));
        return rest.Count == paths.Count
            ? this
            : new PlaceMap(
                rest.IsEmpty ? sources.Remove(source) : sources.SetItem(source, rest),
                Count - paths.Count + rest.Count);
    }

    private static bool IsWithin(string path, string above) =>
        above == Root
        || (path.StartsWith(above, StringComparison.Ordinal)
            && (path.Length == above.Length || path[above.Length] == '/'));

    private ImmutableSortedDictionary<string, LabelSet> Paths(string source) => sources.GetValueOrDefault(
        source, ImmutableSortedDictionary.Create<string, LabelSet>(StringComparer.Ordinal));

    private PlaceMap Put(string source, string path, LabelSet labels)
    {
        var paths = Paths(source);
        var joined = paths.GetValueOrDefault(path, LabelSet.Empty).Join(labels);
        return new PlaceMap(
            sources.SetItem(source, paths.SetItem(path, joined)), paths.ContainsKey(path) ? Count : Count + 1);
    }
}

/// <summary>A place that runs have written to.</summary>
/// <param name="Source">The source as evidence names it; <see cref="PlaceMap.Everywhere"/> for all of them.</param>
/// <param name="Path">The path, in its one form.</param>
/// <param name="Labels">What reading there brings besides what the source does.</param>
public sealed record LabelledPlace(string Source, string Path, LabelSet Labels);
