using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Policies;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Operators.Tests;

// What operators do beside approving: permitted by the program, taken away by policies; freezing by no accident.
public sealed class OperatingTests
{
    private static readonly Operator Bob = new("bob", "bob", [1001], ["security"], null);

    private static OperatingAct Act(OperatorAction action, bool isSigned = false) => new()
    {
        Action = action,
        Principal = "bob",
        Person = "bob",
        Teams = ["security"],
        IsSigned = isSigned,
        Uid = 1001,
        Organisation = "example.org",
        Time = DateTimeOffset.UnixEpoch,
        Agent = action is OperatorAction.EndRun ? Identity.AgentId.TryParse("research", out var agent) ? agent : null
            : null,
        Words = action switch
        {
            OperatorAction.Freeze => [new("scope", "all")],
            OperatorAction.Thaw => [new("frozen_by", "uid:0"), new("scope", "all")],
            OperatorAction.EditPolicy => [new("change", "apply"), new("direction", "widens")],
            OperatorAction.ClearPlace => [new("path", "/"), new("source", "wiki")],
            OperatorAction.ArchiveLedger => [new("archive", "/mnt/archive")],
            _ => [],
        },
    };

    [Theory]
    [InlineData(OperatorAction.Freeze)]
    [InlineData(OperatorAction.Thaw)]
    [InlineData(OperatorAction.EditPolicy)]
    [InlineData(OperatorAction.EndRun)]
    [InlineData(OperatorAction.ClearPlace)]
    [InlineData(OperatorAction.ArchiveLedger)]
    public void Where_no_policy_speaks_of_it_whoever_reaches_the_node_may(OperatorAction action)
    {
        Assert.Null(Rules(Pack("allow-list")).Objection(Act(action)));
        Assert.Null(Rules(Pack("operators"), Pack("four-eyes")).Objection(Act(action) with { Principal = "uid:7" }));
    }

    [Theory]
    [InlineData("action == Action::\"thaw\"", OperatorAction.Thaw, "policy.forbidden")]
    [InlineData("action == Action::\"thaw\"", OperatorAction.EditPolicy, null)]
    [InlineData("action in Action::\"operates\"", OperatorAction.EditPolicy, "policy.forbidden")]
    [InlineData("action in Action::\"operates\"", OperatorAction.EndRun, "policy.forbidden")]
    [InlineData("action in Action::\"operates\"", OperatorAction.Freeze, null)]
    [InlineData("action", OperatorAction.Freeze, null)]
    [InlineData("action == Action::\"freeze\"", OperatorAction.Freeze, "policy.forbidden")]
    [InlineData("action in [Action::\"freeze\", Action::\"thaw\"]", OperatorAction.Freeze, "policy.forbidden")]
    public void A_forbid_takes_an_act_away_and_a_freeze_only_by_name(string scope, OperatorAction action, string? code)
    {
        var own = new PolicyText("own.cedar", $"@reason(\"no\") forbid (principal is Operator, {scope}, resource);");
        Assert.Equal(code, Rules(own).Objection(Act(action))?.Code);
    }

    // Meant for agents, it must not keep people from taking it back.
    [Fact]
    public void A_forbid_of_everything_is_none_of_operators()
    {
        var own = new PolicyText("own.cedar", "forbid (principal, action, resource);");
        Assert.Null(Rules(own).Objection(Act(OperatorAction.EditPolicy)));
        Assert.Null(Rules(own).Objection(Act(OperatorAction.Thaw)));
    }

    [Theory]
    [InlineData("principal in Team::\"security\"", OperatorAction.Thaw, true)]
    [InlineData("principal in Team::\"finance\"", OperatorAction.Thaw, false)]
    [InlineData("principal in Team::\"finance\"", OperatorAction.EditPolicy, true)]
    public void A_permit_that_names_an_act_leaves_it_to_those_alone(string who, OperatorAction action, bool isAllowed)
    {
        var own = new PolicyText("own.cedar", $"permit ({who}, action == Action::\"thaw\", resource);");
        Assert.Equal(
            isAllowed ? null : "policy.not-permitted", Rules(own).Objection(Act(action))?.Code);
    }

