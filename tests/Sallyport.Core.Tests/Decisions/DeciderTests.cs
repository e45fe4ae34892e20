using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Limits;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

public sealed class DeciderTests
{
    public static TheoryData<DenyReason> DecidedReasons =>
        [.. Enum.GetValues<DenyReason>().Where(reason =>
            reason is not (DenyReason.Unstable or DenyReason.LedgerUnavailable or DenyReason.ApprovalRequired
            or DenyReason.ApprovalDeclined or DenyReason.ApprovalExpired or DenyReason.TooManyHolds
            or DenyReason.UnheldBody or DenyReason.LedgerQuota or DenyReason.LedgerReserve))];

    public static TheoryData<ActionClass> Classes => [.. Enum.GetValues<ActionClass>()];

    // The resource is what is asked for, not how it is spelt.
    [Theory]
    [InlineData("http://good.test/secret", true)]
    [InlineData("http://good.test/secret?", true)]
    [InlineData("http://good.test/secret?x=/", true)]
    [InlineData("http://good.test/%73ecret", true)]
    [InlineData("http://GOOD.test:80/secre%74?x", true)]
    [InlineData("http://good.test/", false)]
    [InlineData("http://good.test/secret2", false)]
    [InlineData("http://good.test:8080/secret", false)]
    [InlineData("http://good.test?/secret", false)]
    public void A_policy_that_forbids_a_URL_forbids_every_spelling_of_it(string asked, bool isForbidden)
    {
        Assert.True(Target.TryFromAbsoluteForm(asked, out var target, out _));
        var rules = RulesOf(
            Pack("allow-list"),
            new(
                "own.cedar",
                "@id(\"own\") @reason(\"x\") "
                + "forbid (principal is Agent, action, resource == Url::\"http://good.test/secret\");"));
        var decision = Decider.Decide(
            rules,
            Usual with
            {
                Target = target.ToString(),
                Host = target.Host.Text,
                Port = target.Port,
                Path = target.Path,
            });
        Assert.Equal(isForbidden, decision is Decision.Deny { Reason: DenyReason.PolicyForbids });
    }

    // The others come from the recording or from want of a person, not from facts.
    [Theory]
    [MemberData(nameof(DecidedReasons))]
    public void Each_reason_is_given_under_its_facts(DenyReason reason) =>
        Assert.Equal(reason, Assert.IsType<Decision.Deny>(Decider.Decide(RulesUnder(reason), Under(reason))).Reason);

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_clean_run_is_allowed_what_a_rule_allows_and_as_the_rule_classes_it(ActionClass action) =>
        Assert.Equal(new Decision.Allow(Rule, action), Decide(Usual with { Match = new RuleMatch.Allowed(Rule, action) }));

    [Theory]
    [InlineData(ActionClass.Read, true)]
    [InlineData(ActionClass.Model, true)]
    [InlineData(ActionClass.Effect, false)]
    public void A_run_that_read_something_untrusted_may_read_and_think_and_not_act(ActionClass action, bool isAllowed) =>
        Assert.Equal(isAllowed, Decide(Usual with { Match = new RuleMatch.Allowed(Rule, action), Labels = LabelSet.Untrusted }) is Decision.Allow);

    [Theory]
    [InlineData("confidential", true)]
    [InlineData("trusted", true)]
    [InlineData("untrusted-not", true)]
    [InlineData("untruste", true)]
    [InlineData("untrusted", false)]
    [InlineData("confidential,social,untrusted", false)]
    public void Only_the_label_untrusted_shuts_the_inner_door(string labels, bool isAllowed) =>
        Assert.Equal(isAllowed, Decide(Usual with { Labels = Set(labels) }) is Decision.Allow);

    // Promise P5 over every set of five labels, every class and every match.
    [Fact]
    public void No_effect_is_ever_allowed_to_a_run_that_carries_untrusted()
    {
        string[] words = ["a", "confidential", "social", "untrusted", "zebra"];
        var allowed = 0;
        for (var members = 0; members < 1 << words.Length; members++)
        {
            var labels = Set(string.Join(',', words.Where((_, bit) => (members & (1 << bit)) != 0)));
            foreach (var facts in Enum.GetValues<DenyReason>().Select(Under))
            {
                foreach (var action in Enum.GetValues<ActionClass>())
                {
                    var match = facts.Match is RuleMatch.Allowed ? new RuleMatch.Allowed(Rule, action) : facts.Match;
                    if (Decide(facts with { Labels = labels, Match = match }) is Decision.Allow allow)
                    {
                        allowed++;
                        Assert.False(allow.Class is ActionClass.Effect && labels.Contains(Label.Untrusted), $"{labels} {facts}");
                    }
                }
            }
        }

        Assert.True(allowed > 0, "nothing was allowed at all");
    }

