using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>What a segment holds, as far as it is whole.</summary>
/// <param name="Start">Position of its first entry.</param>
/// <param name="Entries">Whole entries.</param>
/// <param name="Bytes">Bytes of the whole entries.</param>
/// <param name="TornBytes">Bytes after them: the remains of writes that never ended.</param>
/// <param name="Hashes">Its leaf hashes.</param>
internal sealed record SegmentState(long Start, int Entries, long Bytes, long TornBytes, SegmentHashes Hashes);

/// <summary>Reads segments from their first byte and says whether every entry is what it was, where it was.</summary>
/// <remarks>An entry that is not whole is torn if nothing says that there was more: no whole entry in the bytes that
/// follow, no
/// leaf hash (those are written for synced entries only) and no later segment. Anything else is damage. Bytes are read
/// and hashed ahead, on all cores (<see cref="EntryBatch"/>); every verdict is given here, entry by entry.</remarks>
internal sealed class SegmentScan(
    LedgerFolder folder, IDisk disk, LogTree tree, HeadCheck heads, long limit,
    int batchEntries = EntryBatch.EntriesUsual)
{
    private const string NotWhole = "the entry is not whole";

    private readonly EntryBatch batch = new(batchEntries);
    private bool isAfterSkip; // Nobody knows in which epoch that ended.

    /// <summary>The last whole entry so far; null at the start of the log.</summary>
    public RecordedEntry? Last { get; private set; }

    /// <summary>Reads the next segment.</summary>
    /// <param name="start">Position of its first entry.</param>
    /// <param name="isLast">Whether no later segment exists: only then may its tail be torn.</param>
    /// <param name="replay">Called for each entry, in order.</param>
    /// <param name="state">What it holds.</param>
    /// <param name="fault">Where it is damaged.</param>
    public bool TryRead(
        long start,
        bool isLast,
        Action<RecordedEntry>? replay,
        [NotNullWhen(true)] out SegmentState? state,
        [NotNullWhen(false)] out Fault? fault)
    {
        state = null;
        var path = folder.Entries(start);
        using var file = disk.OpenRead(path);
        if (file is null)
        {
            fault = LedgerFaults.Damaged(path, 0, start, "the segment file is missing");
            return false;
        }

        var hashes = SegmentHashes.Read(folder.Hashes(start), disk);
        var stream = new EntryStream(file);
        var entries = 0;
        while (entries < LedgerFolder.SegmentEntries && start + entries < limit && !stream.AtEnd)
        {
            var most = Math.Min(LedgerFolder.SegmentEntries - entries, limit - start - entries);
            if (!batch.TryFill(stream, most))
            {
                return End(stream.Offset, entries, NotWhole, out state, out fault);
            }

            for (var i = 0; i < batch.Count; i++, entries++)
            {
                if (Wrong(i, start + entries) is { } wrong)
                {
                    return End(batch.Offset(i), entries, wrong, out state, out fault);
                }

                if (!hashes.Matches(batch.Hash(i), entries))
                {
                    fault = LedgerFaults.Damaged(
                        path, batch.Offset(i), start + entries,
                        $"the entry's leaf hash is not the one in {folder.Hashes(start)}");
                    return false;
                }

                tree.Add(batch.Hash(i), EntryStream.LengthBytes + batch.Length(i));
                if ((fault = heads.Check(tree)) is not null)
                {
                    return false;
                }

                replay?.Invoke(Last!); // Wrong has just set it.
            }
        }

        if (start + entries == limit)
        {
            state = new SegmentState(start, entries, stream.Offset, TornBytes: 0, hashes);
            fault = null;
            return true;
        }

        var isCutShort = !isLast && entries < LedgerFolder.SegmentEntries;
        fault = Lacking(path, stream, start + entries, hashes.Kept - entries, isCutShort);
        state = new SegmentState(start, entries, stream.Offset, TornBytes: 0, hashes);
        return fault is null;

        // The torn tail of the log, or damage.
        bool End(
            long offset, int whole, string wrong,
            [NotNullWhen(true)] out SegmentState? tail, [NotNullWhen(false)] out Fault? damage)
        {
            var torn = isLast && whole >= hashes.Kept && !SealedEntry.Follows(file, offset);
            tail = torn ? new SegmentState(start, whole, offset, file.Length - offset, hashes) : null;
            damage = torn ? null : LedgerFaults.Damaged(path, offset, start + whole, wrong);
            return damage is null;
        }
    }

    /// <summary>Takes the leaf hashes of a segment whose entries are in an archive.</summary>
    /// <param name="start">Position of its first entry.</param>
    /// <param name="kept">What stayed of it.</param>
    /// <returns>Null, or what is wrong.</returns>
    public Fault? Skip(long start, IReadOnlyList<KeptEntry> kept)
    {
        var path = folder.Hashes(start);
        var hashes = SegmentHashes.Read(path, disk);
        var next = 0;
        var own = new byte[LeafHash.Length];
        for (var i = 0; i < LedgerFolder.SegmentEntries; i++)
        {
            var leaf = i < hashes.Kept ? hashes.KeptBytes.Slice(i * LeafHash.Length, LeafHash.Length) : [];
            if (!leaf.ContainsAnyExcept((byte)0))
            {
                return LedgerFaults.Damaged(
                    path, (long)i * LeafHash.Length, start + i, "the leaf hash of an archived entry is missing");
            }

            if (next < kept.Count && kept[next].Recorded.Id.Position == start + i)
            {
                LeafHash.Write(kept[next++].Bytes, own);
                if (!leaf.SequenceEqual(own))
                {
                    return LedgerFaults.Damaged(
                        path, (long)i * LeafHash.Length, start + i,
                        "the leaf hash is not that of the entry that was kept beside it");
                }
            }

            tree.Add(leaf, bytes: 0);
            if (heads.Check(tree) is { } other)
            {
                return other;
            }
        }

        isAfterSkip = true;
        return null;
    }

    private static Fault? Lacking(string path, EntryStream stream, long position, int synced, bool laterSegment)
    {
        var wrong = !stream.AtEnd ? "bytes follow the last entry of a whole segment"
            : synced > 0 ? $"the file ends here, but {synced} more leaf hashes say that entries were synced"
            : laterSegment ? "the file ends here, but a later segment exists"
            : null;
        return wrong is null ? null : LedgerFaults.Damaged(path, stream.Offset, position, wrong);
    }

    private string? Wrong(int index, long position)
    {
        if (batch.Recorded(index) is not { } recorded)
        {
            return batch.Wrong(index)?.Detail.TrimEnd('.') ?? NotWhole;
        }

        var epoch = isAfterSkip ? recorded.Id.Epoch : Last?.Id.Epoch ?? 0;
        if (recorded.Id.Position != position)
        {
            return $"the entry says that its position is {recorded.Id.Position}";
        }

        if (recorded.Id.Epoch < epoch || recorded.Id.Epoch > epoch + 1)
        {
            return $"the entry's epoch {recorded.Id.Epoch} cannot follow epoch {epoch}";
        }

        (Last, isAfterSkip) = (recorded, false);
        return null;
    }
}
