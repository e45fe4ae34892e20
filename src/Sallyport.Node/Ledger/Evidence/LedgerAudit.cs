using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>A checkpoint that somebody kept, elsewhere and earlier.</summary>
/// <param name="From">Where it was, for people.</param>
/// <param name="Bytes">The note.</param>
public sealed record RememberedCheckpoint(string From, ReadOnlyMemory<byte> Bytes);

/// <summary>How a log is audited.</summary>
public sealed record AuditOptions
{
    /// <summary>The log's key, got beforehand; null: the one beside the log, which proves nothing against whoever could
    /// replace both.</summary>
    public VerifierKey? Key { get; init; }

    /// <summary>Checkpoints that the log must extend.</summary>
    public IReadOnlyList<RememberedCheckpoint> Remembered { get; init; } = [];

    /// <summary>Whether a node is writing the log: then it is audited as far as it is signed.</summary>
    public bool IsLive { get; init; }
}

/// <summary>A log of which every entry was read and found to be what was signed.</summary>
/// <param name="Key">Whose signature.</param>
/// <param name="Checkpoint">Its checkpoint.</param>
/// <param name="Entries">Entries read.</param>
/// <param name="Root">The root of all of them.</param>
/// <param name="TornBytes">Bytes after them that the next start would cut.</param>
/// <param name="NotSigned">Whole entries behind the checkpoint; not read where a node is writing.</param>
/// <param name="Found">Entries of which a start found, and recorded, that no checkpoint covered them.</param>
/// <param name="Tiles">The log, to prove from and to export.</param>
public sealed record AuditedLog(
    VerifierKey Key, SignedCheckpoint Checkpoint, long Entries, Hash Root, long TornBytes, long NotSigned, long Found,
    LedgerTiles Tiles)
{
    /// <summary>Position of the first entry that is on the disk; archives alone have those before it.</summary>
    public long First { get; init; }

    /// <summary>Entries of which the leaf hashes alone were read, since no archive of them was given.</summary>
    public long NotRead { get; init; }

    /// <summary>Every end of a period that the log tells of.</summary>
    public IReadOnlyList<(EntryId Id, LedgerEntry.PeriodArchived Entry)> Archives { get; init; } = [];
}

/// <summary>Reads a whole log from the bytes of its entries up: every length, form, CRC and position, every leaf hash,
/// and every checkpoint; then holds what is recorded to what was counted. Changes nothing.</summary>
public static class LedgerAudit
{
    /// <summary>Audits a log.</summary>
    /// <param name="folder">The log.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="options">What it is held to.</param>
    /// <param name="log">The log, all of it good.</param>
    /// <param name="fault">The first thing that is wrong: file, byte and position, or which checkpoint.</param>
    public static bool TryVerify(
        LedgerFolder folder, IDisk disk, AuditOptions options,
        [NotNullWhen(true)] out AuditedLog? log, [NotNullWhen(false)] out Fault? fault)
    {
        log = null;
        try
        {
            // A period may end while a log is read that a node is writing: then what was there at first has gone.
            long first;
            do
            {
                first = folder.First(disk);
            }
            while (!TryVerifyOnce(folder, disk, options, out log, out fault) && folder.First(disk) != first);

            return log is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = LedgerFaults.CannotOpen(folder.Root, e);
            return false;
        }
    }