    [Theory]
    [InlineData("context.direction == \"widens\" && !context.signed", false, "policy.forbidden")]
    [InlineData("context.direction == \"widens\" && !context.signed", true, null)]
    [InlineData("context.change == \"rollback\"", false, null)]
    [InlineData("resource == Perimeter::\"example.org\" && context.uid == 1001", false, "policy.forbidden")]
    [InlineData("context.uid + 9223372036854775807 > 0", true, "policy.erred")]
    public void Policies_see_what_changes_and_who_asks(string condition, bool isSigned, string? code)
    {
        var own = new PolicyText(
            "own.cedar", "@reason(\"no\") forbid (principal is Operator, action == Action::\"edit_policy\", resource) "
            + $"when {{ {condition} }};");
        Assert.Equal(code, Rules(own).Objection(Act(OperatorAction.EditPolicy, isSigned))?.Code);
    }

    // Whatever else fails in an emergency, stopping does not.
    [Fact]
    public void A_policy_that_errs_stops_no_freeze()
    {
        var own = new PolicyText(
            "own.cedar", "@reason(\"no\") forbid (principal is Operator, action == Action::\"freeze\", resource) "
            + "when { context.uid + 9223372036854775807 > 0 };");
        Assert.Null(Rules(own).Objection(Act(OperatorAction.Freeze)));
        Assert.NotEmpty(Rules(own).OfFreezing);
        Assert.Empty(Rules(Pack("operators")).OfFreezing);
    }

    [Fact]
    public void A_policy_of_operators_is_none_that_an_agent_could_meet()
    {
        var own = new PolicyText("own.cedar", "@id(\"own\") forbid (principal, action == Action::\"thaw\", resource);");
        Assert.DoesNotContain(Rules(own).OfActs, policy => policy.Id == "own");
    }

    [Fact]
    public void One_person_is_one_however_the_ledger_names_them()
    {
        var rules = ApprovalRules.Default with
        {
            Operators = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                new Operator[] { Bob, new("robert", "bob", [], [], null), new("eve", "eve", [1002], [], null) },
                one => one.Name, StringComparer.Ordinal),
        };
        Assert.True(ActAuthor.MayBeOne("uid:1001", "operator:bob", rules));
        Assert.True(ActAuthor.MayBeOne("operator:bob", "operator:robert", rules));
        Assert.True(ActAuthor.MayBeOne("uid:5", "uid:5", rules));
        Assert.False(ActAuthor.MayBeOne("operator:bob", "operator:eve", rules));
        Assert.False(ActAuthor.MayBeOne("uid:1001", "uid:1002", rules));
        Assert.True(ActAuthor.MayBeOne("uid:4711", "operator:eve", rules)); // Nobody says whose user that is.
    }

    [Fact]
    public void A_signature_is_of_one_act_on_one_node_over_one_state_once()
    {
        string[] texts =
        [
            ActChallenge.Of("log", "apply", "a", "b", "1.0"), ActChallenge.Of("other", "apply", "a", "b", "1.0"),
            ActChallenge.Of("log", "rollback", "a", "b", "1.0"), ActChallenge.Of("log", "apply", "c", "b", "1.0"),
            ActChallenge.Of("log", "apply", "a", "c", "1.0"), ActChallenge.Of("log", "apply", "a", "b", "1.1"),
        ];
        Assert.Equal(texts.Length, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(ActChallenge.Digest("ab", "c"), ActChallenge.Digest("a", "bc"), StringComparer.Ordinal);
    }

    private static PolicyRules Rules(params PolicyText[] policies) => PolicyCompiler.Compile(
        policies, Decisions.Tests.Questions.Rules.Agents.Values, [], [],
        operators: [Bob, new Operator("carol", "carol", [], ["finance"], null)]) is { Rules: { } rules }
        ? rules : throw new FormatException("a policy of this test does not compile");
}
