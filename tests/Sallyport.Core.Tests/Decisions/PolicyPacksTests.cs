using Sallyport.Decisions.Policies;
using Sallyport.Flow;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

public sealed class PolicyPacksTests
{
    private static readonly ToolAction Pay = new(
        "bank", "pay", ActionClass.Effect, "{ \"recipient\"?: String, \"note\"?: String }");

    public static TheoryData<string> Packs => [.. PolicyPacks.Names];

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_is_valid_without_a_warning_in_a_perimeter_without_tools_and_with_one(string name)
    {
        PolicyText[] texts = name == "allow-list" ? [Pack(name)] : [Pack("allow-list"), Pack(name)];
        foreach (ToolAction[] tools in (ToolAction[][])[[], [Pay]])
        {
            var (rules, mistakes) = PolicyCompiler.Compile(
                texts,
                [],
                tools,
                [
                    new("amount", "Long"),
                    new("new_payee", "Bool"),
                    new("iam_actions", "Set<String>"),
                    new("iam_resources", "Set<String>"),
                    new("deletes", "Bool"),
                ]);
            Assert.Empty(mistakes);
            Assert.NotNull(rules);
        }
    }

    // Readable in five minutes, and every denial says why.
    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_is_short_and_every_forbid_says_why(string name)
    {
        Assert.InRange(Pack(name).Text.Split('\n').Length, 2, 80);
        var (rules, _) = PolicyCompiler.Compile([Pack(name)], [], [], Facts);
        Assert.All(rules!.Policies.Where(policy => policy.Id is not ("allow-list" or "operators")), policy =>
        {
            Assert.NotEmpty(policy.Reason);
            Assert.NotEmpty(policy.Severity);
            Assert.DoesNotMatch("[.]$", policy.Reason);
        });
    }

