using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>The keys of a log in their order, from the entries that change them: so whoever has one of them can verify
/// what another has signed.</summary>
/// <remarks>Read from the segments when a checkpoint is not of the key that is at hand. It believes no entry by itself:
/// the tree that the checkpoint signs has to hold it, which is for the caller to see.</remarks>
/// <param name="folder">The log.</param>
/// <param name="disk">Its disk.</param>
/// <param name="anchor">The key that is at hand.</param>
internal sealed class KeyChain(LedgerFolder folder, IDisk disk, VerifierKey anchor)
{
    private static readonly byte[] Kind = ",\"kind\":\"key\","u8.ToArray();
    private List<(long Position, KeyChange Change)>? changes;

    /// <summary>Reads the changes; from then on a signature counts only for the time of its key.</summary>
    /// <returns>Null, or which entry is wrong.</returns>
    public Fault? Read()
    {
        if (changes is not null)
        {
            return null;
        }

        if (!TryRead(out var found, out var fault))
        {
            return fault;
        }

        if (found.Count > 0 && !found.Exists(it => Same(it.Change.Before, anchor) || Same(it.Change.After, anchor)))
        {
            return LedgerFaults.KeyNotInChain(anchor, found[^1].Change.After);
        }

        changes = found;
        return null;
    }

    /// <summary>Whether the last change leads to a key.</summary>
    public bool EndsIn(VerifierKey key, out Fault? fault) =>
        TryRead(out var found, out fault) && found is [.., (_, var last)] && Same(last.After, key);

    /// <summary>Whether the key that was in force at its size has signed a checkpoint.</summary>
    /// <param name="signed">The checkpoint.</param>
    /// <param name="damaged">An entry that is wrong; null where there is none.</param>
    /// <returns>Null when it has; else why it is not to be believed.</returns>
    public string? Check(SignedCheckpoint signed, out Fault? damaged)
    {
        damaged = null;
        if (changes is null)
        {
            if (signed.Verify(anchor).TryGet(out _, out var wrong))
            {
                return null;
            }

            if ((damaged = Read()) is not null)
            {
                return $"{wrong}";
            }
        }

        var size = signed.Claim.Head.Size.Value;
        var next = changes!.FindIndex(it => size <= it.Position); // just read
        var key = next >= 0 ? changes[next].Change.Before : changes is [.., (_, var last)] ? last.After : anchor;
        return signed.Verify(key).TryGet(out _, out var fault) ? null : Retired(signed, size) ?? $"{fault}";
    }

    // A signature of a key that had given way before: what it stands for is not this log.
    private string? Retired(SignedCheckpoint signed, long size)
    {
        foreach (var (position, change) in changes!) // read before
        {
            if (size > position && signed.Verify(change.Before).TryGet(out _, out _))
            {
                var how = change.IsRevoked ? KeyChange.Revoked : KeyChange.Rotated;
                return $"it is of size {size}, and signed by {change.Before.Name}+{change.Before.Id}, which was {how} "
                    + $"at position {position}";
            }
        }

        return null;
    }

    private bool TryRead(
        [NotNullWhen(true)] out List<(long Position, KeyChange Change)>? found, [NotNullWhen(false)] out Fault? fault)
    {
        found = [];
        var starts = folder.Starts(disk, LedgerFolder.EntriesSuffix);
        if (!KeptFile.TryRead(folder, disk, out var kept, out fault))
        {
            return false;
        }

        foreach (var (recorded, bytes) in kept.Entries
            .Where(it => !starts.Contains(LedgerFolder.SegmentStart(it.Recorded.Id.Position))))
        {
            if ((fault = Take(bytes, recorded.Id.Position, found)) is not null)
            {
                return false;
            }
        }

        foreach (var start in starts)
        {
            using var file = disk.OpenRead(folder.Entries(start));
            var stream = file is null ? null : new EntryStream(file);
            for (var position = start; stream is not null && stream.TryNext(out var bytes); position++)
            {
                // Quotes in texts are escaped: nothing but the member itself looks like this.
                if (bytes.IndexOf(Kind) >= 0 && (fault = Take(bytes, position, found)) is not null)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static Fault? Take(ReadOnlySpan<byte> bytes, long position, List<(long Position, KeyChange Change)> found)
    {
        if (!EntryBytes.TryRead(bytes, out var recorded, out _)
            || recorded.Entry is not LedgerEntry.KeyChanged { Key: KeyChange.Ledger } entry)
        {
            return null; // Damage is told by who reads every entry.
        }

        if (!KeyChange.TryVerify(entry, out var change, out var wrong))
        {
            return LedgerFaults.KeyChangeWrong(recorded.Id, wrong);
        }

        if (found is [.., (_, var last)] && !Same(last.After, change.Before))
        {
            return LedgerFaults.KeyChangeWrong(recorded.Id, $"the log's key is {last.After.Id} by then");
        }

        found.Add((position, change));
        return null;
    }

    private static bool Same(VerifierKey one, VerifierKey other) => $"{one}" == $"{other}";
}
