namespace Sallyport.Ledger.Tests;

/// <summary>The table of faults: each step of the way to the disk breaks once, before, after or half-way, with or
/// without a power cut.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private const int Count = 20;
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<int, bool> Steps
    {
        get
        {
            var steps = new TheoryData<int, bool>();
            for (var step = 0; step < 48; step++)
            {
                steps.Add(step, false);
                steps.Add(step, true);
            }

            return steps;
        }
    }

    public void Dispose() => ledger.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Nothing_acknowledged_is_lost_whichever_step_breaks(int step, bool isPowerCut)
    {
        foreach (var how in Enum.GetValues<Break>())
        {
            using var one = new TestLedger();
            var disk = new FaultyDisk(step, how);
            var (written, synced) = await RecordAsync(one, disk);
            if (isPowerCut)
            {
                disk.CutPower(new Random(step));
            }

            var replayed = new Dictionary<long, EntryId>();
            await using var again = TestLedger.Open(one.Options() with { Replay = (id, _, _) => replayed.Add(id.Position, id) });
            Assert.All(isPowerCut ? synced : written, id => Assert.Equal(id, replayed[id.Position]));
            var next = again.Append(Entries.Decided()).Id;
            Assert.DoesNotContain(next, written);
            Assert.True(await again.WhenSyncedAsync(next, cancellation));
        }
    }

    [Theory]
    [InlineData(Break.Before, "ledger.write-failed")]
    [InlineData(Break.After, "ledger.write-failed")]
    [InlineData(Break.Partly, "ledger.disk-full")]
    public async Task A_failed_write_denies_all_that_waits_and_all_that_comes(Break how, string code)
    {
        var counting = new FaultyDisk(breaksAt: -1);
        await using (ledger.Open(counting))
        {
        }

        using var other = new TestLedger();
        var sequencer = other.Open(new FaultyDisk(FirstWrite(counting), how));
        var id = sequencer.Append(Entries.Decided()).Id;
        Assert.False(await sequencer.WhenWrittenAsync(id, cancellation));
        Assert.False(await sequencer.WhenSyncedAsync(id, cancellation));
        Assert.Equal((0, 0), (sequencer.Written, sequencer.Synced));
        var refused = sequencer.Append(Entries.Decided());
        Assert.Equal(code, refused.Fault?.Code);
        Assert.Equal(refused.Fault, sequencer.Fault);
        Assert.Equal(refused.Fault, await sequencer.Failed);
        await sequencer.DisposeAsync();
        Assert.False(await sequencer.WhenGrownAsync(0, cancellation));
    }

    [Fact]
    public async Task A_failed_sync_is_not_tried_again_and_denies()
    {
        var disk = new FaultyDisk(breaksAt: -1);
        var syncs = 0;
        var sequencer = ledger.Open(disk);
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        disk.Syncing = path =>
        {
            if (path != ledger.EntriesFile)
            {
                return;
            }

            syncs++;
            throw new IOException("fsync: input/output error");
        };
        var id = sequencer.Append(Entries.Decided()).Id;
        Assert.False(await sequencer.WhenSyncedAsync(id, cancellation));
        Assert.Equal("ledger.sync-failed", (await sequencer.Failed).Code);
        Assert.Equal("ledger.sync-failed", sequencer.Append(Entries.Decided()).Fault?.Code);
        await sequencer.DisposeAsync();
        Assert.Equal(1, syncs);
        Assert.Equal(1, sequencer.Synced);
    }

    [Fact]
    public void A_full_disk_says_so()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This machine has no /dev/full.");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var cause = Assert.ThrowsAny<IOException>(() => full.Write("x"u8));
        Assert.Equal("ledger.disk-full", LedgerFaults.WriteFailed("/dev/full", cause).Code);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_fault()
    {
        File.WriteAllText(ledger.Folder.Root, "a file where the folder should be");
        Assert.Equal("ledger.cannot-open", ledger.Refused().Code);
        File.Delete(ledger.Folder.Root);
    }

    // The folder sync, the file's own sync and the hash file come first; a sequencer that only opens and closes takes
    // them all.
    private static int FirstWrite(FaultyDisk opened) => opened.Steps;

    private async Task<(List<EntryId> Written, List<EntryId> Synced)> RecordAsync(TestLedger one, FaultyDisk disk)
    {
        var (written, synced) = (new List<EntryId>(), new List<EntryId>());
        if (!Sequencer.TryOpen(one.Options(disk), out var sequencer, out var fault))
        {
            Assert.Equal("ledger.cannot-open", fault.Code);
            return (written, synced);
        }

        for (var i = 0; i < Count; i++)
        {
            var result = sequencer.Append(Entries.Decided($"/{i}"));
            if (result.IsAccepted && await sequencer.WhenWrittenAsync(result.Id, cancellation))
            {
                written.Add(result.Id);
                if (i % 3 == 0 && await sequencer.WhenSyncedAsync(result.Id, cancellation))
                {
                    synced.Add(result.Id);
                }
            }
        }

        await sequencer.DisposeAsync();
        return (written, synced);
    }
}
