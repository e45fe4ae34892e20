using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <content>Changes the key that checkpoints are signed with, while the ledger is open.</content>
public sealed partial class Sequencer
{
    private readonly SemaphoreSlim keyChanges = new(1, 1);

    /// <summary>Gives the log another key: an entry that both have signed, then a checkpoint that both have signed,
    /// then the new one alone.</summary>
    /// <remarks>The new key is on the disk before its entry is, and takes the old one's place after it: a start in
    /// between finds both, and the log says which holds.</remarks>
    /// <param name="isRevoked">Whether nobody is to believe the old one any more.</param>
    /// <param name="author">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The entry and the new key; or why the old one stays.</returns>
    public async Task<(LedgerEntry.KeyChanged? Changed, EntryId Id, Fault? Fault)> ChangeKeyAsync(
        bool isRevoked, string author, string reason)
    {
        await keyChanges.WaitAsync();
        try
        {
            return await ChangeKeyOnceAsync(isRevoked, author, reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, default, LedgerFaults.WriteFailed(options.Folder.NextKey, e));
        }
        finally
        {
            keyChanges.Release();
        }
    }

    private async Task<(LedgerEntry.KeyChanged? Changed, EntryId Id, Fault? Fault)> ChangeKeyOnceAsync(
        bool isRevoked, string author, string reason)
    {
        var before = checkpoint.Signer;
        if (!SignerKey.Generate(before.Verifier.Name, SignatureType.Ed25519).TryGet(out var after, out var wrong))
        {
            return (null, default, LedgerFaults.KeyWrong(options.Folder.NextKey, $"{wrong}"));
        }

        LedgerKey.WriteNext(options.Folder, options.Disk, after);
        var entry = new KeyChange(before.Verifier, after.Verifier, isRevoked)
            .Sign(before, after, author, reason, time.GetUtcNow());
        var appended = Append(entry, fence: null, positioned: id => checkpoint.Succeed(after, id.Position));
        if (!appended.IsAccepted)
        {
            return (null, default, appended.Fault);
        }

        // Until a checkpoint covers it the old key is the one that a start would need.
        if (!await WhenSyncedAsync(appended.Id, CancellationToken.None)
            || await Task.WhenAny(checkpoint.Succeeded, Failed) == Failed)
        {
            return (null, default, Fault ?? LedgerFaults.Closed);
        }

        LedgerKey.Promote(options.Folder, options.Disk, after);
        return (entry, appended.Id, null);
    }
}
