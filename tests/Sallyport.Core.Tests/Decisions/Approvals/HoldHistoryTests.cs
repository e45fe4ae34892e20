using Sallyport.Decisions.Tests;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals.Tests;

// What is left of holds after a restart, whatever the log holds.
public sealed class HoldHistoryTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero);

    private readonly HoldHistory history = new();

    [Fact]
    public void A_hold_comes_back_whole()
    {
        var hold = Hold();
        Take(hold.ToEntry());
        var standing = Assert.Single(history.Live);
        Assert.Equal(HoldState.Open, standing.State);
        Assert.Equal(hold.Policies, standing.Hold.Policies);
        Assert.Equal(hold, standing.Hold with { Policies = hold.Policies });
        Assert.Equal(1, history.Opened[hold.Run]);
    }

    [Theory]
    [InlineData(HoldState.Open)]
    [InlineData(HoldState.Given, ApprovalWord.Given)]
    [InlineData(HoldState.Given, ApprovalWord.Given, ApprovalWord.Refused)]
    [InlineData(HoldState.Declined, ApprovalWord.Declined)]
    [InlineData(HoldState.Declined, ApprovalWord.Given, ApprovalWord.Declined)]
    [InlineData(HoldState.Declined, ApprovalWord.Declined, ApprovalWord.Given)]
    [InlineData(HoldState.Declined, ApprovalWord.Declined, ApprovalWord.Expired)]
    [InlineData(null, ApprovalWord.Given, ApprovalWord.Used)]
    [InlineData(null, ApprovalWord.Given, ApprovalWord.Used, ApprovalWord.Given)]
    [InlineData(null, ApprovalWord.Expired)]
    [InlineData(null, ApprovalWord.Expired, ApprovalWord.Given)]
    [InlineData(null, ApprovalWord.Voided, ApprovalWord.Given)]
    public void An_end_is_final(HoldState? left, params string[] changes)
    {
        Take(Hold().ToEntry());
        Array.ForEach(changes, change => Take(Changed(change)));
        Assert.Equal(left, history.Live.SingleOrDefault()?.State);
    }

    [Fact]
    public void An_approval_ends_when_its_own_time_is_over()
    {
        Take(Hold().ToEntry());
        Take(Changed(ApprovalWord.Given));
        var standing = Assert.Single(history.Live);
        Assert.Equal((Time.AddHours(3), "alice"), (standing.Expires, standing.By));
    }

    [Fact]
    public void A_freeze_and_the_end_of_the_run_void_holds()
    {
        Take(Hold().ToEntry());
        Take(Changed(ApprovalWord.Given));
        Take(Freeze("agent:stranger"));
        Assert.Single(history.Live);
        Take(Freeze("agent:research"));
        Assert.Empty(history.Live);

        Take(Hold().ToEntry());
        Take(new LedgerEntry.RunEnded { Run = Hold().Run, Agent = Hold().Agent, Reason = "exited", ExitCode = 0 });
        Assert.Empty(history.Live);
        Assert.Empty(history.Opened);
    }

    // An id may hold what divides ids, and a text may have been cut: then nobody knows what was consented to.
    [Theory]
    [InlineData("a, b")]
    [InlineData("a", "b, c")]
    public void A_hold_whose_policies_cannot_be_told_apart_is_not_taken_up(params string[] policies)
    {
        Take((Hold() with { Policies = [.. policies] }).ToEntry());
        Assert.Empty(history.Live);
    }

    [Fact]
    public void A_hold_fits_its_own_act_alone()
    {
        var hold = Hold();
        var other = ActDigest.Of(new WholeAct
        {
            Gateway = "http",
            Class = ActionClass.Effect,
            Method = "GET",
            Target = "",
            Fields = [],
            Body = default,
        });
        Assert.True(hold.Fits(hold.Run, hold.Digest, hold.Snapshot, hold.PolicySet));
        Assert.False(hold.Fits(
            Questions.RunOf("01jd3k5m7n9p1q3r5s7t9v1w3y"), hold.Digest, hold.Snapshot, hold.PolicySet));
        Assert.False(hold.Fits(hold.Run, other, hold.Snapshot, hold.PolicySet));
        Assert.False(hold.Fits(hold.Run, hold.Digest, "another", hold.PolicySet));
        Assert.False(hold.Fits(hold.Run, hold.Digest, hold.Snapshot, "another"));
        Assert.True(hold.Covers(["one"]));
        Assert.False(hold.Covers(["one", "three"]));
    }

    internal static Hold Hold() => new()
    {
        Ticket = TicketId.Of([1, 2, 3, 4, 5]),
        Run = Questions.RunOf("01jd3k5m7n9p1q3r5s7t9v1w3x"),
        Agent = Questions.Research,
        Digest = ActDigest.TryParse(new string('c', 64), out var digest) ? digest : throw new FormatException(),
        Gateway = "http",
        Class = "effect",
        Method = "POST",
        Target = "https://pay.test/transfers",
        Host = "pay.test",
        Policies = ["one", "two"],
        Reason = "why",
        Labels = Questions.Set("untrusted"),
        Snapshot = new string('a', 64),
        PolicySet = new string('b', 64),
        Opened = Time,
        Expires = Time.AddHours(1),
    };

    private static LedgerEntry.ApprovalChanged Changed(string change) => new()
    {
        Run = Hold().Run,
        Agent = Hold().Agent,
        Ticket = Hold().Ticket.Text,
        Digest = Hold().Digest.Hex,
        Change = change,
        Author = "uid:1000",
        Operator = "alice",
        Factor = "signature",
        Reason = "",
        Expires = Time.AddHours(3),
    };

    private static LedgerEntry.FreezeChanged Freeze(string scope) => new()
    {
        Change = "frozen",
        FreezeId = "f1",
        Scope = scope,
        Reason = "x",
        Author = "uid:0",
        FreezeEpoch = 1,
        EffectiveAt = Time,
        ChannelsCut = 0,
    };

    private void Take(LedgerEntry entry) => history.Take(Time, entry);
}
