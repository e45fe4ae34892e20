using Sallyport.Ledger;
using Sallyport.Perimeter.Changes;

namespace Sallyport.Perimeter.Tests;

/// <summary><c>content</c>: each mistake with its line and its mend.</summary>
public sealed class ContentFilesTests : IDisposable
{
    private const string Head = """
        version: 1
        organisation: example.org
        roles: { reader: { allow: [GET wiki.test, GET vault.test] } }
        agents: { research: { role: reader, owner: a@example.org } }
        sources: { wiki: { hosts: [wiki.test], labels: [] }, vault: { hosts: [vault.test], labels: [secret] } }
        content:

        """;

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("  total: 1GiB", "content has no 'keep'", ":7:")]
    [InlineData("  total: much\n  keep: []", "total is 'much'", ":7:")]
    [InlineData("  keep:\n  - { for: 30d }", "has no 'bodies'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both }", "has no 'for'", ":8:")]
    [InlineData("  keep:\n  - { bodies: all, for: 30d }", "bodies is 'all'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: ever }", "for is 'ever'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: 30d, largest: 65MiB }", "largest is '65MiB'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: 30d, source: wikki }", "keep names the source 'wikki'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: 30d, agent: nobody }", "keep names the agent 'nobody'", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: 30d, role: writer }", "keep names the role 'writer'", ":8:")]
    [InlineData(
        "  keep:\n  - { bodies: both, for: 30d, source: vault }", "labelled secret, and a secret is never kept", ":8:")]
    [InlineData("  keep:\n  - { bodies: both, for: 30d, days: 3 }", "has no key 'days'", ":8:")]
    public void A_mistake_is_told_with_its_line(string text, string told, string line)
    {
        var loaded = folder.Load(Head + text + "\n");
        Assert.Null(loaded.Snapshot);
        Assert.Contains(loaded.Lines(), it => it.Contains(line, StringComparison.Ordinal)
            && it.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_kept_is_taken_out_of_the_snapshot()
    {
        var loaded = folder.Load(Head + "  total: 2GiB\n  keep:\n"
            + "  - { bodies: responses, for: 30d, source: wiki, agent: research, largest: 4MiB }\n"
            + "  - { bodies: requests, for: 12h, role: reader }\n");
        var content = loaded.Snapshot!.Content; // without a mistake
        Assert.Equal(2L << 30, content.TotalBytesMax);
        Assert.Equal(
            [
                (ContentSides.Responses, "30d", 4L << 20, "wiki", "research", null),
                (ContentSides.Requests, "12h", ContentRules.BodyBytesUsual, null, null, "reader"),
            ],
            content.All.Select(rule => (
                rule.Sides, rule.For.Text, rule.BytesMax, rule.Source, rule.Agent?.Value, rule.Role?.Value)));
    }

    [Fact]
    public void What_is_kept_is_a_difference_of_two_perimeters_that_may_widen_either_way()
    {
        var without = folder.Load(Head + "  keep: []\n").Compiled!; // without a mistake
        var with = folder.Load(Head + "  keep:\n  - { bodies: both, for: 30d, source: wiki }\n").Compiled!;
        Assert.Equal(
            "may widen: content: keeps requests and responses of source wiki for 30d, each of at most 1MiB",
            $"{Assert.Single(PerimeterDiff.Of(without, with))}");
        Assert.Equal(
            "may widen: content: no longer keeps requests and responses of source wiki for 30d, each of at most 1MiB; "
            + "what is kept stays until its time is over",
            $"{Assert.Single(PerimeterDiff.Of(with, without))}");
    }
}
