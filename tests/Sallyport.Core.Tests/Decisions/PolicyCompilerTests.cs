using Sallyport.Decisions.Policies;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

public sealed class PolicyCompilerTests
{
    private static readonly ToolAction Pay = new(
        "bank", "pay", ActionClass.Effect, "{ \"recipient\"?: String, \"amount\": decimal }");

    [Theory]
    [InlineData("forbid (principal, action, resource)", 1, "';'")]
    [InlineData("permit (principal, action == Action::\"raed\", resource);", 1, "raed")]
    [InlineData(
        "\n\n@reason(\"x\") forbid (principal is Agent, action in Action::\"effects\", resource) "
        + "when { context.lables.contains(\"x\") };",
        3, "lables")]
    [InlineData(
        "permit (principal == Agent::\"reserch\", action, resource);", 1, "Nothing here is named Agent::\"reserch\"")]
    [InlineData("permit (principal in Role::\"nope\", action, resource);", 1, "Role::\"nope\"")]
    [InlineData("permit (principal is Agent, action, resource) when { principal == Agent::\"x\" };", 1, "Agent::\"x\"")]
    [InlineData("@code(\"Bad Code\") @reason(\"x\") forbid (principal is Agent, action, resource);", 1, "@code")]
    [InlineData("@hold(\"approval\") permit (principal is Agent, action, resource);", 1, "@hold stands on a permit")]
    [InlineData(
        "@hold(\"maybe\") @reason(\"x\") forbid (principal is Agent, action, resource);", 1, "@hold is \"maybe\"")]
    [InlineData(
        "@severity(\"terrible\") @reason(\"x\") forbid (principal is Agent, action, resource);",
        1, "@severity is \"terrible\"")]
    [InlineData("@reason(\"x\") forbid (principal == ?principal, action, resource);", 1, "template")]
    [InlineData(
        "@id(\"a\") permit (principal is Agent, action, resource);\n"
        + "@id(\"a\") permit (principal is Agent, action, resource);",
        2, "The id 'a' is taken by own.cedar:1")]
    [InlineData(
        "@id(\"two-doors\") @reason(\"x\") forbid (principal is Agent, action, resource);",
        1, "taken by two-doors.cedar:3")]
    [InlineData(
        "@reason(\"x\") forbid (principal is Agent, action == Action::\"bank__pay\", resource) "
        + "when { context.args.amount > 10 };",
        1, "")]
    [InlineData(
        "@reason(\"x\") forbid (principal is Agent, action == Action::\"bank__pay\", resource) "
        + "when { context.args.recipient == \"x\" };",
        1, "recipient")]
    public void A_mistake_is_told_at_its_file_and_line_and_nothing_is_loaded(string text, int line, string told)
    {
        var (rules, mistakes) = Compile(text);
        Assert.Null(rules);
        var found = mistakes.Where(mistake => !mistake.IsWarning).ToList();
        Assert.Contains(found, mistake =>
            mistake.File == "own.cedar" && mistake.Line == line
            && mistake.What.Contains(told, StringComparison.Ordinal));
        Assert.All(found, mistake => Assert.NotEmpty(mistake.Mend));
    }

    [Theory]
    [InlineData("@resaon(\"x\") permit (principal is Agent, action, resource);", "@resaon means nothing here")]
    [InlineData("forbid (principal is Agent, action == Action::\"connect\", resource);", "has no @reason")]
    public void What_is_probably_not_meant_is_a_warning(string text, string told)
    {
        var (rules, mistakes) = Compile(text);
        Assert.NotNull(rules);
        Assert.Contains(told, Assert.Single(mistakes, mistake => mistake.IsWarning).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_that_permits_nothing_is_told()
    {
        var (rules, mistakes) = PolicyCompiler.Compile([Pack("two-doors")], [], [], []);
        Assert.NotNull(rules);
        Assert.Contains("No policy permits anything", Assert.Single(mistakes).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_told_at_once()
    {
        var (_, mistakes) = PolicyCompiler.Compile(
            [
                new("a.cedar", "permit (;"),
                new("b.cedar", "permit (principal, action, resource) when { x };\nforbid ("),
                Pack("two-doors"),
            ],
            [], [], []);
        Assert.Contains(mistakes, mistake => mistake.File == "a.cedar");
        Assert.Contains(mistakes, mistake => mistake.File == "b.cedar");
    }

    [Fact]
    public void A_tool_is_an_action_whose_arguments_are_typed()
    {
        var (rules, _) = Compile(
            "@reason(\"x\") forbid (principal is Agent, action == Action::\"bank__pay\", resource) "
            + "when { context.args.amount.greaterThan(decimal(\"10.0\")) };");
        Assert.NotNull(rules);
        Assert.Contains(rules.Schema.Actions, action => action.Uid.Id == "bank__pay");
    }

    [Theory]
    [InlineData("context.budgets has posts && context.budgets.posts.used > 3", null)]
    [InlineData("context.budgets has \"by-night\" && context.budgets[\"by-night\"].max > 3", null)]
    [InlineData("context.budgets.posts.used > 3", "posts")] // It does not cover every agent.
    [InlineData("context.budgets has posts && context.budgets.posts.left > 3", "left")]
    [InlineData("context.budgets has psots && context.budgets.psots.used > 3", "false for every request")]
    public void A_policy_names_limits_that_there_are(string condition, string? mistake)
    {
        var (_, mistakes) = PolicyCompiler.Compile(
            [
                Pack("allow-list"),
                new(
                    "own.cedar",
                    $"@reason(\"x\") forbid (principal is Agent, action, resource) when {{ {condition} }};"),
            ],
            Rules.Agents.Values, [Pay], [], ["by-night", "posts"]);
        Assert.Equal(mistake is null, mistakes.IsEmpty);
        Assert.All(mistakes, told => Assert.Contains(mistake!, told.What, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("quote\"in\"it")]
    [InlineData("back\\slash")]
    [InlineData("new\nline")]
    [InlineData("\0")]
    [InlineData("} ; permit (principal, action, resource);")]
    public void A_hostile_tool_name_stays_a_name(string name)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(
            [Pack("allow-list")], [], [new("srv", name, ActionClass.Effect, "{}")], []);
        Assert.Empty(mistakes);
        Assert.Contains(rules!.Schema.Actions, action => action.Uid.Id == $"srv__{name}");
    }

    [Fact]
    public void The_hash_follows_the_content() =>
        Assert.NotEqual(
            Compile("").Rules!.Hash,
            Compile("permit (principal is Operator, action, resource);").Rules!.Hash,
            StringComparer.Ordinal);

    private static (PolicyRules? Rules, IReadOnlyList<PolicyMistake> Mistakes) Compile(string text)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(
            [Pack("allow-list"), Pack("two-doors"), new("own.cedar", text)], Rules.Agents.Values, [Pay], []);
        return (rules, mistakes);
    }
}
