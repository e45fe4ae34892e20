using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Decisions.Tests;

public sealed class DecisionPointTests : IAsyncDisposable
{
    private readonly Gatehouse house = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Theory]
    [InlineData(ActionClass.Read, "read")]
    [InlineData(ActionClass.Effect, "effect")]
    [InlineData(ActionClass.Model, "model")]
    public async Task An_allow_is_recorded_with_its_facts(ActionClass action, string word)
    {
        Assert.True(await house.JoinAsync("social"));
        var verdict = await house.DecideAsync(Asking(action));
        Assert.IsType<Decision.Allow>(verdict.Decision);
        Assert.Null(verdict.Denial);
        var entries = await house.CloseAndReadAsync();
        var entry = Assert.IsType<LedgerEntry.Decided>(entries.Single(one => one.Id == verdict.Entry).Entry);
        Assert.Equal(
            ("allow", "", word, house.Run.Id, house.Run.Agent, "sallyport.yaml:12 (www.moltbook.com)", "moltbook", "social", 1, 0, Rules.Hash),
            (entry.Verdict, entry.Code, entry.Class, entry.Run, entry.Agent, entry.Rule, entry.Source, $"{entry.Labels}", entry.LabelVersion, entry.FreezeEpoch, entry.Snapshot));
    }

    [Fact]
    public async Task A_denial_by_a_policy_is_recorded_with_the_policy_and_the_rule_that_would_have_allowed_it()
    {
        Assert.True(await house.JoinAsync("untrusted"));
        var verdict = await house.DecideAsync(Asking(ActionClass.Effect));
        var entries = await house.CloseAndReadAsync();
        var entry = Assert.IsType<LedgerEntry.Decided>(entries.Single(one => one.Id == verdict.Entry).Entry);
        Assert.Equal(
            ("deny", "flow.two-doors", "two-doors (two-doors.cedar:3)", "sallyport.yaml:12 (www.moltbook.com)"),
            (entry.Verdict, entry.Code, entry.Policies, entry.Rule));
    }

    [Fact]
    public async Task A_denial_is_recorded_with_its_code()
    {
        var verdict = await house.DecideAsync(NotAllowed);
        Assert.Equal("egress.not-allowed", verdict.Denial?.Code);
        var entry = Assert.IsType<LedgerEntry.Decided>(Assert.Single(await house.CloseAndReadAsync()).Entry);
        Assert.Equal(("deny", "egress.not-allowed"), (entry.Verdict, entry.Code));
    }

    [Fact]
    public async Task Nobody_is_denied_and_the_denial_is_recorded()
    {
        var verdict = await house.Decisions.DecideAsync(Rules, run: null, Asking(ActionClass.Read), cancellation);
        Assert.Equal(new Decision.Deny(DenyReason.NoIdentity), verdict.Decision);
        Assert.Null(Assert.IsType<LedgerEntry.Decided>(Assert.Single(await house.CloseAndReadAsync()).Entry).Run);
    }

    [Fact]
    public async Task A_run_that_has_ended_is_nobody()
    {
        house.Run.End();
        Assert.Equal(new Decision.Deny(DenyReason.NoIdentity), (await house.DecideAsync(Asking(ActionClass.Read))).Decision);
    }

    [Fact]
    public async Task A_channel_that_reads_and_sends_at_once_is_judged_under_what_it_will_read()
    {
        Assert.Equal(DenyReason.PolicyForbids, Assert.IsType<Decision.Deny>((await house.DecideAsync(Asking(ActionClass.Effect, duplex: true))).Decision).Reason);
        Assert.IsType<Decision.Allow>((await house.DecideAsync(Asking(ActionClass.Effect))).Decision);
        Assert.IsType<Decision.Allow>((await house.DecideAsync(Asking(ActionClass.Read, duplex: true))).Decision);
    }

    [Fact]
    public async Task An_effect_is_allowed_only_when_its_entry_is_synced()
    {
        await PassFirstBatchAsync();
        using var released = new ManualResetEventSlim();
        house.Disk.Syncing = HeldDisk.Until(released);
        var effect = house.DecideAsync(Asking(ActionClass.Effect)).AsTask();
        Assert.True(await house.Sequencer.WhenGrownAsync(1, cancellation));

        // A read that is decided later goes all the way while the effect waits.
        Assert.IsType<Decision.Allow>((await house.DecideAsync(Asking(ActionClass.Read))).Decision);
        Assert.False(effect.IsCompleted);
        Assert.Equal(1, house.Sequencer.Synced);

        released.Set();
        var verdict = await effect;
        Assert.IsType<Decision.Allow>(verdict.Decision);
        Assert.True(house.Sequencer.Synced > verdict.Entry!.Value.Position); // An allow has an entry.
    }

    [Fact]
    public async Task A_read_waits_for_the_sync_where_configuration_says_so()
    {
        await using var strict = new Gatehouse(syncReads: true);
        var verdict = await strict.DecideAsync(Asking(ActionClass.Read));
        Assert.IsType<Decision.Allow>(verdict.Decision);
        Assert.True(strict.Sequencer.Synced > verdict.Entry!.Value.Position); // An allow has an entry.
    }

    [Fact]
    public async Task A_read_is_allowed_only_when_its_entry_is_written()
    {
        using var released = new ManualResetEventSlim();
        house.Disk.Writing = HeldDisk.Until(released);
        var read = house.DecideAsync(Asking(ActionClass.Read)).AsTask();
        Assert.False(read.IsCompleted);
        Assert.Equal(0, house.Sequencer.Written);
        released.Set();
        var verdict = await read;
        Assert.IsType<Decision.Allow>(verdict.Decision);
        Assert.True(house.Sequencer.Written > verdict.Entry!.Value.Position); // An allow has an entry.
    }

    [Theory]
    [InlineData(ActionClass.Read)]
    [InlineData(ActionClass.Effect)]
    public async Task An_allow_that_cannot_be_written_is_none(ActionClass action)
    {
        house.Disk.Writing = HeldDisk.Broken;
        var first = await house.DecideAsync(Asking(action));
        var later = await house.DecideAsync(Asking(action));
        Assert.All([first, later], verdict => Assert.Equal(new Decision.Deny(DenyReason.LedgerUnavailable), verdict.Decision));
        Assert.All([first, later], verdict => Assert.Null(verdict.Entry));
    }

    [Fact]
    public async Task An_effect_that_cannot_be_synced_is_none()
    {
        house.Disk.Syncing = HeldDisk.Broken;
        Assert.Equal(new Decision.Deny(DenyReason.LedgerUnavailable), (await house.DecideAsync(Asking(ActionClass.Effect))).Decision);
    }

    [Fact]
    public async Task A_freeze_between_record_and_return_denies()
    {
        await PassFirstBatchAsync();
        using var released = new ManualResetEventSlim();
        house.Disk.Syncing = HeldDisk.Until(released);
        var effect = house.DecideAsync(Asking(ActionClass.Effect)).AsTask();
        Assert.True(await house.Sequencer.WhenGrownAsync(1, cancellation));
        house.Freeze.Freeze(new FreezeScope.OfRun(house.Run.Id), "why", "uid:0");
        released.Set();
        var verdict = await effect;
        Assert.Equal(new Decision.Deny(DenyReason.Frozen), verdict.Decision);
        Assert.True(verdict.Entry > new EntryId(0, 1));
    }

    [Fact]
    public async Task A_freeze_of_somebody_else_between_record_and_return_changes_nothing()
    {
        await PassFirstBatchAsync();
        using var released = new ManualResetEventSlim();
        house.Disk.Syncing = HeldDisk.Until(released);
        var effect = house.DecideAsync(Asking(ActionClass.Effect)).AsTask();
        Assert.True(await house.Sequencer.WhenGrownAsync(1, cancellation));
        house.Freeze.Freeze(new FreezeScope.OfAgent(Entries.OtherAgent), "why", "uid:0");
        released.Set();
        Assert.IsType<Decision.Allow>((await effect).Decision);
    }

    [Fact]
    public async Task An_effect_whose_labels_moved_before_its_position_is_decided_again_under_the_new_ones()
    {
        var verdict = await DecideWhileAsync(() => house.Run.Grow(new RunLabels(LabelSet.Untrusted, 1)));
        Assert.Equal(DenyReason.PolicyForbids, Assert.IsType<Decision.Deny>(verdict.Decision).Reason);
        Assert.Equal((1, LabelSet.Untrusted), (verdict.Facts.LabelVersion, verdict.Facts.Labels));
    }

    [Fact]
    public async Task An_effect_whose_labels_moved_to_harmless_ones_is_allowed_under_those()
    {
        var verdict = await DecideWhileAsync(() => house.Run.Grow(new RunLabels(Entries.Labels("social"), 1)));
        Assert.IsType<Decision.Allow>(verdict.Decision);
        Assert.Equal(1, verdict.Facts.LabelVersion);
    }

    [Fact]
    public async Task A_run_that_ended_before_the_position_is_denied() =>
        Assert.Equal(new Decision.Deny(DenyReason.NoIdentity), (await DecideWhileAsync(house.Run.End)).Decision);

    // Labels move without pause, so that sooner or later they move at all three tries.
    [Fact]
    public async Task Labels_that_move_three_times_deny()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var mover = new Thread(() =>
        {
            for (var version = 1L; !stop.IsCancellationRequested; version++)
            {
                house.Run.Grow(new RunLabels(LabelSet.Empty, version));
            }
        });
        mover.Start();
        Verdict verdict;
        var tries = 0;
        do
        {
            verdict = await house.DecideAsync(Asking(ActionClass.Read));
        }
        while (verdict.Decision is Decision.Allow && ++tries < 20_000);
        await stop.CancelAsync();
        mover.Join();
        Assert.Equal(new Decision.Deny(DenyReason.Unstable), verdict.Decision);
        Assert.NotNull(verdict.Entry);
    }

    [Fact]
    public async Task To_refuse_records_a_no_and_nothing_else()
    {
        Assert.Null(house.Decisions.Refuse(Rules, house.Run, Asking(ActionClass.Effect)));
        Assert.Equal("egress.not-allowed", house.Decisions.Refuse(Rules, house.Run, NotAllowed)?.Denial?.Code);
        Assert.Single(await house.CloseAndReadAsync());
    }

    [Fact]
    public async Task To_decide_again_records_nothing()
    {
        var labels = Entries.Labels("social,untrusted");
        Assert.Equal("flow.two-doors", house.Decisions.Redecide(Rules, house.Run, Asking(ActionClass.Effect), labels));
        Assert.Null(house.Decisions.Redecide(Rules, house.Run, Asking(ActionClass.Read), labels));
        Assert.Null(house.Decisions.Redecide(Rules, house.Run, Asking(ActionClass.Effect), Entries.Labels("social")));
        Assert.Empty(await house.CloseAndReadAsync());
    }

    // The sequencer syncs the first batch of a start before anybody hears of it, reads included.
    private async Task PassFirstBatchAsync() =>
        Assert.True(await house.Sequencer.WhenSyncedAsync(house.Sequencer.Append(Entries.Decided()).Id, cancellation));

    // The change happens under the sequencer's lock while the decision, already made, waits for that lock.
    private async Task<Verdict> DecideWhileAsync(Action change)
    {
        Task<Verdict>? deciding = null;
        var decider = new Thread(() => deciding = house.DecideAsync(Asking(ActionClass.Effect)).AsTask());
        house.Sequencer.Append(Entries.Decided(), fence: null, positioned: _ =>
        {
            decider.Start();
            SpinWait.SpinUntil(() => decider.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(30));
            change();
        });
        decider.Join();
        return await deciding!; // Set by the thread that was joined.
    }
}
