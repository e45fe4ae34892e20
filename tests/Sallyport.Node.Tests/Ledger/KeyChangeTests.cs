using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger.Tests;

public sealed class KeyChangeTests : IDisposable
{
    private readonly TestLedger ledger = new();

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task Who_has_only_the_first_key_follows_the_changes_to_the_last()
    {
        var keys = new List<VerifierKey>();
        await using (var sequencer = ledger.Open())
        {
            keys.Add(sequencer.Key);
            foreach (var reason in (string[])["once", "twice"])
            {
                await FillAsync(sequencer);
                var (changed, id, fault) = await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", reason);
                Assert.Null(fault);
                Assert.Equal($"{keys[^1]}", changed!.Before);
                Assert.Equal($"{sequencer.Key}", changed.After);
                Assert.True(sequencer.Checkpoint.Claim.Head.Size.Value > id.Position);
                keys.Add(sequencer.Key);
            }

            await FillAsync(sequencer);
        }

        Assert.Equal(3, keys.Select(key => $"{key.Id}").Distinct(StringComparer.Ordinal).Count());
        Assert.Single(keys.Select(key => key.Name).Distinct());
        Assert.False(File.Exists(ledger.Folder.NextKey));
        foreach (var key in keys)
        {
            Assert.True(Verify(key, out var fault), $"{key.Id}: {fault}");
        }

        Assert.False(Verify(Stranger(keys[0].Name), out var none));
        Assert.Equal("ledger.key-invalid", none!.Code);

        await using var again = ledger.Open();
        Assert.Equal($"{keys[^1]}", $"{again.Key}");
    }

    [Fact]
    public async Task The_first_checkpoint_after_a_change_bears_both_signatures()
    {
        await using var sequencer = ledger.Open();
        var old = sequencer.Key;
        await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "a test");
        var first = sequencer.Checkpoint;
        Assert.True(first.Verify(old).TryGet(out _, out _));
        Assert.True(first.Verify(sequencer.Key).TryGet(out _, out _));
        await FillAsync(sequencer);
        await sequencer.DisposeAsync();
        Assert.False(sequencer.Checkpoint.Verify(old).TryGet(out _, out _));
        Assert.True(sequencer.Checkpoint.Verify(sequencer.Key).TryGet(out _, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_one_of_the_two_has_not_signed_is_refused(bool oldSigns)
    {
        VerifierKey old;
        await using (var sequencer = ledger.Open())
        {
            old = sequencer.Key;
            var stranger = Signer(old.Name);
            var after = Signer(old.Name);
            var own = SignerKey.Parse((await File.ReadAllTextAsync(ledger.Folder.Key)).Trim()).ValueOrThrow();
            sequencer.Append(new KeyChange(old, after.Verifier, IsRevoked: false).Sign(
                oldSigns ? own : stranger, oldSigns ? stranger : after, "uid:0", "forged", DateTimeOffset.UnixEpoch));
        }

        Assert.False(Verify(old, out var fault));
        Assert.Equal("ledger.key-change", fault!.Code);
        Assert.Contains(
            oldSigns ? "the new key has not" : "the old key has not", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_key_that_is_not_the_logs_is_refused()
    {
        VerifierKey old;
        await using (var sequencer = ledger.Open())
        {
            old = sequencer.Key;
            await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "a test");
            var (one, other) = (Signer(old.Name), Signer(old.Name));
            sequencer.Append(new KeyChange(one.Verifier, other.Verifier, IsRevoked: false)
                .Sign(one, other, "uid:0", "forged", DateTimeOffset.UnixEpoch));
        }

        Assert.False(Verify(old, out var fault));
        Assert.Equal("ledger.key-change", fault!.Code);
    }

    [Fact]
    public async Task A_checkpoint_that_a_revoked_key_has_signed_counts_up_to_its_revocation()
    {
        SignerKey stolen;
        byte[] before;
        long revokedAt;
        await using (var sequencer = ledger.Open())
        {
            stolen = SignerKey.Parse((await File.ReadAllTextAsync(ledger.Folder.Key)).Trim()).ValueOrThrow();
            await FillAsync(sequencer);
            await sequencer.DisposeAsync();
            before = sequencer.Checkpoint.ToBytes();
        }

        await using (var sequencer = ledger.Open())
        {
            revokedAt = (await sequencer.ChangeKeyAsync(isRevoked: true, "uid:0", "stolen")).Id.Position;
            await FillAsync(sequencer);
        }

        Assert.True(Verify(stolen.Verifier, out var fault, before), $"{fault}");
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new AuditOptions(), out var log, out _));
        var forged = SignedCheckpoint.Sign(log.Checkpoint.Claim, stolen).ValueOrThrow().ToBytes();
        Assert.False(Verify(stolen.Verifier, out fault, forged));
        Assert.Equal("ledger.checkpoint-invalid", fault!.Code);
        Assert.Contains($"which was revoked at position {revokedAt}", fault.Detail, StringComparison.Ordinal);

        // In the log's own place too.
        await File.WriteAllBytesAsync(ledger.Folder.Checkpoint, forged);
        Assert.False(Verify(stolen.Verifier, out fault));
        Assert.Contains("was revoked at position", fault!.Detail, StringComparison.Ordinal);
    }

    // What a stop leaves at each step of a change: the next start has one key, and it is the one that the log says.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_after_a_stop_in_the_middle_has_the_key_that_the_log_says(bool isRecorded)
    {
        string oldKey, oldPublic, newKey;
        VerifierKey old, next;
        await using (var sequencer = ledger.Open())
        {
            await FillAsync(sequencer);
            old = sequencer.Key;
            (oldKey, oldPublic) = (
                await File.ReadAllTextAsync(ledger.Folder.Key), await File.ReadAllTextAsync(ledger.Folder.PublicKey));
            if (isRecorded)
            {
                await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "a test");
                next = sequencer.Key;
            }
            else
            {
                next = Stranger(old.Name);
            }
        }

        newKey = isRecorded ? await File.ReadAllTextAsync(ledger.Folder.Key) : Signer(old.Name).ToPrivateText() + "\n";
        await File.WriteAllTextAsync(ledger.Folder.NextKey, newKey);
        await File.WriteAllTextAsync(ledger.Folder.Key, oldKey);
        await File.WriteAllTextAsync(ledger.Folder.PublicKey, oldPublic);
        await using (var sequencer = ledger.Open())
        {
            Assert.Equal($"{(isRecorded ? next : old)}", $"{sequencer.Key}");
            await FillAsync(sequencer);
        }

        Assert.False(File.Exists(ledger.Folder.NextKey));
        Assert.True(Verify(old, out var fault), $"{fault}");
    }

    private static SignerKey Signer(KeyName name) =>
        SignerKey.Generate(name, SignatureType.Ed25519).ValueOrThrow();

    private static VerifierKey Stranger(KeyName name)
    {
        using var key = Signer(name);
        return key.Verifier;
    }

    private static async Task FillAsync(Sequencer sequencer)
    {
        EntryId last = default;
        for (var i = 0; i < 10; i++)
        {
            last = sequencer.Append(Entries.Decided($"/{i}")).Id;
        }

        Assert.True(await sequencer.WhenSyncedAsync(last, CancellationToken.None));
    }

    private bool Verify(VerifierKey key, out Fault? fault, byte[]? kept = null)
    {
        var remembered = kept is null ? [] : new[] { new RememberedCheckpoint("kept", kept) };
        return LedgerAudit.TryVerify(
            ledger.Folder, new LocalDisk(), new AuditOptions { Key = key, Remembered = remembered }, out _, out fault);
    }
}
