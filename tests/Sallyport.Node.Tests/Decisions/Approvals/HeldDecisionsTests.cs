using Sallyport.Decisions.Tests;
using Sallyport.Freeze;
using Sallyport.Ledger;
using Sallyport.Limits;
using static Sallyport.Decisions.Approvals.Tests.HeldStage;

namespace Sallyport.Decisions.Approvals.Tests;

// A consent is to exactly one act of one run under one set of rules, and it is used once.
public sealed class HeldDecisionsTests : IAsyncDisposable
{
    private readonly HeldStage stage = new();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task What_is_not_held_asks_nobody()
    {
        Assert.IsType<Decision.Allow>((await stage.AskAsync()).Decision);
        Assert.Empty(stage.House.Holds.Live);
    }

    [Fact]
    public async Task An_approved_act_passes_once_and_its_use_stands_before_it()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);

        var passed = await stage.AskAsync();
        Assert.IsType<Decision.Allow>(passed.Decision);
        Assert.Equal(["ask"], passed.Facts.Consented, StringComparer.Ordinal);
        Assert.NotEqual(ticket.Hold.Ticket, (await stage.HeldAsync()).Hold.Ticket);

        var entries = await stage.House.CloseAndReadAsync();
        var used = Assert.Single(entries, entry => entry.Entry is LedgerEntry.ApprovalChanged { Change: "used" });
        var allowed = Assert.Single(
            entries, entry => entry.Id.Position > used.Id.Position
                && entry.Entry is LedgerEntry.Decided { Verdict: "allow" });
        Assert.Equal(passed.Entry, allowed.Id);
        Assert.Equal(
            $"{ticket.Hold.Ticket}: ask", Assert.IsType<LedgerEntry.Decided>(allowed.Entry).Policies);
    }

    [Fact]
    public async Task An_approval_is_not_used_up_by_an_act_that_the_ledgers_quota_refuses()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        stage.House.Sequencer.Meter = new FullMeter();
        Assert.Equal(
            DenyReason.LedgerQuota,
            Assert.IsType<Decision.Deny>((await stage.AskAsync()).Decision).Reason);
        Assert.Equal(HoldState.Given, ticket.Standing.State);

        stage.House.Sequencer.Meter = null;
        Assert.IsType<Decision.Allow>((await stage.AskAsync()).Decision);
        Assert.Equal(["given", "used"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Asked_again_before_the_answer_it_is_the_same_ticket()
    {
        await stage.TaintAsync();
        var first = await stage.HeldAsync();
        Assert.Same(first, await stage.HeldAsync());
        Assert.Single(
            await stage.House.CloseAndReadAsync(), entry => entry.Entry is LedgerEntry.HoldOpened);
    }

    [Fact]
    public async Task Another_act_and_another_run_are_not_what_was_approved()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        Assert.NotSame(ticket, await stage.HeldAsync("pay more"));
        using var other = Gatehouse.NewRun();
        other.Grow(new Flow.RunLabels(Flow.LabelSet.Untrusted, 1));
        Assert.NotSame(ticket, await stage.HeldAsync(run: other));
        Assert.Equal(HoldState.Given, ticket.Standing.State);
    }

    [Fact]
    public async Task Under_a_new_snapshot_it_is_decided_and_asked_again()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        var next = RulesOf("c");
        stage.Snapshots.Swap(next);
        var verdict = await stage.AskAsync(rules: next);
        Assert.Equal("approval.required", verdict.Denial?.Code);
        Assert.NotEqual(ticket.Hold.Ticket.Text, verdict.Facts.Hold?.Ticket, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_forbid_that_nobody_consented_to_is_asked_about_with_all_the_others()
    {
        await stage.TaintAsync();
        var narrow = await stage.HeldAsync();
        await stage.ApproveAsync(narrow);
        await stage.TaintAsync("social");
        var wide = await stage.HeldAsync();
        Assert.Equal(["ask", "ask-social"], wide.Hold.Policies.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(HoldState.Voided, narrow.Standing.State);
        await stage.ApproveAsync(wide);
        Assert.IsType<Decision.Allow>((await stage.AskAsync()).Decision);
    }

    [Fact]
    public async Task A_forbid_that_is_no_hold_denies_what_was_approved()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        await stage.TaintAsync("secret");
        Assert.Equal("policy.forbidden", (await stage.AskAsync()).Denial?.Code);
        Assert.Equal(HoldState.Given, ticket.Standing.State);
    }

    [Fact]
    public async Task Declined_it_stays_declined_and_the_agent_is_told_why()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        Assert.Null(stage.House.Holds.Decline(ticket, Alice with { Reason = "not to them" }));
        for (var round = 0; round < 3; round++)
        {
            var denied = (await stage.AskAsync()).Denial;
            Assert.Equal("approval.declined", denied?.Code);
            Assert.Contains("alice", denied?.Detail, StringComparison.Ordinal);
            Assert.Contains("not to them", denied?.Detail, StringComparison.Ordinal);
        }

        Assert.Equal("approval.answered", (await stage.House.Holds.ApproveAsync(ticket, Alice,
            TimeSpan.FromHours(1)))?.Code);
        Assert.Equal(["declined"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_was_approved_can_be_declined_until_it_is_used()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        Assert.Null(stage.House.Holds.Decline(ticket, Alice));
        Assert.Equal("approval.declined", (await stage.AskAsync()).Denial?.Code);
    }

    [Fact]
    public async Task Unanswered_it_expires_with_an_entry_and_can_be_approved_no_more()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        stage.House.Clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal("approval.answered", (await stage.House.Holds.ApproveAsync(ticket, Alice,
            TimeSpan.FromHours(1)))?.Code);
        stage.House.Holds.Sweep();
        Assert.Equal(HoldState.Expired, ticket.Standing.State);
        Assert.NotSame(ticket, await stage.HeldAsync());
        Assert.Equal(["expired"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    // Before the sweep has come by, too: the time is looked at when the approval is used.
    [Fact]
    public async Task An_approval_that_was_not_used_in_time_is_none()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        stage.House.Clock.Pass(TimeSpan.FromHours(1));
        Assert.NotNull((await stage.AskAsync()).Denial);
        stage.House.Holds.Sweep();
        Assert.Equal("approval.required", (await stage.AskAsync()).Denial?.Code);
        Assert.Equal(["given", "expired"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_freeze_voids_what_was_approved_and_a_thaw_does_not_bring_it_back()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        await stage.ApproveAsync(ticket);
        stage.House.Freeze.Freeze(new FreezeScope.OfAgent(stage.House.Run.Agent), "incident", "uid:0");
        Assert.Equal("freeze.active", (await stage.AskAsync()).Denial?.Code);
        await stage.House.Freeze.ThawAsync(_ => true, "uid:0", Cancellation);
        Assert.NotSame(ticket, await stage.HeldAsync());
    }

    [Fact]
    public async Task The_end_of_a_run_voids_its_holds()
    {
        await stage.TaintAsync();
        var ticket = await stage.HeldAsync();
        stage.House.Holds.EndRun(stage.House.Run.Id);
        Assert.Equal(HoldState.Voided, ticket.Standing.State);
        Assert.False(stage.House.Holds.TryFind(ticket.Hold.Ticket.Text, out _));
        Assert.Equal(["voided"], await stage.ChangesAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_to_be_held_whole_is_denied()
    {
        await stage.TaintAsync();
        Assert.Equal("flow.unheld-body", (await stage.AskTooLongAsync()).Denial?.Code);
        Assert.Empty(stage.House.Holds.Live);
    }

    [Fact]
    public async Task A_run_has_so_many_open_holds_and_no_more()
    {
        await using var tight = new HeldStage(openMax: 2);
        await tight.TaintAsync();
        var first = await tight.HeldAsync("1");
        await tight.HeldAsync("2");
        Assert.Equal("approval.too-many", (await tight.AskAsync("3")).Denial?.Code);
        using var other = Gatehouse.NewRun();
        other.Grow(new Flow.RunLabels(Flow.LabelSet.Untrusted, 1));
        await tight.HeldAsync("3", other);
        Assert.Null(tight.House.Holds.Decline(first, Alice));
        await tight.HeldAsync("3");
    }

    // An agent that has filled its quota.
    private sealed class FullMeter : IEntryMeter
    {
        public Fault? Refusal(LedgerEntry entry) => EntryOwner.Of(entry) is { Begins: true }
            ? new Fault(LedgerMeter.QuotaCode, "full", "wait")
            : null;

        public void Took(LedgerEntry entry, int bytes)
        {
            // Nobody asks.
        }
    }
}
