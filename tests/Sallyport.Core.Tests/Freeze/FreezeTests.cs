using Sallyport.Identity;

namespace Sallyport.Freeze.Tests;

public sealed class FreezeTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);
    private static readonly AgentId Research = Agent("research");
    private static readonly AgentId Billing = Agent("billing");
    private static readonly RunId One = Run("01jd3k5m7n9p1q3r5s7t9v1w3x");
    private static readonly RunId Other = Run("01jd3k5m7n9p1q3r5s7t9v1w3y");

    [Theory]
    [InlineData("all")]
    [InlineData("agent:research")]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3x")]
    public void A_scope_prints_as_it_was_read(string text) => Assert.Equal(text, Scope(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("All")]
    [InlineData("all ")]
    [InlineData("all:")]
    [InlineData("agent:")]
    [InlineData("agent:Research")]
    [InlineData("agent: research")]
    [InlineData("Agent:research")]
    [InlineData("agent:all,run:x")]
    [InlineData("agent:*")]
    [InlineData("run:")]
    [InlineData("run:research")]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3")]
    [InlineData("role:reader")]
    [InlineData("research")]
    public void Another_form_is_no_scope(string? text) => Assert.False(FreezeScope.TryParse(text, out _));

    [Theory]
    [InlineData("all", true, true, true)]
    [InlineData("agent:research", true, true, false)]
    [InlineData("agent:billing", false, false, true)]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3x", true, false, false)]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3y", false, true, true)]
    public void A_scope_covers_these_and_no_others(string scope, bool researchOne, bool researchOther, bool billingOther) => Assert.Equal(
        (researchOne, researchOther, billingOther),
        (Scope(scope).Covers(Research, One), Scope(scope).Covers(Research, Other), Scope(scope).Covers(Billing, Other)));

    [Fact]
    public void Nothing_is_frozen_at_first()
    {
        Assert.Equal(0, FreezeState.Clear.Epoch);
        Assert.Null(FreezeState.Clear.Covering(Research, One));
    }

    [Fact]
    public void Each_change_raises_the_epoch_by_one()
    {
        var (first, freeze) = FreezeState.Clear.With(Scope("all"), "why", "uid:0", At);
        var (second, _) = first.With(Scope("agent:research"), "why", "uid:0", At);
        var third = second.Without([freeze]);
        Assert.Equal([1, 2, 3, 4], new[] { first.Epoch, second.Epoch, third.Epoch, third.Without([]).Epoch });
    }

    // An id that came again after a thaw would let an old "thaw f1" lift a new freeze.
    [Fact]
    public void A_freeze_is_named_by_its_epoch_and_no_name_comes_again()
    {
        var (first, one) = FreezeState.Clear.With(Scope("all"), "why", "uid:0", At);
        var (_, other) = first.Without([one]).With(Scope("all"), "why", "uid:0", At);
        Assert.Equal(("f1", "f3"), (one.Id, other.Id));
    }

    [Fact]
    public void A_thaw_lifts_only_what_it_names()
    {
        var (first, one) = FreezeState.Clear.With(Scope("agent:research"), "one", "uid:0", At);
        var (second, other) = first.With(Scope("all"), "other", "uid:0", At);
        Assert.Equal(other, second.Without([one]).Covering(Research, One));
        Assert.Equal(one, second.Without([other]).Covering(Research, One));
        Assert.Null(second.Without([other]).Covering(Billing, Other));
        Assert.Null(second.Without([one, other]).Covering(Research, One));
    }

    [Fact]
    public void The_first_freeze_that_covers_a_run_is_told()
    {
        var (first, one) = FreezeState.Clear.With(Scope("agent:research"), "one", "uid:0", At);
        var (second, other) = first.With(Scope("all"), "other", "uid:1", At);
        Assert.Equal(one, second.Covering(Research, One));
        Assert.Equal(other, second.Covering(Billing, Other));
        Assert.Equal(new ActiveFreeze("f2", new FreezeScope.All(), "other", "uid:1", At), other);
    }

    [Fact]
    public void A_change_leaves_the_state_before_it_as_it_was()
    {
        var (first, one) = FreezeState.Clear.With(Scope("all"), "why", "uid:0", At);
        first.Without([one]);
        Assert.Null(FreezeState.Clear.Covering(Research, One));
        Assert.Equal(one, first.Covering(Research, One));
    }

    [Fact]
    public void A_state_that_cannot_be_read_covers_everything_above_every_recorded_epoch()
    {
        var state = FreezeState.Unreadable("it is not a freeze state", 41, At);
        Assert.Equal(42, state.Epoch);
        Assert.Equal(new ActiveFreeze("f42", new FreezeScope.All(), "it is not a freeze state", "node", At), state.Covering(Billing, Other));
    }

    private static FreezeScope Scope(string text) => FreezeScope.TryParse(text, out var scope) ? scope : throw new FormatException(text);

    private static AgentId Agent(string text) => AgentId.TryParse(text, out var agent) ? agent : throw new FormatException(text);

    private static RunId Run(string text) => RunId.TryParse(text, out var run) ? run : throw new FormatException(text);
}