    private static bool TryVerifyOnce(
        LedgerFolder folder, IDisk disk, AuditOptions options,
        [NotNullWhen(true)] out AuditedLog? log, [NotNullWhen(false)] out Fault? fault)
    {
        log = null;
        var key = options.Key;
        if ((key is null && !LedgerKey.TryReadPublic(folder, disk, out key, out fault))
            || !CheckpointFile.TryRead(folder, disk, new KeyChain(folder, disk, key), out var checkpoint, out fault)
            || !TryHeads(options.Remembered, new KeyChain(folder, disk, key), out var heads, out fault))
        {
            return false;
        }

        heads.Add(new SignedHead(checkpoint.Claim.Head, folder.Checkpoint));
        var recovery = new LogRecovery(folder, disk, heads)
        {
            Limit = options.IsLive ? checkpoint.Claim.Head.Size.Value : long.MaxValue,
        };
        var complete = new Completeness();
        Fault? missing = null;
        var tail = new UnsignedTail(checkpoint.Claim.Head.Size.Value);
        var (found, changesKey) = (0L, false);
        var skipped = 0L;
        void Compare(RecordedEntry recorded)
        {
            if (skipped != recovery.Skipped)
            {
                skipped = recovery.Skipped;
                complete.Forget();
            }

            tail.Take(recorded);
            found += recorded.Entry is LedgerEntry.UnsignedFound it ? it.Entries : 0;
            changesKey |= recorded.Entry is LedgerEntry.KeyChanged { Key: KeyChange.Ledger };
            if (!recovery.IsSkipping && complete.Take(recorded) is { } wrong)
            {
                missing ??= LedgerFaults.Incomplete(folder.Root, recorded.Id, wrong);
            }
        }

        if (!recovery.TryRead(Compare, out var state, out fault) || (fault = missing) is not null)
        {
            return false;
        }

        // A signature of the key at hand is enough only where no other followed it.
        if (changesKey && (fault = Changed(folder, disk, key, options.Remembered, checkpoint)) is not null)
        {
            return false;
        }

        // With the archives at hand: whoever has the key could have kept another past for the next start.
        if (recovery.Kept.First > 0 && recovery.Skipped == 0
            && (fault = NotNeeded(folder, disk, recovery.Kept, tail)) is not null)
        {
            return false;
        }

        if (tail.IsForeign)
        {
            fault = LedgerFaults.Unsigned(folder.Segments, checkpoint.Claim.Head.Size.Value, tail.Entries);
            return false;
        }

        var unsigned = options.IsLive ? Behind(folder, disk, state.Entries) : tail.Entries;
        var tiles = new LedgerTiles(folder, disk, recovery.Tree);
        log = new AuditedLog(key, checkpoint, state.Entries, recovery.Tree.Head.Root, state.TornBytes, unsigned,
            found, tiles)
        {
            First = recovery.Kept.First,
            NotRead = recovery.Skipped,
            Archives = recovery.Archives,
        };
        return true;
    }

    private static Fault? NotNeeded(LedgerFolder folder, IDisk disk, KeptFile kept, UnsignedTail tail)
    {
        var needed = new NeededEntries();
        using var cursor = new LogCursor(folder, disk, 0);
        while (cursor.Position < kept.First)
        {
            if (!cursor.TryNext(kept.First, out var recorded, out var bytes, out var fault))
            {
                return fault;
            }

            if (tail.Believes(recorded))
            {
                needed.Take(recorded, bytes);
            }
        }

        return kept.Has(needed.Entries) ? null : LedgerFaults.KeptWrong(folder.Kept(kept.First));
    }

    // What a node is writing at this moment: entries that are whole, as far as that can be seen.
    private static long Behind(LedgerFolder folder, IDisk disk, long signed)
    {
        using var cursor = new LogCursor(folder, disk, signed);
        while (cursor.TryNext(written: null, out _, out _, out _))
        {
        }

        return cursor.Position - signed;
    }

    private static Fault? Changed(
        LedgerFolder folder, IDisk disk, VerifierKey key, IReadOnlyList<RememberedCheckpoint> remembered,
        SignedCheckpoint checkpoint)
    {
        var keys = new KeyChain(folder, disk, key);
        if (keys.Read() is { } fault)
        {
            return fault;
        }

        return TryHeads(remembered, keys, out _, out fault)
            ? keys.Check(checkpoint, out _) is { } wrong ? LedgerFaults.CheckpointWrong(folder.Checkpoint, wrong) : null
            : fault;
    }

    private static bool TryHeads(
        IReadOnlyList<RememberedCheckpoint> remembered, KeyChain keys,
        out List<SignedHead> heads, [NotNullWhen(false)] out Fault? fault)
    {
        heads = [];
        fault = null;
        foreach (var kept in remembered)
        {
            Fault? damaged = null;
            var unsigned = !SignedCheckpoint.Parse(kept.Bytes.Span).TryGet(out var signed, out var wrong)
                ? $"{wrong}"
                : keys.Check(signed, out damaged);
            if (unsigned is not null)
            {
                fault = damaged ?? LedgerFaults.NotACheckpoint(kept.From, unsigned);
                return false;
            }

            heads.Add(new SignedHead(signed!.Claim.Head, kept.From)); // parsed
        }

        return true;
    }
}
