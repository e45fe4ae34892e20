using System.Text;

namespace Sallyport.Ledger;

/// <summary>Goes through a log that no process writes, for want of an index. A segment that is damaged is read up to
/// the damage, and the next from its start: an answer with a hole that is told is worth more than none.</summary>
internal sealed class LogWalk(LedgerFolder folder, IDisk disk)
{
    private readonly SortedSet<long> archived = [];
    private (HashSet<long> Here, long First)? segments;

    /// <summary>The first place that could not be read; null while there was none.</summary>
    public Fault? Damage { get; private set; }

    /// <summary>What was to be looked at, and has left the disk for an archive that is not given; null where there is
    /// nothing.</summary>
    public Fault? NotLookedAt => archived.Count == 0 ? null
        : LedgerFaults.NotLookedAt(string.Join(", ", Ranges().Select(it => $"{it.From} to {it.To - 1}")));

    private (HashSet<long> Here, long First) Segments =>
        segments ??= ([.. folder.Starts(disk, LedgerFolder.EntriesSuffix)], folder.First(disk));

    // Also of those that have left.
    private IEnumerable<long> Starts
    {
        get
        {
            var all = new SortedSet<long>(Segments.Here);
            for (var start = 0L; start < Segments.First; start += LedgerFolder.SegmentEntries)
            {
                all.Add(start);
            }

            return all;
        }
    }

    /// <summary>Whether the log ends behind this many entries, the last of which has this leaf hash.</summary>
    public bool EndsWith(long entries, byte[] hash)
    {
        using var cursor = new LogCursor(folder, disk, Math.Max(0, entries - 1));
        if (entries == 0 || !cursor.TryNext(null, out _, out var bytes, out _))
        {
            return false;
        }

        Span<byte> leaf = stackalloc byte[LeafHash.Length];
        LeafHash.Write(bytes, leaf);
        return leaf.SequenceEqual(hash) && !cursor.TryNext(null, out _, out _, out var fault) && fault is null;
    }

    /// <summary>Position of the first entry that is not older than a time; behind the last where there is none.
    /// </summary>
    public long FirstSince(DateTimeOffset time)
    {
        var last = 0L;
        foreach (var (recorded, _) in Forward(_ => true))
        {
            last = recorded.Id.Position + 1;
            if (recorded.Time >= time)
            {
                return recorded.Id.Position;
            }
        }

        return last;
    }

    /// <summary>The entry at a position; null where none can be read.</summary>
    public LedgerLine? At(long position) =>
        Segment(LedgerFolder.SegmentStart(position), entry => entry.Id.Position == position)
            .Select(Line).FirstOrDefault();

    /// <summary>The entries that are wanted, in order.</summary>
    public IEnumerable<(RecordedEntry Recorded, byte[] Bytes)> Forward(Func<RecordedEntry, bool> wanted) =>
        Starts.SelectMany(start => Segment(start, wanted));

    /// <summary>A page, from the end of the log that comes first; a segment that it does not need is not
    /// read.</summary>
    public LedgerPage Page(LedgerFilter filter)
    {
        var isBackwards = filter.Order is LedgerOrder.NewestFirst;
        var lines = new List<LedgerLine>();
        foreach (var start in (isBackwards ? Starts.Reverse() : Starts)
            .Where(start => start < (filter.Before ?? long.MaxValue)
                && start + LedgerFolder.SegmentEntries > (filter.After ?? -1)))
        {
            var found = Segment(start, filter.Matches).Select(Line);
            lines.AddRange((isBackwards ? found.Reverse() : found).Take(filter.Limit + 1 - lines.Count));
            if (lines.Count > filter.Limit)
            {
                break;
            }
        }

        return new LedgerPage([.. lines.Take(filter.Limit)], lines.Count > filter.Limit, Indexed: 0);
    }

    private static LedgerLine Line((RecordedEntry Recorded, byte[] Bytes) entry) =>
        new(entry.Recorded, Encoding.ASCII.GetString(entry.Bytes));

    private List<(long From, long To)> Ranges()
    {
        var ranges = new List<(long From, long To)>();
        foreach (var start in archived)
        {
            var from = start;
            if (ranges is [.., var last] && last.To == start)
            {
                from = last.From;
                ranges.RemoveAt(ranges.Count - 1);
            }

            ranges.Add((from, start + LedgerFolder.SegmentEntries));
        }

        return ranges;
    }

    private IEnumerable<(RecordedEntry Recorded, byte[] Bytes)> Segment(long start, Func<RecordedEntry, bool> wanted)
    {
        if (start < Segments.First && !Segments.Here.Contains(start))
        {
            archived.Add(start);
            yield break;
        }

        using var cursor = new LogCursor(folder, disk, start);
        while (cursor.Position < start + LedgerFolder.SegmentEntries && Next(cursor) is { } entry)
        {
            if (wanted(entry.Recorded))
            {
                yield return entry;
            }
        }
    }

    private (RecordedEntry Recorded, byte[] Bytes)? Next(LogCursor cursor)
    {
        if (cursor.TryNext(null, out var recorded, out var bytes, out var fault))
        {
            return (recorded, bytes.ToArray());
        }

        Damage ??= fault;
        return null;
    }
}
