using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Console;
using Sallyport.Decisions.Tests;
using Sallyport.Ledger;
using static Sallyport.Decisions.Approvals.Tests.HeldStage;

namespace Sallyport.Decisions.Approvals.Tests;

// Promise P3 for approvals, one use over races and restarts, and requests that wait.
public sealed class ApprovalRecordTests : IAsyncDisposable
{
    private const int Repeats = 8;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly HeldStage stage = new();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Of_repeats_that_race_exactly_one_passes(int seed)
    {
        var random = new Random(seed);
        await stage.TaintAsync();
        for (var round = 0; round < 25; round++)
        {
            var body = $"{seed}/{round}";
            await stage.ApproveAsync(await stage.HeldAsync(body));
            using var start = new Barrier(Repeats);
            var spins = Enumerable.Range(0, Repeats).Select(_ => random.Next(200)).ToArray();
            var verdicts = await Task.WhenAll(spins.Select(spin => Task.Run(
                async () =>
                {
                    start.SignalAndWait(Cancellation);
                    Thread.SpinWait(spin);
                    return await stage.AskAsync(body);
                },
                Cancellation)));
            Assert.True(
                verdicts.Count(verdict => verdict.Decision is Decision.Allow) == 1,
                $"seed {seed}, round {round}: {string.Join(", ", verdicts.Select(v => v.Denial?.Code ?? "allow"))}");
        }

        AssertOneUseEach(await stage.House.CloseAndReadAsync(), seed);
    }

    // Whoever is first: a use, or a no. Never both.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task A_no_that_races_with_the_use_is_either_first_or_too_late(int seed)
    {
        var random = new Random(seed);
        await stage.TaintAsync();
        for (var round = 0; round < 25; round++)
        {
            var body = $"{seed}/{round}";
            var ticket = await stage.HeldAsync(body);
            await stage.ApproveAsync(ticket);
            using var start = new Barrier(2);
            var spin = random.Next(2_000);
            var use = Task.Run(
                async () =>
                {
                    start.SignalAndWait(Cancellation);
                    return (await stage.AskAsync(body)).Decision is Decision.Allow;
                },
                Cancellation);
            start.SignalAndWait(Cancellation);
            Thread.SpinWait(spin);
            var isDeclined = stage.House.Holds.Decline(ticket, Alice) is null;
            Assert.True(await use != isDeclined, $"seed {seed}, round {round}: declined {isDeclined}");
        }
    }

    [Fact]
    public async Task A_yes_takes_effect_when_it_is_synced_and_a_no_at_once()
    {
        await stage.TaintAsync();
        var (asked, other) = (await stage.HeldAsync("1"), await stage.HeldAsync("2"));
        Assert.True(await stage.House.Sequencer.WhenSyncedAsync(
            new EntryId(0, stage.House.Sequencer.Written - 1), Cancellation));
        using var released = new ManualResetEventSlim();
        stage.House.Disk.Syncing = HeldDisk.Until(released);
        var approving = stage.House.Holds.ApproveAsync(asked, Alice, TimeSpan.FromHours(1));
        Assert.Equal("approval.required", (await stage.AskAsync("1")).Denial?.Code);
        Assert.Null(stage.House.Holds.Decline(other, Alice));
        Assert.Equal("approval.declined", (await stage.AskAsync("2")).Denial?.Code);
        Assert.False(approving.IsCompleted);
        released.Set();
        Assert.Null(await approving);
        Assert.IsType<Decision.Allow>((await stage.AskAsync("1")).Decision);
    }