    // Who, then frozen, then never, then not allowed, then shut: each row breaks two rules and hears of the first.
    [Theory]
    [InlineData(DenyReason.NoIdentity, DenyReason.AgentUnknown)]
    [InlineData(DenyReason.NoIdentity, DenyReason.Frozen)]
    [InlineData(DenyReason.NoIdentity, DenyReason.RefusedAddress)]
    [InlineData(DenyReason.NoIdentity, DenyReason.NotAllowed)]
    [InlineData(DenyReason.NoIdentity, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.AgentUnknown, DenyReason.Frozen)]
    [InlineData(DenyReason.AgentUnknown, DenyReason.Malformed)]
    [InlineData(DenyReason.AgentUnknown, DenyReason.Forbidden)]
    [InlineData(DenyReason.AgentUnknown, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.Frozen, DenyReason.Malformed)]
    [InlineData(DenyReason.Frozen, DenyReason.Misdirected)]
    [InlineData(DenyReason.Frozen, DenyReason.MethodRefused)]
    [InlineData(DenyReason.Frozen, DenyReason.RefusedAddress)]
    [InlineData(DenyReason.Frozen, DenyReason.Forbidden)]
    [InlineData(DenyReason.Frozen, DenyReason.MethodOrPathNotAllowed)]
    [InlineData(DenyReason.Frozen, DenyReason.NotAllowed)]
    [InlineData(DenyReason.Frozen, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.RefusedAddress, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.Forbidden, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.MethodOrPathNotAllowed, DenyReason.PolicyForbids)]
    [InlineData(DenyReason.NotAllowed, DenyReason.PolicyForbids)]
    public void Of_two_reasons_the_first_in_order_is_given(DenyReason first, DenyReason second) =>
        Assert.Equal(first, Assert.IsType<Decision.Deny>(Decide(Both(Under(first), Under(second)))).Reason);

    // The parser's words are more use to a caller without a run than "who are you".
    [Fact]
    public void What_has_no_single_meaning_is_malformed_even_without_a_run() => Assert.Equal(
        new Decision.Deny(DenyReason.Malformed), Decide(Usual with { Run = null, Agent = null, Match = new RuleMatch.Malformed(Flaw) }));

    [Fact]
    public void A_run_without_an_agent_is_nobody() => Assert.Equal(new Decision.Deny(DenyReason.NoIdentity), Decide(Usual with { Agent = null }));

    [Fact]
    public void An_agent_without_a_run_is_nobody() => Assert.Equal(new Decision.Deny(DenyReason.NoIdentity), Decide(Usual with { Run = null }));

    private static Decision Decide(Facts facts) => Decider.Decide(Rules, facts);

    private static Facts Both(Facts one, Facts other)
    {
        var isOneSpecial = one.Match is not RuleMatch.Allowed;
        return one with
        {
            Run = one.Run is null || other.Run is null ? null : one.Run,
            Agent = one.Agent is null || other.Agent is null ? null : one.Agent == Research ? other.Agent : one.Agent,
            Freeze = one.Freeze ?? other.Freeze,
            Labels = one.Labels.Join(other.Labels),
            Match = isOneSpecial ? one.Match : other.Match,
        };
    }

    // Just inside and just outside, with what is reserved counted as used.
    [Theory]
    [InlineData(18, 1, 1, true)]
    [InlineData(19, 0, 1, true)]
    [InlineData(19, 1, 1, false)]
    [InlineData(20, 0, 1, false)]
    [InlineData(30, 0, 1, false)]
    [InlineData(30, 0, 0, true)]
    [InlineData(0, 0, 21, false)]
    public void A_limit_admits_what_it_has_room_for(long used, long reserved, long needed, bool isAllowed) =>
        Assert.Equal(
            isAllowed ? new Decision.Allow(Rule, ActionClass.Effect) : new Decision.Deny(DenyReason.LimitExceeded),
            Decide(Usual with { Budgets = [new Budget(Posts, used, reserved, needed, null)] }));

    // Each request inside is counted, not the CONNECT.
    [Fact]
    public void A_connect_that_is_inspected_takes_nothing() =>
        Assert.Equal(
            new Decision.Allow(Rule, ActionClass.Effect),
            Decide(Under(DenyReason.LimitExceeded) with { IsInspected = true }));

    [Fact]
    public void A_limit_says_no_before_any_policy_is_asked() =>
        Assert.Equal(
            new Decision.Deny(DenyReason.LimitExceeded),
            Decide(Under(DenyReason.LimitExceeded) with { Labels = Set("untrusted") }));

    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void A_policy_sees_what_is_used_of_a_limit_and_its_most(long used, bool isAllowed)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(
            [
                Pack("allow-list"),
                new(
                    "own.cedar",
                    "@id(\"own\") @reason(\"x\") forbid (principal is Agent, action, resource) "
                    + "when { context.budgets has posts "
                    + "&& context.budgets.posts.used * 4 >= context.budgets.posts.max * 3 };"),
            ],
            Rules.Agents.Values, [], [], ["posts"]);
        Assert.Empty(mistakes);
        var decision = Decider.Decide(
            new Snapshot("a", Rules.Agents.Values, [rules!]),
            Usual with { Budgets = [new Budget(Posts, used - 1, 1, 1, null)] });
        Assert.Equal(isAllowed, decision is Decision.Allow);
    }
}
