using System.Text;

namespace Sallyport.Perimeter.Tests;

public sealed class RuleProposalTests
{
    private const string Rule = "POST api.test/v1/items";

    // What stands before, what the role says, and what it says with the proposal.
    public static TheoryData<string, string> Roles => new()
    {
        {
            "    allow:\n      # mine\n      - GET a.test # why\n      - rule: POST b.test\n        class: read\n"
                + "    # end\n",
            "    allow:\n      # mine\n      - GET a.test # why\n      - rule: POST b.test\n        class: read\n"
                + $"      - \"{Rule}\" # proposed\n    # end\n"
        },
        { "    allow: [GET a.test, GET b.test]\n", $"    allow: [\"{Rule}\", GET a.test, GET b.test]\n" },
        { "    allow: []\n", $"    allow: [\"{Rule}\"]\n" },
        { "    deny: [c.test] # never\n", $"    allow: [\"{Rule}\"] # proposed\n    deny: [c.test] # never\n" },
        { "    { deny: [c.test] }\n", $"    {{ allow: [\"{Rule}\"], deny: [c.test] }}\n" },
        { "    {}\n", $"    {{ allow: [\"{Rule}\"] }}\n" },
        { "    allow:\n    - GET a.test\n", $"    allow:\n    - GET a.test\n    - \"{Rule}\" # proposed\n" },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public void A_rule_is_added_and_every_other_byte_stays(string role, string expected)
    {
        Assert.True(
            RuleProposal.TryAdd(Yaml(role), "research", Rule, "proposed", out var text, out var fault), fault?.Detail);
        Assert.Equal(Encoding.UTF8.GetString(Yaml(expected)), Encoding.UTF8.GetString(text));
    }

    [Theory]
    [InlineData("    allow:\n      - GET\n          a.test\n")]
    [InlineData("    allow:\n")]
    [InlineData("    allow: GET a.test\n")]
    public void Where_the_place_is_not_sure_nothing_is_written_and_the_rule_is_told(string role)
    {
        Assert.False(RuleProposal.TryAdd(Yaml(role), "research", Rule, "proposed", out _, out var fault));
        Assert.Equal("permit.no-place", fault.Code);
        Assert.Contains(Rule, fault.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_is_not_there_is_told()
    {
        Assert.False(RuleProposal.TryAdd(Yaml("    {}\n"), "nobody", Rule, "proposed", out _, out var fault));
        Assert.Equal("permit.agent-unknown", fault.Code);
    }

    private static byte[] Yaml(string role) => Encoding.UTF8.GetBytes(
        "# a perimeter\nversion: 1\norganisation: example.org\nroles:\n  reader:\n" + role
        + "  other: { allow: [GET z.test] }\nagents: # who\n  research: { role: reader, owner: ada }\n");
}