    [Fact]
    public async Task A_yes_that_cannot_be_recorded_is_none()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        stage.House.Disk.Syncing = HeldDisk.Broken;
        Assert.Equal(
            "ledger.unavailable",
            (await stage.House.Holds.ApproveAsync(ticket, Alice, TimeSpan.FromHours(1)))?.Code);
        Assert.Equal(HoldState.Open, ticket.Standing.State);
    }

    [Fact]
    public async Task Two_who_say_yes_at_once_are_recorded_once()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        var faults = await Task.WhenAll(
            stage.House.Holds.ApproveAsync(ticket, Alice, TimeSpan.FromHours(1)),
            stage.House.Holds.ApproveAsync(ticket, Alice with { Operator = "bob" }, TimeSpan.FromHours(1)));
        Assert.Single(faults, fault => fault is null);
        Assert.Equal(["given"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    // The entries are all that is left: open, used and declined are what they were, and a yes is asked for again.
    [Fact]
    public async Task After_a_crash_a_no_is_still_a_no_and_a_yes_is_asked_for_again()
    {
        await stage.TaintAsync();
        var (open, given) = (await stage.HeldAsync("open"), await stage.HeldAsync("given"));
        var (used, declined) = (await stage.HeldAsync("used"), await stage.HeldAsync("declined"));
        await stage.ApproveAsync(given);
        await stage.ApproveAsync(used);
        Assert.Null(stage.House.Holds.Decline(declined, Alice));
        Assert.IsType<Decision.Allow>((await stage.AskAsync("used")).Decision);

        var history = new HoldHistory();
        foreach (var entry in await stage.House.CloseAndReadAsync())
        {
            history.Take(entry.Time, entry.Entry);
        }

        await using var next = new HeldStage();
        var run = stage.House.Run;
        next.House.Holds.Restore(history, id => id == run.Id);
        Assert.Equal(
            [open.Hold.Ticket.Text, given.Hold.Ticket.Text, declined.Hold.Ticket.Text],
            next.House.Holds.Live.Select(ticket => ticket.Hold.Ticket.Text), StringComparer.Ordinal);
        Assert.Equal(4, next.House.Holds.Counts.Opened[run.Id]);

        var again = await next.AskAsync("given", run);
        Assert.Equal("approval.required", again.Denial?.Code);
        Assert.Equal(given.Hold.Ticket.Text, again.Facts.Hold?.Ticket);
        Assert.Equal("approval.declined", (await next.AskAsync("declined", run)).Denial?.Code);
        Assert.NotEqual(used.Hold.Ticket.Text, (await next.AskAsync("used", run)).Facts.Hold?.Ticket,
            StringComparer.Ordinal);
        Assert.Equal(open.Hold.Ticket.Text, (await next.AskAsync("open", run)).Facts.Hold?.Ticket);
    }

    [Fact]
    public void Holds_of_runs_that_are_not_open_any_more_are_not_taken_up()
    {
        var replay = new LedgerReplay();
        var history = replay.Holds;
        history.Take(DateTimeOffset.UnixEpoch, Ledger.Tests.Entries.Stopped());
        var holds = new Holds(stage.House.Sequencer, stage.House.Clock, NullLogger<Holds>.Instance);
        holds.Restore(history, _ => false);
        Assert.Empty(holds.Live);
    }

    [Fact]
    public async Task A_request_that_waits_goes_on_when_it_is_approved()
    {
        await using var patient = new HeldStage(Long);
        await patient.TaintAsync();
        var asking = patient.AskAsync().AsTask();
        var ticket = await patient.House.Holds.Notices.ReadAsync(Cancellation);
        Assert.False(asking.IsCompleted);
        await patient.ApproveAsync(ticket);
        Assert.IsType<Decision.Allow>((await asking).Decision);
        Assert.Equal(HoldState.Used, ticket.Standing.State);
    }

    [Fact]
    public async Task A_request_that_waits_ends_with_a_no_of_whatever_kind()
    {
        await using var patient = new HeldStage(Long);
        await patient.TaintAsync();
        var (asked, late) = (patient.AskAsync("1").AsTask(), patient.AskAsync("2").AsTask());
        var (first, second) = (
            await patient.House.Holds.Notices.ReadAsync(Cancellation),
            await patient.House.Holds.Notices.ReadAsync(Cancellation));
        Assert.Null(patient.House.Holds.Decline(first, Alice));
        patient.House.Clock.Pass(TimeSpan.FromHours(1));
        patient.House.Holds.Sweep();
        Assert.Equal(
            ["approval.declined", "approval.expired"],
            new[] { (await asked).Denial?.Code, (await late).Denial?.Code }.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(HoldState.Expired, second.Standing.State);

        var frozen = patient.AskAsync("3").AsTask();
        await patient.House.Holds.Notices.ReadAsync(Cancellation);
        patient.House.Freeze.Freeze(new Freeze.FreezeScope.All(), "incident", "uid:0");
        Assert.Equal("freeze.active", (await frozen).Denial?.Code);
    }

    [Fact]
    public async Task A_request_waits_so_long_and_then_has_its_ticket()
    {
        await using var hasty = new HeldStage(TimeSpan.FromMilliseconds(1));
        await hasty.TaintAsync();
        var denied = await hasty.AskAsync();
        Assert.Equal("approval.required", denied.Denial?.Code);
        Assert.Contains($"sallyport approve {denied.Facts.Hold?.Ticket}", denied.Denial?.Mend,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_while_it_waits_leaves_the_ticket()
    {
        await using var patient = new HeldStage(Long);
        await patient.TaintAsync();
        using var leaving = new CancellationTokenSource();
        var asking = patient.AskAsync(ended: leaving.Token).AsTask();
        var ticket = await patient.House.Holds.Notices.ReadAsync(Cancellation);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(HoldState.Open, ticket.Standing.State);
    }

    [Fact]
    public async Task More_requests_than_may_wait_have_their_ticket_at_once()
    {
        await using var patient = new HeldStage(Long, openMax: 1_000);
        await patient.TaintAsync();
        using var leaving = new CancellationTokenSource();
        var waiting = new ConcurrentBag<Task<Verdict>>();
        for (var i = 0; i < ApprovalRules.ParkedMax; i++)
        {
            waiting.Add(patient.AskAsync($"{i}", ended: leaving.Token).AsTask());
            await patient.House.Holds.Notices.ReadAsync(Cancellation);
        }

        // The last of them may be on its way to its place still.
        Verdict? refused = null;
        for (var i = 0; refused is null; i++)
        {
            var one = patient.AskAsync($"more {i}", ended: leaving.Token).AsTask();
            await patient.House.Holds.Notices.ReadAsync(Cancellation);
            refused = await Task.WhenAny(one, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System,
                Cancellation)) == one
                ? await one
                : null;
        }

        Assert.Equal("approval.required", refused.Denial?.Code);
        await leaving.CancelAsync();
        await Task.WhenAll(waiting.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private static void AssertOneUseEach(IReadOnlyList<RecordedEntry> entries, int seed)
    {
        var uses = entries.Select(entry => entry.Entry).OfType<LedgerEntry.ApprovalChanged>()
            .Where(entry => entry.Change == ApprovalWord.Used).ToList();
        Assert.Equal(uses.Count, uses.Select(use => use.Ticket).Distinct(StringComparer.Ordinal).Count());
        var allowed = entries.Count(entry => entry.Entry is LedgerEntry.Decided { Verdict: "allow" });
        Assert.True(uses.Count == allowed, $"seed {seed}: {uses.Count} uses, {allowed} allowed");
    }
}
