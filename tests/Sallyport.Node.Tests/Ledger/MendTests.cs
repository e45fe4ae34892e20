namespace Sallyport.Ledger.Tests;

/// <summary>A disk that refuses and comes back: refused with the reason meanwhile, then on by itself, with nothing lost
/// and a gap that says so.</summary>
public sealed class MendTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    [InlineData(LedgerFolder.SegmentEntries - 1)]
    [InlineData(LedgerFolder.SegmentEntries)]
    [InlineData(LedgerFolder.SegmentEntries + 1)]
    public async Task A_full_disk_refuses_and_when_it_has_room_the_ledger_goes_on(int before)
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = Open(disk);
        await FillAsync(sequencer, before);
        disk.Full = _ => true;
        var told = sequencer.Append(Entries.Decided("/refused")).Id;
        Assert.False(await sequencer.WhenSyncedAsync(told, cancellation));
        Assert.Equal("ledger.disk-full", (await sequencer.Failed).Code);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("ledger.disk-full", sequencer.Append(Entries.Decided()).Fault?.Code);
        }

        var mended = sequencer.Mended;
        disk.Full = null;
        var gap = await mended.WaitAsync(Patience, cancellation);
        Assert.Equal(("ledger.disk-full", 1, 5), (gap.Code, gap.Carried, gap.Refused));
        Assert.Null(sequencer.Fault);
        var next = sequencer.Append(Entries.Stopped()).Id;
        Assert.Equal(new EntryId(told.Epoch, told.Position + 2), next);
        Assert.True(await sequencer.WhenSyncedAsync(next, cancellation));
        await sequencer.DisposeAsync();

        var entries = Replayed();
        Assert.Equal(before + 3, entries.Count);
        Assert.Equal("https://www.moltbook.com/refused", ((LedgerEntry.Decided)entries[before]).Target);
        var written = Assert.IsType<LedgerEntry.Gap>(entries[before + 1]);
        Assert.Equal(gap, written with { From = gap.From }); // Whole microseconds are written.
    }

    [Fact]
    public async Task A_file_whose_fsync_failed_is_never_written_or_synced_again()
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = Open(disk);
        await FillAsync(sequencer, 10);
        var synced = new List<string>();
        var failing = true;
        disk.Syncing = path =>
        {
            lock (synced)
            {
                synced.Add(Path.GetFileName(path));
            }

            if (failing && path == ledger.EntriesFile)
            {
                failing = false;
                throw new IOException("fsync: input/output error");
            }
        };
        var mended = sequencer.Mended;
        var written = sequencer.Append(Entries.Decided("/10")).Id;
        Assert.False(await sequencer.WhenSyncedAsync(written, cancellation));
        await mended.WaitAsync(Patience, cancellation);
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided("/last")).Id, cancellation));
        await sequencer.DisposeAsync();
        var own = Path.GetFileName(ledger.EntriesFile);
        var entries = synced.Where(name => name.StartsWith(own, StringComparison.Ordinal)).ToList();
        Assert.Equal([own, own + ".new"], entries.Take(2), StringComparer.Ordinal);
        Assert.Equal(13, Replayed().Count);
    }

    [Fact]
    public async Task A_folder_that_vanishes_and_comes_back_is_gone_on_with()
    {
        await using var sequencer = Open(new LocalDisk());
        await FillAsync(sequencer, 10);
        var checkpoint = Path.Combine(ledger.Folder.Root, "checkpoint");
        while (await File.ReadAllLinesAsync(checkpoint, cancellation) is not [_, "10", ..])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation); // It is signed soon.
        }

        var away = ledger.Folder.Root + "-away";
        Directory.Move(ledger.Folder.Root, away);
        sequencer.Append(Entries.Decided("/while it is away"));
        Assert.Contains("checkpoint", (await sequencer.Failed.WaitAsync(Patience, cancellation)).Detail,
            StringComparison.Ordinal);
        var mended = sequencer.Mended;
        Directory.Move(away, ledger.Folder.Root);
        await mended.WaitAsync(Patience, cancellation);
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Stopped()).Id, cancellation));
        await sequencer.DisposeAsync();
        Assert.Equal(13, Replayed().Count);
    }

    [Fact]
    public async Task Another_log_in_its_place_is_not_gone_on_with()
    {
        await using var sequencer = Open(new LocalDisk());
        await FillAsync(sequencer, 10);
        var away = ledger.Folder.Root + "-away";
        Directory.Move(ledger.Folder.Root, away);
        await ledger.FillAsync(20, isClosed: true);
        var before = ledger.EntriesOnDisk;
        sequencer.Append(Entries.Decided("/while it is away"));
        await sequencer.Failed.WaitAsync(Patience, cancellation);
        while (sequencer.Fault?.Code != "ledger.forked")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
        }

        await sequencer.DisposeAsync();
        Assert.Equal(before, ledger.EntriesOnDisk);
        Directory.Delete(away, recursive: true);
    }

    private Sequencer Open(IDisk disk) =>
        TestLedger.Open(ledger.Options(disk) with { MendEvery = TimeSpan.FromMilliseconds(5) });

    private async Task FillAsync(Sequencer sequencer, int count)
    {
        AppendResult last = default;
        for (var i = 0; i < count; i++)
        {
            last = sequencer.Append(Entries.Decided($"/{i}"));
        }

        // Signed, not only synced: else its checkpoint may be what the disk refuses first, before the test's own entry.
        Assert.True(await sequencer.WhenSignedAsync(last.Id, cancellation));
    }

    // Audited, and then read as a start does.
    private List<LedgerEntry> Replayed()
    {
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out var fault),
            fault?.Detail);
        Assert.Equal(log.Entries, log.Checkpoint.Claim.Head.Size.Value);
        Assert.True(new LedgerReader(ledger.Folder, new LocalDisk(), live: null).TryRead(
            Math.Max(0, log.Entries - 5_000), 10_000, out var entries, out fault), fault?.Detail);
        return [.. Enumerable.Repeat<LedgerEntry>(Entries.Stopped(), (int)log.Entries - entries.Count),
            .. entries.Select(it => it.Entry)];
    }
}
