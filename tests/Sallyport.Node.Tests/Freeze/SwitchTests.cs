using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Decisions.Tests;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Freeze.Tests;

public sealed class SwitchTests : IAsyncDisposable
{
    private static readonly FreezeScope Everything = new FreezeScope.All();
    private static readonly FreezeScope OneAgent = new FreezeScope.OfAgent(Entries.Agent);

    private readonly TestLedger ledger = new();
    private readonly ScratchFolder scratch = new();
    private readonly HeldDisk disk = new();
    private readonly Channels channels = new();
    private readonly Sequencer sequencer;
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public SwitchTests() => sequencer = ledger.Open(disk);

    private string StateFile => Path.Combine(scratch.Path, "freeze.json");

    public async ValueTask DisposeAsync()
    {
        await sequencer.DisposeAsync();
        ledger.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void A_first_start_is_not_frozen()
    {
        Assert.Equal(0, Open().State.Epoch);
        Assert.False(IsFrozen(Open()));
    }

    [Fact]
    public void A_freeze_is_in_force_before_it_cuts_and_cuts_before_it_is_stored()
    {
        var freeze = Open();
        (bool IsFrozen, bool IsStored)? seen = null;
        using var run = Gatehouse.NewRun();
        using var registered = channels.Register(new FakeChannel(run, Gatehouse.NotAllowed, canSend: true)
        {
            Cutting = () => seen = (IsFrozen(freeze), File.Exists(StateFile)),
        });
        var change = freeze.Freeze(Everything, "it posts in a loop", "uid:0");
        Assert.Equal((true, false), seen);
        Assert.True(File.Exists(StateFile));
        Assert.Equal((1, null), (change.ChannelsCut, change.Fault));
    }

    [Fact]
    public void A_freeze_is_in_force_when_the_disk_refuses_its_file()
    {
        RefuseFile();
        var freeze = Open();
        var change = freeze.Freeze(Everything, "why", "uid:0");
        Assert.Equal("freeze.not-stored", change.Fault?.Code);
        Assert.NotNull(change.Entry);
        Assert.True(IsFrozen(freeze));
    }

    // The ledger has the freeze, the file has not: whoever restarts must not be the one who thaws.
    [Fact]
    public async Task A_freeze_that_only_the_ledger_holds_is_in_force_after_a_restart()
    {
        RefuseFile();
        var entry = Open().Freeze(OneAgent, "why", "uid:0").Entry;
        Assert.True(await sequencer.WhenSyncedAsync(entry!.Value, cancellation)); // The ledger works.
        var again = Open(ledgerEpoch: 1);
        Assert.True(IsFrozen(again));
        Assert.True(again.State.Epoch > 1);
    }

    [Fact]
    public async Task A_freeze_is_in_force_when_the_ledger_refuses_its_entry()
    {
        await BreakLedgerAsync();
        var freeze = Open();
        var change = freeze.Freeze(Everything, "why", "uid:0");
        Assert.Null(change.Entry);
        Assert.True(IsFrozen(freeze));
        Assert.True(IsFrozen(Open()));
    }

    [Fact]
    public async Task A_freeze_and_its_thaw_are_recorded_each_under_its_epoch()
    {
        var freeze = Open();
        freeze.Freeze(OneAgent, "why", "uid:0");
        await freeze.ThawAsync(_ => true, "uid:7", cancellation);
        await sequencer.DisposeAsync();
        Assert.True(new LedgerReader(ledger.Folder, new LocalDisk(), live: null).TryRead(0, 10, out var entries, out _));
        var changes = entries.Select(entry => Assert.IsType<LedgerEntry.FreezeChanged>(entry.Entry)).ToList();
        Assert.Equal(
            [("frozen", "f1", "agent:research", "why", "uid:0", 1L), ("thawed", "f1", "agent:research", "why", "uid:7", 2L)],
            changes.Select(change => (change.Change, change.FreezeId, change.Scope, change.Reason, change.Author, change.FreezeEpoch)));
    }

    [Fact]
    public async Task A_thaw_that_matches_nothing_changes_nothing()
    {
        var freeze = Open();
        freeze.Freeze(OneAgent, "why", "uid:0");
        var stored = await File.ReadAllBytesAsync(StateFile, cancellation);
        var change = await freeze.ThawAsync(one => one.Id == "f9", "uid:0", cancellation);
        Assert.Equal((0, null, null), (change.Freezes.Count, change.Entry, change.Fault));
        Assert.Equal(1, freeze.State.Epoch);
        Assert.Equal(stored, await File.ReadAllBytesAsync(StateFile, cancellation));
    }

    [Fact]
    public async Task The_state_survives_a_restart()
    {
        var freeze = Open();
        freeze.Freeze(OneAgent, "one \"quoted\" \u202e reason", "uid:0");
        freeze.Freeze(new FreezeScope.OfRun(Entries.OtherRun), "two", "uid:1");
        freeze.Freeze(Everything, "three", "uid:2");
        await freeze.ThawAsync(one => one.Id == "f3", "uid:0", cancellation);
        var again = Open(ledgerEpoch: 4);
        Assert.Equal(4, again.State.Epoch);
        Assert.Equal(freeze.State.Active.AsEnumerable(), again.State.Active.AsEnumerable());
        Assert.Equal(2, again.State.Active.Length);
    }

    [Fact]
    public void The_file_is_for_its_owner_alone()
    {
        Open().Freeze(Everything, "why", "uid:0");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StateFile));
        Assert.Equal(StateFile, Assert.Single(Directory.EnumerateFileSystemEntries(scratch.Path)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("\0\0\0\0")]
    [InlineData("""{"version":1,"epoch":0,"active":[]""")]
    [InlineData("""{"version":1,"epoch":0}""")]
    [InlineData("""{"version":1,"epoch":0,"active":null}""")]
    [InlineData("""{"version":1,"epoch":0,"active":[],"active":[]}""")]
    [InlineData("""{"version":1,"epoch":0,"active":[],"extra":1}""")]
    [InlineData("""{"version":2,"epoch":0,"active":[]}""")]
    [InlineData("""{"version":1,"epoch":-1,"active":[]}""")]
    [InlineData("""{"version":1,"epoch":1.5,"active":[]}""")]
    [InlineData("""{"version":1,"epoch":99999999999999999999,"active":[]}""")]
    [InlineData("""{"version":1,"epoch":1,"active":[{}]}""")]
    [InlineData("""{"version":1,"epoch":1,"active":[{"id":"f1","scope":"role:x","reason":"","author":"","at":"2026-01-31T09:30:00+00:00"}]}""")]
    [InlineData("""{"version":1,"epoch":1,"active":[{"id":"f1","scope":"all","reason":null,"author":"","at":"2026-01-31T09:30:00+00:00"}]}""")]
    [InlineData("""{"version":1,"epoch":1,"active":[{"id":"f1","scope":"all","reason":"","author":"","at":"yesterday"}]}""")]
    public void A_file_that_cannot_be_read_freezes_everything(string text)
    {
        File.WriteAllText(StateFile, text);
        var freeze = Open(ledgerEpoch: 7);
        Assert.True(IsFrozen(freeze));
        Assert.Equal((8, "node"), (freeze.State.Epoch, Assert.Single(freeze.State.Active).Author));
        Assert.Equal(text, File.ReadAllText(StateFile));
    }

    [Fact]
    public void The_same_file_in_good_order_freezes_nothing()
    {
        File.WriteAllText(StateFile, """{"version":1,"epoch":0,"active":[]}""");
        Assert.False(IsFrozen(Open()));
    }

    [Fact]
    public void A_folder_where_the_file_should_be_freezes_everything()
    {
        Directory.CreateDirectory(StateFile);
        Assert.True(IsFrozen(Open(ledgerEpoch: 1)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task A_file_older_than_the_ledger_freezes_everything(long ledgerEpoch, bool isFrozen)
    {
        var freeze = Open();
        freeze.Freeze(Everything, "why", "uid:0");
        await freeze.ThawAsync(_ => true, "uid:0", cancellation);
        var again = Open(ledgerEpoch);
        Assert.Equal(isFrozen, IsFrozen(again));
        Assert.Equal(isFrozen ? ledgerEpoch + 1 : 2, again.State.Epoch);
    }

    [Fact]
    public void A_file_that_was_lost_freezes_everything() => Assert.True(IsFrozen(Open(ledgerEpoch: 1)));

    [Fact]
    public async Task What_was_frozen_for_its_file_can_be_thawed_for_good()
    {
        var freeze = Open(ledgerEpoch: 5);
        Assert.Null((await freeze.ThawAsync(_ => true, "uid:0", cancellation)).Fault);
        Assert.False(IsFrozen(freeze));
        Assert.False(IsFrozen(Open(ledgerEpoch: 7)));
    }

    [Fact]
    public async Task A_thaw_waits_until_its_record_is_synced()
    {
        var freeze = Open();
        await FreezeAsync(freeze, Everything, "why");
        using var released = new ManualResetEventSlim();
        disk.Syncing = HeldDisk.Until(released);
        var thaw = freeze.ThawAsync(_ => true, "uid:0", cancellation);
        Assert.True(await sequencer.WhenGrownAsync(1, cancellation));
        Assert.False(thaw.IsCompleted);
        Assert.True(IsFrozen(freeze));
        released.Set();
        var change = await thaw;
        Assert.True(sequencer.Synced > change.Entry!.Value.Position); // The ledger works.
        Assert.False(IsFrozen(freeze));
    }

    [Fact]
    public async Task A_freeze_while_the_disk_is_full_has_its_entry_when_there_is_room_again()
    {
        using var own = new TestLedger();
        var full = new FaultyDisk(breaksAt: -1);
        await using var mending = TestLedger.Open(
            own.Options(full) with { MendEvery = TimeSpan.FromMilliseconds(10) });
        var freeze = Switch.Open(
            StateFile, 0, [], mending, channels, TimeProvider.System, NullLogger.Instance);
        full.Full = _ => true;
        Assert.False(await mending.WhenSyncedAsync(mending.Append(Entries.Decided()).Id, cancellation));
        Assert.Equal("ledger.disk-full", (await mending.Failed).Code);
        Assert.Null(freeze.Freeze(OneAgent, "first", "uid:0").Entry);
        Assert.Null(freeze.Freeze(Everything, "second", "uid:0").Entry);
        var mended = mending.Mended;
        full.Full = null;
        await mended;

        var entries = new LedgerReader(own.Folder, new LocalDisk(), mending)
            .FollowAsync(0, new LedgerFilter { Kind = EntryKind.Freeze }, cancellation)
            .GetAsyncEnumerator(cancellation);
        foreach (var reason in (string[])["first", "second"])
        {
            Assert.True(await entries.MoveNextAsync());
            var entry = Assert.IsType<LedgerEntry.FreezeChanged>(entries.Current.Entry);
            Assert.Equal(("frozen", reason), (entry.Change, entry.Reason));
        }
    }

    [Fact]
    public async Task A_thaw_that_cannot_be_recorded_lifts_nothing()
    {
        var freeze = Open();
        freeze.Freeze(Everything, "why", "uid:0");
        await BreakLedgerAsync();
        var change = await freeze.ThawAsync(_ => true, "uid:0", cancellation);
        Assert.Equal("ledger.unavailable", change.Fault?.Code);
        Assert.Empty(change.Freezes);
        Assert.True(IsFrozen(freeze));
        Assert.True(IsFrozen(Open()));
    }

    [Fact]
    public async Task A_thaw_that_cannot_be_stored_lifts_nothing()
    {
        var freeze = Open();
        freeze.Freeze(Everything, "why", "uid:0");
        RefuseFile();
        var change = await freeze.ThawAsync(_ => true, "uid:0", cancellation);
        Assert.Equal("freeze.not-stored", change.Fault?.Code);
        Assert.True(IsFrozen(freeze));
    }

    [Fact]
    public async Task A_freeze_that_comes_during_a_thaw_stays()
    {
        var freeze = Open();
        await FreezeAsync(freeze, OneAgent, "one");
        using var released = new ManualResetEventSlim();
        disk.Syncing = HeldDisk.Until(released);
        var thaw = freeze.ThawAsync(_ => true, "uid:0", cancellation);
        freeze.Freeze(OneAgent, "two", "uid:0");
        released.Set();
        Assert.Null((await thaw).Fault);
        Assert.Equal("two", Assert.Single(freeze.State.Active).Reason);
        Assert.Equal("two", Assert.Single(Open(ledgerEpoch: 3).State.Active).Reason);
    }

    [Fact]
    public void A_freeze_that_the_ledger_knows_of_stands_though_the_file_was_edited_at_the_same_epoch()
    {
        var freeze = Open();
        freeze.Freeze(Everything, "why", "uid:0");
        var recorded = Assert.Single(freeze.State.Active);
        var text = File.ReadAllText(StateFile);
        string[] edits =
        [
            """{"version":1,"epoch":1,"active":[]}""",
            text.Replace("\"all\"", "\"agent:nobody\"", StringComparison.Ordinal), // the same id, and it covers less
        ];
        foreach (var edit in edits)
        {
            Assert.NotEqual(text, edit, StringComparer.Ordinal);
            File.WriteAllText(StateFile, edit);
            Assert.True(IsFrozen(Open(ledgerEpoch: 1, recorded)), edit);

            // It was written back: the file alone says it again.
            Assert.True(IsFrozen(Open(ledgerEpoch: 1)), edit);
        }
    }

    [Fact]
    public async Task A_thaw_of_everything_lifts_what_only_the_ledger_knew_of()
    {
        var freeze = Open();
        freeze.Freeze(Everything, "why", "uid:0");
        var recorded = Assert.Single(freeze.State.Active);
        await File.WriteAllTextAsync(StateFile, "garbage", cancellation);
        freeze = Open(ledgerEpoch: 1, recorded);
        var change = await freeze.ThawAsync(_ => true, "uid:0", cancellation);
        Assert.Contains(change.Freezes, freeze => freeze == recorded);
        Assert.Empty(freeze.State.Active);
    }

    private static bool IsFrozen(Switch freeze) => freeze.Covering(Entries.Agent, Entries.Run) is not null;

    private Switch Open(long ledgerEpoch = 0, params IEnumerable<ActiveFreeze> recorded) =>
        Switch.Open(StateFile, ledgerEpoch, recorded, sequencer, channels, TimeProvider.System, NullLogger.Instance);

    // Synced, so that what is held up afterwards is the thaw alone.
    private async Task FreezeAsync(Switch freeze, FreezeScope scope, string reason) =>
        Assert.True(await sequencer.WhenSyncedAsync(freeze.Freeze(scope, reason, "uid:0").Entry!.Value, cancellation)); // The ledger works.

    // A folder where the next file would be written: refused even to root.
    private void RefuseFile() => Directory.CreateDirectory(StateFile + ".next");

    private async Task BreakLedgerAsync()
    {
        disk.Writing = HeldDisk.Broken;
        sequencer.Append(Entries.Decided());
        await sequencer.Failed.WaitAsync(cancellation);
    }
}
