using Sallyport.Tlog;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger;

/// <summary>What a receipt shows.</summary>
/// <param name="Recorded">The entry.</param>
/// <param name="Checkpoint">The checkpoint that covers it.</param>
public sealed record ProvenEntry(RecordedEntry Recorded, VerifiedCheckpoint Checkpoint);

/// <summary>Makes receipts: one file that shows offline, with the log's public key and nothing else, that an entry is
/// in
/// the log. Safe for concurrent use.</summary>
/// <param name="tiles">The log.</param>
/// <param name="checkpoint">Its newest checkpoint.</param>
/// <param name="cosigned">The last that witnesses have cosigned: it is taken for every entry that it covers.</param>
public sealed class LedgerProver(
    ITileReader tiles, Func<SignedCheckpoint> checkpoint, Func<SignedCheckpoint?>? cosigned = null)
{
    /// <summary>How many entries there are, signed or not.</summary>
    public required Func<long> Entries { get; init; }

    private volatile Opened? opened;

    /// <summary>Proves an entry.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The receipt (tlog-proof), the entry's bytes in its extra data; or why there is none.</returns>
    public async ValueTask<(Receipt? Receipt, Fault? Fault)> ProveAsync(EntryId id, CancellationToken cancellation)
    {
        var signed = cosigned?.Invoke() is { } seen && id.Position < seen.Claim.Head.Size.Value ? seen : checkpoint();
        if (id.Position >= signed.Claim.Head.Size.Value)
        {
            return (null, id.Position < Entries()
                ? LedgerFaults.NotSigned(id, signed.Claim.Head.Size.Value)
                : LedgerFaults.Unknown(id, Entries()));
        }

        var index = new LeafIndex(id.Position);
        if (!(await TreeAsync(signed, cancellation)).TryGet(out var tree, out var wrong)
            || !(await tree.ReadEntryAsync(index, cancellation)).TryGet(out var entry, out wrong)
            || !(await tree.ProveInclusionAsync(index, cancellation)).TryGet(out var proof, out wrong)
            || !Receipt.Create(proof, signed, entry.Span).TryGet(out var receipt, out wrong))
        {
            return (null, LedgerFaults.NotProven(id, $"{wrong}"));
        }

        return EntryBytes.TryRead(entry.Span, out var recorded, out var fault)
            ? recorded.Id == id ? (receipt, null) : (null, LedgerFaults.NoEntry(id, recorded.Id))
            : (null, fault);
    }

    /// <summary>Verifies a receipt with nothing but a key.</summary>
    /// <param name="receipt">The file's bytes.</param>
    /// <param name="key">The log's key, got beforehand.</param>
    /// <returns>The entry and the checkpoint, or what is wrong with the receipt.</returns>
    public static (ProvenEntry? Proven, Fault? Fault) Verify(ReadOnlySpan<byte> receipt, VerifierKey key) =>
        Verify(receipt, TrustPolicy.OfLog(key));

    /// <summary>Verifies a receipt with nothing but keys: the log's, and those of witnesses that must have
    /// cosigned.</summary>
    public static (ProvenEntry? Proven, Fault? Fault) Verify(ReadOnlySpan<byte> receipt, TrustPolicy policy)
    {
        if (!Receipt.Parse(receipt).TryGet(out var parsed, out var wrong)
            || !parsed.Verify(parsed.Extra.Span, policy).TryGet(out var verified, out wrong))
        {
            return (null, LedgerFaults.ReceiptWrong($"{wrong}"));
        }

        return !EntryBytes.TryRead(parsed.Extra.Span, out var recorded, out var fault) ? (null, fault)
            : recorded.Id.Position != parsed.Index.Value
                ? (null, LedgerFaults.ReceiptWrong($"the entry at {parsed.Index} says that it is {recorded.Id}"))
            : (new ProvenEntry(recorded, verified), null);
    }

    // A tree keeps the tiles that it has checked: the next proof under the same checkpoint costs less.
    private async ValueTask<Result<TileTree>> TreeAsync(SignedCheckpoint signed, CancellationToken cancellation)
    {
        if (opened is { } last && last.Checkpoint == signed)
        {
            return last.Tree;
        }

        var result = await TileTree.OpenAsync(tiles, signed.Claim.Head, cancellation);
        if (result.TryGet(out var tree, out _))
        {
            opened = new Opened(signed, tree);
        }

        return result;
    }

    private sealed record Opened(SignedCheckpoint Checkpoint, TileTree Tree);
}
