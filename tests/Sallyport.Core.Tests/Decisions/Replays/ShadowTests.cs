using Sallyport.Decisions.Policies;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

// A second set of policies is asked beside the first, and nobody obeys it.
public sealed class ShadowTests
{
    private const string Everything = "permit (principal, action, resource);";
    private const string Nothing = "@id(\"no\") @reason(\"x\") forbid (principal, action, resource);";

    // Valid, and yet it fails when it is asked: the sum has no place in 64 bits.
    private const string Erring = "@id(\"erring\") @reason(\"x\") forbid (principal, action, resource) "
        + "when { context has port && context.port + 9223372036854775807 > 0 };";

    public static TheoryData<DenyReason> Reasons =>
        [.. Enum.GetValues<DenyReason>().Except(
        [
            DenyReason.Unstable, DenyReason.LedgerUnavailable, DenyReason.LedgerQuota, DenyReason.LedgerReserve,
        ])];

    private static Facts Tainted => Usual with { Labels = Set("social,untrusted") };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void No_shadow_changes_an_answer_or_its_replay(DenyReason reason)
    {
        var (rules, facts) = (RulesUnder(reason), Under(reason));
        var answer = Decider.Decide(rules, facts);
        foreach (var text in (string[])[Everything, Nothing, Erring])
        {
            var beside = Beside(rules, new PolicyText("next.cedar", text));
            Assert.Equal(answer, Decider.Decide(beside, facts));
            var entry = ReplayTests.Entry(beside, facts);
            Assert.NotNull(FactsReader.ShadowOf(entry));
            Assert.IsType<Replayed.Same>(Replay.Again(entry, beside));
            Assert.IsType<Replayed.Same>(Replay.Again(entry, rules));
        }
    }

    [Fact]
    public void Another_answer_is_recorded_with_its_policies_and_read_back()
    {
        var rules = Beside(Rules, Pack("allow-list"), Pack("origins"));
        var shadow = FactsReader.ShadowOf(ReplayTests.Entry(rules, Tainted));
        Assert.NotNull(shadow);
        Assert.Equal(("hold", "approval.required"), (shadow.Verdict, shadow.Code));
        Assert.Contains("(origins.cedar:", shadow.Policies, StringComparison.Ordinal);

        var wider = FactsReader.ShadowOf(ReplayTests.Entry(Beside(Rules, Pack("allow-list")), Tainted));
        Assert.Equal(new ReplayedVerdict("allow", "", ""), wider);
    }

    [Fact]
    public void The_same_answer_takes_twelve_bytes_and_none_is_asked_where_there_is_no_shadow()
    {
        var rules = Beside(Rules, Pack("allow-list"), Pack("two-doors"));
        foreach (var facts in (Facts[])[Usual, Tainted])
        {
            var entry = ReplayTests.Entry(rules, facts);
            Assert.EndsWith(",\"shadow\":{}}", entry.Facts, StringComparison.Ordinal);
            Assert.Equal(Shadow.Same, FactsReader.ShadowOf(entry));
            Assert.Null(FactsReader.ShadowOf(ReplayTests.Entry(Rules, facts)));
        }

        Assert.Null(FactsReader.ShadowOf(ReplayTests.Entry(Rules, Usual) with { Facts = "{\"shadow\":7}" }));
    }

    [Fact]
    public void A_copy_of_a_policy_in_another_file_gives_the_same_answer()
    {
        var copy = new PolicyText("policies/next.cedar", Pack("two-doors").Text);
        Assert.Equal(
            Shadow.Same, FactsReader.ShadowOf(ReplayTests.Entry(Beside(Rules, Pack("allow-list"), copy), Tainted)));
    }

    [Theory]
    [InlineData(DenyReason.ApprovalRequired)]
    [InlineData(DenyReason.ApprovalDeclined)]
    [InlineData(DenyReason.ApprovalExpired)]
    [InlineData(DenyReason.TooManyHolds)]
    [InlineData(DenyReason.UnheldBody)]
    public void What_a_person_was_asked_about_is_the_same_hold_whatever_came_of_it(DenyReason reason)
    {
        var rules = Beside(RulesUnder(reason), Pack("allow-list"), Pack("origins"));
        Assert.Equal(Shadow.Same, Shadow.Beside(rules, Under(reason), Denied(reason)));
    }

    [Theory]
    [InlineData(DenyReason.Unstable)]
    [InlineData(DenyReason.LedgerUnavailable)]
    public void Where_nothing_was_decided_no_shadow_is_asked(DenyReason reason) => Assert.Null(
        Shadow.Beside(Beside(Rules, Pack("allow-list")), Usual, new Decision.Deny(reason)));

    [Fact]
    public void A_shadow_that_errs_or_fails_is_a_word_in_the_record()
    {
        var erring = FactsReader.ShadowOf(ReplayTests.Entry(
            Beside(Rules, Pack("allow-list"), new PolicyText("next.cedar", Erring)), Usual));
        Assert.Equal(new ReplayedVerdict("deny", "policy.erred", "erring (next.cedar:1)"), erring);

        // No set of policies that compiles throws: this one has lost its entities.
        var whole = Rules.Rules<PolicyRules>();
        var broken = new PolicyRules(whole.Set, whole.Policies, whole.Schema, "", common: null!);
        var rules = Beside(Rules, broken);
        Assert.Equal(Decider.Decide(Rules, Usual), Decider.Decide(rules, Usual));
        Assert.Equal(
            new ReplayedVerdict("error", "policy.shadow-failed", ""),
            FactsReader.ShadowOf(ReplayTests.Entry(rules, Usual)));
    }

    [Fact]
    public void However_many_policies_say_no_the_record_stays_short()
    {
        var many = string.Concat(Enumerable.Range(0, 400).Select(number =>
            $"@id(\"no-{number}\") @reason(\"x\") forbid (principal, action, resource);\n"));
        var shadow = FactsReader.ShadowOf(ReplayTests.Entry(Beside(Rules, new PolicyText("next.cedar", many)), Usual));
        Assert.NotNull(shadow);
        Assert.Equal(Shadow.PoliciesMax + 3, shadow.Policies.Length);
        Assert.EndsWith("...", shadow.Policies, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policies_that_hold_are_named_whatever_the_answer_permits_too()
    {
        var rules = RulesOf(Pack("allow-list"), Pack("two-doors"), Pack("operators"), Pack("four-eyes"));
        Assert.Equal(
            ["allow-list"], Decider.Satisfied(rules, Usual).Select(policy => policy.Id), StringComparer.Ordinal);
        Assert.Equal(
            ["allow-list", "two-doors"],
            Decider.Satisfied(rules, Tainted).Select(policy => policy.Id).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Empty(Decider.Satisfied(rules, Usual with { Freeze = Questions.Freeze }));
        Assert.Empty(Decider.Satisfied(rules, Usual with { Match = new RuleMatch.None() }));
        Assert.Equal(
            ["allow-list", "two-doors"], rules.Rules<PolicyRules>().OfActs.Select(policy => policy.Id),
            StringComparer.Ordinal);
    }

    private static Snapshot Beside(Snapshot rules, params PolicyText[] texts) =>
        Beside(rules, RulesOf(texts).Rules<PolicyRules>());

    private static Snapshot Beside(Snapshot rules, PolicyRules shadow) => new(
        rules.Hash, rules.Agents.Values, [rules.Rules<PolicyRules>(), new ShadowRules(shadow)]);
}