    // A fact that a pack reads and that nobody is told to declare would leave the pack silent.
    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_is_told_in_a_line_with_the_facts_that_it_reads(string name)
    {
        Assert.InRange(PolicyPacks.SaysOf(name).Length, 10, 64);
        var read = Pack(name).Text.Split("context.facts.").Skip(1)
            .Select(rest => new string([.. rest.TakeWhile(c => char.IsAsciiLetterLower(c) || c == '_')]))
            .Distinct(StringComparer.Ordinal).Except(["new_payee"], StringComparer.Ordinal); // taken where there is one
        Assert.Equal(read.Order(StringComparer.Ordinal), PolicyPacks.NeedsOf(name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("fact:amount", "finance-unread")]
    [InlineData("fact:new_payee", "finance-unread")]
    [InlineData("/note", null)]
    public void A_payment_whose_amount_cannot_be_read_waits_for_a_person(string untyped, string? held)
    {
        var none = Cedar.Values.RecordValue.Empty;
        var facts = Calling("brief", null) with { Call = new ToolCall(Pay, none, none, [untyped]) };
        var decision = Decider.Decide(Under("finance"), facts);
        Assert.Equal(held, (decision as Decision.Hold)?.Policies.Single().Id);
        Assert.Equal(held is null, decision is Decision.Allow);
    }

    [Theory]
    [InlineData("brief", "untrusted", null)]
    [InlineData("trusted", "nowhere,untrusted", null)]
    [InlineData("untrusted", "brief", "origins-destination")]
    [InlineData("nowhere,untrusted", "brief", "origins-destination")]
    [InlineData("trusted,untrusted", "brief", "origins-destination")]
    [InlineData(null, "brief", null)]
    [InlineData(null, "composed", null)]
    [InlineData(null, "nowhere,untrusted", "origins-content")]
    [InlineData(null, null, "origins-bare")]
    public void Origins_asks_a_person_unless_what_decides_the_act_has_a_source(
        string? destination, string? content, string? held)
    {
        var facts = Calling(destination, content) with { Labels = LabelSet.Untrusted };
        var decision = Decider.Decide(Under("origins"), facts);
        if (held is null)
        {
            Assert.IsType<Decision.Allow>(decision);
        }
        else
        {
            Assert.Contains(Assert.IsType<Decision.Hold>(decision).Policies, policy => policy.Id == held);
        }
    }

    [Fact]
    public void A_clean_run_is_asked_nothing_by_origins() =>
        Assert.IsType<Decision.Allow>(Decider.Decide(Under("origins"), Calling("nowhere", "nowhere")));

    [Fact]
    public void Consent_counts_for_the_policies_that_it_names_and_for_no_other()
    {
        var facts = Calling("untrusted", null) with
        {
            Labels = Set("confidential,untrusted"),
            Source = new Source("bank", LabelSet.Empty),
        };
        var both = Assert.IsType<Decision.Hold>(Decider.Decide(Under("origins", "rule-of-two"), facts));
        Assert.Equal(
            ["origins-destination", "rule-of-two"],
            both.Policies.Select(policy => policy.Id).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var one = Decider.Decide(Under("origins", "rule-of-two"), facts with { Consented = ["origins-destination"] });
        Assert.Equal(
            ["rule-of-two"],
            Assert.IsType<Decision.Hold>(one).Policies.Select(policy => policy.Id),
            StringComparer.Ordinal);
        Assert.IsType<Decision.Allow>(Decider.Decide(
            Under("origins", "rule-of-two"),
            facts with { Consented = ["origins-destination", "rule-of-two"] }));
    }

    [Fact]
    public void Consent_to_a_policy_that_is_no_hold_is_worth_nothing()
    {
        var facts = Calling("brief", null) with { Labels = LabelSet.Untrusted, Consented = ["two-doors"] };
        Assert.IsType<Decision.Deny>(Decider.Decide(Under("two-doors"), facts));
    }

    [Fact]
    public void A_firm_no_beside_a_hold_is_a_no_and_is_told_first()
    {
        var facts = Calling("untrusted", null) with { Labels = LabelSet.Untrusted };
        var deny = Assert.IsType<Decision.Deny>(Decider.Decide(Under("origins", "two-doors"), facts));
        Assert.Equal("two-doors", deny.Policies[0].Id);
    }

    [Fact]
    public void What_nobody_permits_is_denied_even_if_a_person_would_say_yes()
    {
        var rules = Compiled([Pack("origins")]);
        var facts = Calling("untrusted", null) with { Labels = LabelSet.Untrusted };
        Assert.Equal(DenyReason.NotPermitted, Assert.IsType<Decision.Deny>(Decider.Decide(rules, facts)).Reason);
    }

    private static readonly KeyValuePair<string, string>[] Facts =
    [
        new("amount", "Long"),
        new("new_payee", "Bool"),
        new("iam_actions", "Set<String>"),
        new("iam_resources", "Set<String>"),
        new("deletes", "Bool"),
    ];

    private static Facts Calling(string? destination, string? content)
    {
        var arguments = new List<ArgumentOrigin>();
        if (destination is not null)
        {
            arguments.Add(new ArgumentOrigin("/recipient", "x", true, [.. destination.Split(',')], []));
        }

        if (content is not null)
        {
            arguments.Add(new ArgumentOrigin("/note", "y", false, [.. content.Split(',')], []));
        }

        var none = Cedar.Values.RecordValue.Empty;
        return Usual with
        {
            Method = "call",
            Target = Pay.Name,
            Host = Pay.Server,
            Call = new ToolCall(Pay, none, none, []),
            Arguments = [.. arguments],
        };
    }

    private static Snapshot Under(params string[] packs) => Compiled([Pack("allow-list"), .. packs.Select(Pack)]);

    private static Snapshot Compiled(PolicyText[] texts)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(texts, Rules.Agents.Values, [Pay], Facts);
        return new(
            new string('b', 64),
            Rules.Agents.Values,
            [rules ?? throw new FormatException(string.Join('\n', mistakes))]);
    }
}
