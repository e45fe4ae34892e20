using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>Reads the whole log at the start, mends what a crash may leave, and refuses what it cannot.</summary>
/// <param name="folder">The ledger.</param>
/// <param name="disk">Its disk.</param>
/// <param name="heads">Heads of checkpoints that the log must lead to; none for a log that has none yet.</param>
internal sealed class LogRecovery(LedgerFolder folder, IDisk disk, params IReadOnlyList<SignedHead> heads)
{
    private readonly List<(EntryId Id, LedgerEntry.PeriodArchived Entry)> archives = [];

    /// <summary>How many entries are read. Fewer than all where a node is writing: then only those that it has signed,
    /// and every one of them must be whole.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>Entries that are read and hashed together, on all cores; 1: one after the other.</summary>
    public int BatchEntries { get; init; } = EntryBatch.EntriesUsual;

    /// <summary>The tree of the whole entries, once they are read.</summary>
    public LogTree Tree { get; } = new();

    /// <summary>What stayed of entries that have left the disk.</summary>
    public KeptFile Kept { get; private set; } = KeptFile.None;

    /// <summary>Entries of which there are leaf hashes alone: they are in archives that were not read.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether the entry that is replayed is one that was kept of those.</summary>
    public bool IsSkipping { get; private set; }

    /// <summary>Every end of a period that the log tells of.</summary>
    public IReadOnlyList<(EntryId Id, LedgerEntry.PeriodArchived Entry)> Archives => archives;

    /// <summary>Reads every segment and changes nothing.</summary>
    /// <param name="replay">Called for each entry, in order.</param>
    /// <param name="log">The log as it is.</param>
    /// <param name="fault">Where it is damaged.</param>
    public bool TryRead(
        Action<RecordedEntry>? replay, [NotNullWhen(true)] out LogState? log, [NotNullWhen(false)] out Fault? fault)
    {
        // A hash file whose entries are gone names a segment too: then the entries are reported as missing.
        var starts = folder.Starts(disk, LedgerFolder.EntriesSuffix)
            .Union(folder.Starts(disk, LedgerFolder.HashesSuffix))
            .Order()
            .ToList();
        var check = new HeadCheck(heads);
        var scan = new SegmentScan(folder, disk, Tree, check, Limit, BatchEntries);
        var segments = new List<SegmentState>();
        log = null;
        if (!KeptFile.TryRead(folder, disk, out var kept, out fault) || (fault = check.Check(Tree)) is not null)
        {
            return false;
        }

        Kept = kept;
        for (var read = 0; read < starts.Count; read++)
        {
            var start = (long)read * LedgerFolder.SegmentEntries;
            if (start >= Limit)
            {
                break;
            }

            if (start < kept.First && !folder.Has(disk, start))
            {
                if (!TrySkip(scan, start, replay, out fault))
                {
                    return false;
                }

                continue;
            }

            var isLast = start == starts[^1] && Limit == long.MaxValue;
            if (!scan.TryRead(start, isLast, Take, out var state, out fault))
            {
                return false;
            }

            segments.Add(state);
        }

        fault = check.End(Tree)
            ?? (kept.First == 0 || archives.Exists(it => kept.IsNamedBy(it.Entry)) ? null
                : LedgerFaults.KeptNotNamed(folder.Kept(kept.First)));
        log = fault is null ? new LogState(segments, scan.Last) : null;
        return log is not null;

        void Take(RecordedEntry recorded)
        {
            if (recorded.Entry is LedgerEntry.PeriodArchived archived)
            {
                archives.Add((recorded.Id, archived));
            }

            replay?.Invoke(recorded);
        }
    }

    private bool TrySkip(
        SegmentScan scan, long start, Action<RecordedEntry>? replay, [NotNullWhen(false)] out Fault? fault)
    {
        var kept = Kept.Of(start).ToList();
        if ((fault = scan.Skip(start, kept)) is not null)
        {
            return false;
        }

        IsSkipping = true;
        Skipped += LedgerFolder.SegmentEntries;
        foreach (var (recorded, _) in kept)
        {
            if (recorded.Entry is LedgerEntry.PeriodArchived archived)
            {
                archives.Add((recorded.Id, archived));
            }

            replay?.Invoke(recorded);
        }

        IsSkipping = false;
        return true;
    }

    /// <summary>Whether the log has no entry file with a byte in it: then its key and its checkpoint may be
    /// made.</summary>
    public static bool IsEmpty(LedgerFolder folder, IDisk disk) =>
        folder.Starts(disk, LedgerFolder.HashesSuffix).Concat(folder.Starts(disk, LedgerFolder.EntriesSuffix))
            .All(start => Length(disk, folder.Entries(start)) == 0 && Length(disk, folder.Hashes(start)) == 0);

    private static long Length(IDisk disk, string path)
    {
        using var file = disk.OpenRead(path);
        return file?.Length ?? 0;
    }

    /// <summary>Cuts the torn tail, adds the leaf hashes that are missing, and syncs both: from here on the log on disk
    /// is what was read.</summary>
    public Recovery Mend(LogState log)
    {
        var restored = 0L;
        foreach (var segment in log.Segments)
        {
            if (segment == log.Segments[^1])
            {
                MendTail(segment);
            }

            restored += MendHashes(segment);
        }

        disk.SyncFolder(folder.Segments);
        var clean = log.TornBytes == 0 && log.Last?.Entry is null or LedgerEntry.NodeStopped;
        var epoch = (log.Last?.Id.Epoch ?? 0) + (clean ? 0 : 1);
        return new Recovery(log.Entries, log.Last?.Id, log.TornBytes, clean, epoch, restored);
    }

    // What a killed process wrote is in the kernel's cache; only now is it known to be on the disk.
    private void MendTail(SegmentState segment)
    {
        using var file = disk.Open(folder.Entries(segment.Start));
        if (segment.TornBytes > 0)
        {
            file.Truncate(segment.Bytes);
        }

        file.Sync();
    }

    private int MendHashes(SegmentState segment)
    {
        var missing = segment.Hashes.Missing;
        var keptBytes = (long)segment.Hashes.Kept * LeafHash.Length;
        using var file = disk.Open(folder.Hashes(segment.Start));
        if (file.Length == keptBytes && missing.IsEmpty && segment.Hashes.Holes == 0)
        {
            return 0;
        }

        file.Truncate(keptBytes);
        if (segment.Hashes.Holes > 0)
        {
            file.Write(segment.Hashes.KeptBytes, 0);
        }

        file.Write(missing.Span, keptBytes);
        file.Sync();
        return segment.Hashes.Holes + (missing.Length / LeafHash.Length);
    }
}

/// <summary>The log as recovery read it.</summary>
/// <param name="Segments">Every segment in order.</param>
/// <param name="Last">The last whole entry; null when there is none.</param>
internal sealed record LogState(IReadOnlyList<SegmentState> Segments, RecordedEntry? Last)
{
    /// <summary>Whole entries.</summary>
    public long Entries => Last is null ? 0 : Last.Id.Position + 1;

    /// <summary>Bytes after them that are the remains of writes that never ended.</summary>
    public long TornBytes => Segments.Count == 0 ? 0 : Segments[^1].TornBytes;
}
