using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger.Tests.Evidence;

/// <summary>Evidence comes from strangers and from disks. Whatever its bytes are, it shows what it showed before or
/// nothing, and says in our words why.</summary>
public sealed class HostileEvidenceTests : IDisposable
{
    private const int SeedsOfAFile = 60;

    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    private string Exported => Path.Combine(ledger.Folder.Root, "exported");

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task A_receipt_of_any_bytes_is_refused_or_is_of_the_same_entry()
    {
        await ledger.FillAsync(300, isClosed: true);
        await using var sequencer = ledger.Open();
        var prover = new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint)
        {
            Entries = () => sequencer.Written,
        };
        var whole = (await prover.ProveAsync(new EntryId(0, 42), cancellation)).Receipt!.ToBytes(); // it is signed
        var refused = 0;
        for (var seed = 0; seed < 3_000; seed++)
        {
            var (proven, fault) = LedgerProver.Verify(Mutation.Of(whole, seed), sequencer.Key);
            refused += fault is null ? 0 : 1;
            Assert.True(proven is null || proven.Recorded.Id == new EntryId(0, 42), $"seed {seed}");
            Told(fault, proven is null, seed, "receipt");
        }

        Assert.True(refused > 2_800, $"{refused}");
    }

    [Fact]
    public async Task An_exported_folder_of_any_bytes_is_refused_or_shows_the_same()
    {
        await ledger.FillAsync(300, isClosed: true);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        Assert.Null((await LedgerExport.WriteAsync(log, 0, 300, Exported, cancellation)).Fault);
        var report = (await LedgerExport.VerifyAsync(Exported, log.Key, cancellation)).Report;
        foreach (var path in Directory.GetFiles(Exported, "*", SearchOption.AllDirectories))
        {
            var whole = await File.ReadAllBytesAsync(path, cancellation);
            for (var seed = 0; seed < SeedsOfAFile; seed++)
            {
                await File.WriteAllBytesAsync(path, Mutation.Of(whole, seed), cancellation);
                var (shown, fault) = await LedgerExport.VerifyAsync(Exported, log.Key, cancellation);
                Assert.True(shown is null || shown == report, $"{path}, seed {seed}: {shown}");
                Told(fault, shown is null, seed, path);
            }

            await File.WriteAllBytesAsync(path, whole, cancellation);
        }
    }

    [Fact]
    public async Task A_ledger_of_any_bytes_is_refused_or_is_the_same_log()
    {
        await ledger.FillAsync(300, isClosed: true);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        string[] paths =
        [
            ledger.Folder.Checkpoint, ledger.Folder.PublicKey, ledger.EntriesFile, ledger.HashesFile,
        ];
        foreach (var path in paths)
        {
            var whole = await File.ReadAllBytesAsync(path, cancellation);
            for (var seed = 0; seed < SeedsOfAFile; seed++)
            {
                await File.WriteAllBytesAsync(path, Mutation.Of(whole, seed), cancellation);
                foreach (var key in (VerifierKey?[])[log.Key, null])
                {
                    var isGood = LedgerAudit.TryVerify(
                        ledger.Folder, new LocalDisk(), new() { Key = key }, out var again, out var fault);
                    Assert.True(!isGood || again!.Root == log.Root, $"{path}, seed {seed}"); // good: there
                    Told(fault, !isGood, seed, path);
                }
            }

            await File.WriteAllBytesAsync(path, whole, cancellation);
        }
    }

    [Fact]
    public async Task A_kept_checkpoint_of_any_bytes_is_refused_or_is_the_one_that_was_kept()
    {
        await ledger.FillAsync(300, isClosed: true);
        var whole = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation);
        for (var seed = 0; seed < 500; seed++)
        {
            var kept = new RememberedCheckpoint("kept", Mutation.Of(whole, seed));
            var isGood = LedgerAudit.TryVerify(
                ledger.Folder, new LocalDisk(), new() { Remembered = [kept] }, out _, out var fault);
            Told(fault, !isGood, seed, "kept");
        }
    }

    // In our words: a code of the ledger, what is wrong and what to do; nothing that a runtime says of itself.
    private static void Told(Fault? fault, bool isRefused, int seed, string what)
    {
        Assert.Equal(isRefused, fault is not null);
        if (fault is null)
        {
            return;
        }

        Assert.True(
            fault.Code.StartsWith("ledger.", StringComparison.Ordinal) && fault.Detail.Length is > 20 and < 2_000
            && fault.Mend.Length > 0
            && !fault.Detail.Contains("Exception", StringComparison.Ordinal)
            && !fault.Detail.Contains("System.", StringComparison.Ordinal)
            && !fault.Detail.Contains("   at ", StringComparison.Ordinal),
            $"{what}, seed {seed}: {fault}");
    }
}
