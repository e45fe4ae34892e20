namespace Sallyport.Ledger.Tests;

public sealed class SequencerTests : IDisposable
{
    // A held sync lets go by itself, so that a test that fails does not hang.
    private static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(20);

    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task What_was_synced_is_replayed_at_the_next_start_in_order()
    {
        await ledger.FillAsync(10, isClosed: false);
        var replayed = new List<EntryId>();
        await using var again = TestLedger.Open(ledger.Options() with
        {
            Replay = (id, _, entry) =>
            {
                Assert.EndsWith($"/{id.Position}", Assert.IsType<LedgerEntry.Decided>(entry).Target, StringComparison.Ordinal);
                replayed.Add(id);
            },
        });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => new EntryId(0, i)), replayed);
        Assert.Equal(new Recovery(10, new EntryId(0, 9), TornBytesCut: 0, CleanStop: false, Epoch: 1, HashesRestored: 0), again.Recovery);
    }

    [Fact]
    public async Task The_epoch_grows_after_an_unclean_stop_and_stays_after_a_clean_one()
    {
        await ledger.FillAsync(1, isClosed: true);
        await using (var second = ledger.Open())
        {
            Assert.True(second.Recovery.CleanStop);
            Assert.Equal(new EntryId(0, 2), second.Append(Entries.Decided()).Id);
        }

        await using var third = ledger.Open();
        Assert.False(third.Recovery.CleanStop);
        Assert.Equal(new EntryId(1, 3), third.Append(Entries.Decided()).Id);
    }

    [Fact]
    public async Task A_second_opener_gets_a_fault_and_the_first_goes_on()
    {
        await using var first = ledger.Open();
        Assert.Equal("ledger.locked", ledger.Refused().Code);
        Assert.True(await first.WhenSyncedAsync(first.Append(Entries.Decided()).Id, cancellation));
    }

    [Fact]
    public async Task Nobody_else_may_read_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await ledger.FillAsync(1, isClosed: true);
        Assert.True(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out _, out _));
        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.All(
            Directory.EnumerateFileSystemEntries(ledger.Folder.Root, "*", SearchOption.AllDirectories).Append(ledger.Folder.Root),
            path => Assert.Equal((UnixFileMode)0, new FileInfo(path).UnixFileMode & Others));
    }

    [Fact]
    public async Task A_fence_that_does_not_hold_makes_the_append_stale_and_records_nothing()
    {
        await using var sequencer = ledger.Open();
        var isPositioned = false;
        Assert.Equal(AppendOutcome.Stale, sequencer.Append(Entries.Decided(), new Fence(Holds: false), _ => isPositioned = true).Outcome);
        Assert.False(isPositioned);
        Assert.Equal(new EntryId(0, 0), sequencer.Append(Entries.Decided(), new Fence(Holds: true)).Id);
    }

    [Fact]
    public async Task A_fence_moved_by_one_entry_is_seen_by_the_very_next_one()
    {
        await using var sequencer = ledger.Open();
        var labels = new CountingFence(sequencer);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(labels.JoinAndDecideMany, cancellation)));
        Assert.Equal(0, labels.Contradictions);
    }

    [Fact]
    public async Task Positioned_is_told_the_name_before_any_later_entry_gets_one()
    {
        await using var sequencer = ledger.Open();
        var order = new List<long>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    sequencer.Append(Entries.Decided(), positioned: id => order.Add(id.Position));
                }
            },
            cancellation)));
        Assert.Equal(Enumerable.Range(0, 1600).Select(i => (long)i), order);
    }

    [Fact]
    public async Task An_append_while_another_gets_its_position_is_a_bug_and_records_neither()
    {
        await using var sequencer = ledger.Open();
        Assert.Throws<InvalidOperationException>(
            () => sequencer.Append(Entries.Decided(), positioned: _ => sequencer.Append(Entries.Decided())));
        Assert.Equal(new EntryId(0, 0), sequencer.Append(Entries.Decided()).Id);
    }

    [Fact]
    public async Task Writes_do_not_wait_for_a_sync_that_is_under_way()
    {
        using var inSync = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = ledger.Open(disk);
        var first = sequencer.Append(Entries.Decided()).Id;
        Assert.True(await sequencer.WhenSyncedAsync(first, cancellation));
        disk.Syncing = path =>
        {
            inSync.Release();
            goOn.Wait(HoldMax);
        };
        var held = sequencer.Append(Entries.Decided()).Id;
        await inSync.WaitAsync(cancellation);
        var later = sequencer.Append(Entries.Decided()).Id;
        Assert.True(await sequencer.WhenWrittenAsync(held, cancellation));
        Assert.True(await sequencer.WhenWrittenAsync(later, cancellation));
        Assert.Equal((3, 1), (sequencer.Written, sequencer.Synced));
        var synced = sequencer.WhenSyncedAsync(later, cancellation).AsTask();
        Assert.False(synced.IsCompleted);
        goOn.Set();
        Assert.True(await synced);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_nobody_waits_for_is_synced_with_what_somebody_waits_for(bool isWritten)
    {
        await using var sequencer = TestLedger.Open(ledger.Options() with { SyncWithin = TimeSpan.FromDays(1) });
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        var alone = sequencer.Append(Entries.Decided()).Id;
        Assert.True(await sequencer.WhenWrittenAsync(alone, cancellation));
        Assert.Equal(1, sequencer.Synced);
        var awaited = isWritten ? alone : sequencer.Append(Entries.Decided()).Id;
        Assert.True(await sequencer.WhenSyncedAsync(awaited, cancellation));
        Assert.Equal(awaited.Position + 1, sequencer.Synced);
    }

    [Fact]
    public async Task What_nobody_waits_for_is_synced_all_the_same()
    {
        await using var sequencer = TestLedger.Open(
            ledger.Options() with { SyncWithin = TimeSpan.FromMilliseconds(1) });
        for (var i = 1; i <= 20; i++)
        {
            sequencer.Append(Entries.Decided());
            while (sequencer.Synced < i)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task The_first_entry_of_a_start_is_synced_before_anybody_hears_that_it_is_written()
    {
        using var goOn = new ManualResetEventSlim();
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = ledger.Open(disk);
        disk.Syncing = _ => goOn.Wait(HoldMax);
        var written = sequencer.WhenWrittenAsync(sequencer.Append(Entries.Decided()).Id, cancellation).AsTask();
        Assert.False(written.IsCompleted);
        Assert.Equal(0, sequencer.Written);
        goOn.Set();
        Assert.True(await written);
    }

    [Fact]
    public async Task Positions_of_many_producers_are_dense_and_every_acknowledged_entry_is_on_disk()
    {
        const int Producers = 64, Each = 100;
        var acknowledged = new EntryId[Producers * Each];
        await using (var sequencer = ledger.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(
                async () =>
                {
                    for (var i = 0; i < Each; i++)
                    {
                        var id = sequencer.Append(Entries.Decided($"/{producer}-{i}")).Id;
                        Assert.True(i % 2 == 0 ? await sequencer.WhenSyncedAsync(id, cancellation) : await sequencer.WhenWrittenAsync(id, cancellation));
                        acknowledged[(producer * Each) + i] = id;
                    }
                },
                cancellation)));
        }

        Assert.True(new LedgerReader(ledger.Folder, new LocalDisk(), live: null).TryRead(0, Producers * Each, out var entries, out _));
        Assert.Equal(Enumerable.Range(0, Producers * Each).Select(i => (long)i), acknowledged.Select(id => id.Position).Order());
        Assert.All(acknowledged.Index(), it => Assert.EndsWith(
            $"/{it.Index / Each}-{it.Index % Each}",
            ((LedgerEntry.Decided)entries[(int)it.Item.Position].Entry).Target,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Segments_roll_and_are_read_back_across_the_seam()
    {
        const int Count = LedgerFolder.SegmentEntries + 300;
        await using (var sequencer = ledger.Open())
        {
            for (var i = 0; i < Count; i++)
            {
                Assert.True(sequencer.Append(Entries.Stopped()).IsAccepted);
            }
        }

        Assert.Equal(LedgerFolder.SegmentEntries * LeafHash.Length, new FileInfo(ledger.Folder.Hashes(0)).Length);
        Assert.Equal(300 * LeafHash.Length, new FileInfo(ledger.Folder.Hashes(LedgerFolder.SegmentEntries)).Length);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        Assert.Equal(Count, log.Entries);
        Assert.True(new LedgerReader(ledger.Folder, new LocalDisk(), live: null).TryRead(65_530, 10, out var seam, out _));
        Assert.Equal(Enumerable.Range(65_530, 10).Select(i => (long)i), seam.Select(it => it.Id.Position));
        await using var again = ledger.Open();
        Assert.Equal(Count, again.Append(Entries.Decided()).Id.Position);
    }

    [Fact]
    public async Task What_waits_for_the_disk_has_a_limit_that_heals()
    {
        using var goOn = new ManualResetEventSlim();
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = TestLedger.Open(ledger.Options(disk) with { UnsyncedBytesMax = 10_000 });
        disk.Syncing = _ => goOn.Wait(HoldMax);
        var last = default(AppendResult);
        for (var next = sequencer.Append(Entries.Decided()); next.IsAccepted; next = sequencer.Append(Entries.Decided()))
        {
            last = next;
        }

        var refused = sequencer.Append(Entries.Decided());
        Assert.Equal(AppendOutcome.Unavailable, refused.Outcome);
        Assert.Equal("ledger.backlog", refused.Fault?.Code);
        Assert.InRange(last.Id.Position, 10_000 / 700, 10_000 / 300);
        Assert.Null(sequencer.Fault);
        goOn.Set();
        Assert.True(await sequencer.WhenSyncedAsync(last.Id, cancellation));
        while (!sequencer.Append(Entries.Decided()).IsAccepted)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task What_was_accepted_before_the_close_is_synced_and_what_comes_after_is_refused()
    {
        var sequencer = ledger.Open();
        var accepted = sequencer.Append(Entries.Decided());
        var growth = sequencer.WhenGrownAsync(1, cancellation).AsTask();
        await sequencer.DisposeAsync();
        Assert.True(await sequencer.WhenSyncedAsync(accepted.Id, cancellation));
        Assert.Equal("ledger.closed", sequencer.Append(Entries.Decided()).Fault?.Code);
        Assert.False(await growth);
        Assert.False(await sequencer.WhenGrownAsync(1, cancellation));
        Assert.False(sequencer.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends_and_the_entry_is_recorded_all_the_same()
    {
        using var goOn = new ManualResetEventSlim();
        using var patience = new CancellationTokenSource();
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = ledger.Open(disk);
        disk.Syncing = _ => goOn.Wait(HoldMax);
        var id = sequencer.Append(Entries.Decided()).Id;
        var wait = sequencer.WhenSyncedAsync(id, patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        goOn.Set();
        Assert.True(await sequencer.WhenSyncedAsync(id, cancellation));
    }

    [Fact]
    public void An_answer_that_nobody_gave_denies()
    {
        Assert.Equal(AppendOutcome.Unavailable, default(AppendResult).Outcome);
        Assert.NotNull(default(AppendResult).Fault);
    }

    private sealed record Fence(bool Holds) : IFence;

    /// <summary>A run whose label version moves under the lock, and decisions made under the version that they read
    /// before.</summary>
    private sealed class CountingFence(Sequencer sequencer)
    {
        private long version;
        private int contradictions;

        public int Contradictions => contradictions;

        public void JoinAndDecideMany()
        {
            for (var i = 0; i < 500; i++)
            {
                var read = Volatile.Read(ref version);
                sequencer.Append(Entries.Decided(), new VersionFence(this, read), _ => contradictions += version == read ? 0 : 1);
                sequencer.Append(Entries.Decided(), positioned: _ => version++);
            }
        }

        private sealed class VersionFence(CountingFence owner, long read) : IFence
        {
            public bool Holds => owner.version == read;
        }
    }
}
