using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Perimeter.Changes;

namespace Sallyport.Perimeter;

/// <summary>What putting another perimeter in force would change.</summary>
/// <param name="Before">What is in force; without a mistake.</param>
/// <param name="After">What would be; without a mistake.</param>
/// <param name="Changes">What it widens and narrows, widest first.</param>
/// <param name="Files">What is different as text.</param>
public sealed record PerimeterPlan(
    LoadedPerimeter Before,
    LoadedPerimeter After,
    ImmutableArray<PerimeterChange> Changes,
    ImmutableArray<FileChange> Files)
{
    /// <summary>Compares two perimeters.</summary>
    /// <exception cref="ArgumentException">One of them has a mistake.</exception>
    public static PerimeterPlan Of(LoadedPerimeter before, LoadedPerimeter after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before is { Compiled: { } old, Files: { } was } && after is { Compiled: { } now, Files: { } files }
            ? new PerimeterPlan(before, after, PerimeterDiff.Of(old, now), FileChange.Of(was, files))
            : throw new ArgumentException("A perimeter with a mistake has no plan.", nameof(after));
    }

    /// <summary>Hash of what is in force.</summary>
    public string BeforeHash => Before.Files!.Hash; // asked for

    /// <summary>Hash of what would be.</summary>
    public string AfterHash => After.Files!.Hash; // asked for

    /// <summary>Whether nothing at all is different.</summary>
    public bool IsEmpty => BeforeHash == AfterHash;

    /// <summary>Whether it allows, or may allow, more than before: then it waits for its record.</summary>
    public bool Loosens => Changes.Any(change => change.Loosens);

    /// <summary>The word for the whole: <c>widens</c>, <c>narrows</c> or <c>neutral</c>.</summary>
    public string Direction => Loosens ? "widens"
        : Changes.Any(change => change.Direction is ChangeDirection.Narrows) ? "narrows"
        : "neutral";

    /// <summary>Whether the rules in force ask for a second person. Those that it would bring have no say.</summary>
    public bool NeedsSecondPerson => !IsEmpty && Before.Options!.SecondPerson switch // asked for
    {
        SecondPerson.Never => false,
        SecondPerson.Widening => Loosens,
        SecondPerson.Always => true,
    };

    /// <summary>Every change, one a line.</summary>
    public string Summary => string.Join('\n', Changes.Select(change => change.ToString()));

    /// <summary>SHA-256 of <see cref="Summary"/>, lower-case hex.</summary>
    public string SummaryDigest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Summary)));
}

/// <summary>A file that is different, as text.</summary>
/// <param name="Name">Its name within the perimeter folder; a pack of the program as <c>pack NAME</c>.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Lines">The lines that are only in one of the two, with <c>+</c> or <c>-</c> before them; at most
/// <see cref="LinesMax"/>.</param>
/// <param name="Added">How many lines are only in the new one.</param>
/// <param name="Removed">How many lines are only in the old one.</param>
public sealed record FileChange(string Name, string Kind, ImmutableArray<string> Lines, int Added, int Removed)
{
    /// <summary>Most lines that are shown of one file.</summary>
    public const int LinesMax = 60;

    internal static ImmutableArray<FileChange> Of(SnapshotFiles before, SnapshotFiles after) =>
    [
        .. before.Names.Union(after.Names, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Old: before.Of(name), Now: after.Of(name)))
            .Where(file => file.Old is null || file.Now is null || !file.Old.AsSpan().SequenceEqual(file.Now))
            .Select(file => Of(file.Name, file.Old, file.Now)),
    ];

    private static FileChange Of(string name, byte[]? old, byte[]? now)
    {
        var (was, has) = (LinesOf(old), LinesOf(now));
        var (gone, come) = (Only(was, has), Only(has, was));
        return new FileChange(
            NameOf(name),
            old is null ? "added" : now is null ? "removed" : "changed",
            [.. gone.Select(line => $"- {line}").Concat(come.Select(line => $"+ {line}")).Take(LinesMax)],
            come.Count,
            gone.Count);
    }

    private static string NameOf(string name) => name.StartsWith(SnapshotFiles.FilesPrefix, StringComparison.Ordinal)
        ? name[SnapshotFiles.FilesPrefix.Length..]
        : $"pack {Path.GetFileNameWithoutExtension(name)}";

    private static string[] LinesOf(byte[]? bytes) => bytes is null ? [] : Encoding.UTF8.GetString(bytes).Split('\n');

    // As often as the other has a line, that often it is not told: an order alone is no difference here, and the words
    // above say where it is one.
    private static List<string> Only(string[] mine, string[] others)
    {
        var left = others.CountBy(line => line, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return [.. mine.Where(line => !(left.TryGetValue(line, out var count) && (left[line] = count - 1) >= 0))];
    }
}
