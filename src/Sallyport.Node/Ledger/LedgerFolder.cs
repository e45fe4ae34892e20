using System.Globalization;

namespace Sallyport.Ledger;

/// <summary>Where the files of a ledger are.</summary>
/// <param name="Root">The ledger's folder: <c>.sallyport/ledger</c>.</param>
public sealed record LedgerFolder(string Root)
{
    /// <summary>Entries in a whole segment: 256 entry bundles of 256 (C2SP tlog-tiles).</summary>
    public const int SegmentEntries = 65_536;

    internal const string EntriesSuffix = ".entries";
    internal const string HashesSuffix = ".hashes";
    internal const string KeptSuffix = ".kept";
    internal const string NextKeptSuffix = ".kept.new";
    private const int NameDigits = 16;

    /// <summary>Segment and hash files.</summary>
    public string Segments => Path.Combine(Root, "segments");

    /// <summary>The query index; may be deleted at any time.</summary>
    public string Index => Path.Combine(Root, "index.db");

    /// <summary>The last checkpoint: a signed note (C2SP tlog-checkpoint).</summary>
    public string Checkpoint => Path.Combine(Root, "checkpoint");

    /// <summary>The last checkpoint that enough witnesses have cosigned.</summary>
    public string Cosigned => Path.Combine(Root, "checkpoint.cosigned");

    /// <summary>The key that signs checkpoints: a secret.</summary>
    public string Key => Path.Combine(Root, "key");

    /// <summary>The key that is about to follow it: there only while it does.</summary>
    public string NextKey => Path.Combine(Root, "key.next");

    /// <summary>Its public half, for whoever verifies.</summary>
    public string PublicKey => Path.Combine(Root, "key.pub");

    /// <summary>Locked by the one process that writes.</summary>
    public string Lock => Path.Combine(Root, "lock");

    /// <summary>Position of the first entry of the segment that holds <paramref name="position"/>.</summary>
    public static long SegmentStart(long position) => position - (position % SegmentEntries);

    /// <summary>The segment's entries: each with its length before it, two bytes, big-endian.</summary>
    public string Entries(long start) => Path.Combine(Segments, Name(start) + EntriesSuffix);

    /// <summary>The segment's leaf hashes, 32 bytes each.</summary>
    public string Hashes(long start) => Path.Combine(Segments, Name(start) + HashesSuffix);

    /// <summary>What stays of the entries before a position that are in archives alone.</summary>
    public string Kept(long first) => Path.Combine(Segments, Name(first) + KeptSuffix);

    /// <summary>The same before it counts.</summary>
    internal string NextKept(long first) => Path.Combine(Segments, Name(first) + NextKeptSuffix);

    /// <summary>Position of the first entry that is here: those before it are in archives alone.</summary>
    internal long First(IDisk disk) => Starts(disk, KeptSuffix) is [.., var last] ? last : 0;

    /// <summary>Whether a segment's entries are here.</summary>
    internal bool Has(IDisk disk, long start)
    {
        using var file = disk.OpenRead(Entries(start));
        return file is not null;
    }

    /// <summary>Starts of the segments for which there is a file of that suffix, ascending.</summary>
    internal IReadOnlyList<long> Starts(IDisk disk, string suffix) =>
    [
        .. disk.Files(Segments)
            .Select(path => Start(Path.GetFileName(path), suffix))
            .Where(start => start >= 0)
            .Order(),
    ];

    // -1: not a name of ours.
    private static long Start(string name, string suffix) =>
        name.Length == NameDigits + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, NameDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start
            : -1;

    private static string Name(long start) => start.ToString("D16", CultureInfo.InvariantCulture);
}
