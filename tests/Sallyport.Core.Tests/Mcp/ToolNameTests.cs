namespace Sallyport.Mcp.Tests;

public sealed class ToolNameTests
{
    [Theory]
    [InlineData("bank", "send_money", true)]
    [InlineData("a_b", "_c", true)]
    [InlineData("git-hub2", "repos.create-issue", true)]
    [InlineData("a_", "c", false)]
    [InlineData("a__b", "c", false)]
    [InlineData("", "c", false)]
    [InlineData("a", "", false)]
    [InlineData("a", "send money", false)]
    [InlineData("a", "send/money", false)]
    [InlineData("a", "sénd", false)]
    [InlineData("a.b", "c", false)]
    [InlineData("a", "x\n", false)]
    public void A_name_has_the_form_of_MCP(string server, string tool, bool legal)
    {
        Assert.Equal(legal, ToolName.TryJoin(server, tool, out var name, out var fault));
        Assert.Equal(legal, fault is null);
        if (name is not null)
        {
            Assert.True(ToolName.TryParse(name.ToString(), out var again, out _));
            Assert.Equal(name, again);
        }
    }

    [Fact]
    public void No_two_pairs_share_a_name()
    {
        // Every text of up to four characters over an alphabet that could confuse, on both sides.
        var texts = new List<string> { "" };
        for (var i = 0; i < texts.Count && texts[i].Length < 4; i++)
        {
            texts.AddRange([texts[i] + "_", texts[i] + "a"]);
        }

        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var server in texts)
        {
            foreach (var tool in texts)
            {
                if (ToolName.TryJoin(server, tool, out var name, out _))
                {
                    Assert.True(pairs.TryAdd(name.ToString(), $"{server}|{tool}"), $"{name}: {server}|{tool}");
                }
            }
        }

        Assert.True(pairs.Count > 100);
    }

    [Fact]
    public void A_name_has_at_most_128_characters()
    {
        Assert.True(ToolName.TryJoin("ab", new string('x', 124), out _, out _));
        Assert.False(ToolName.TryJoin("ab", new string('x', 125), out _, out _));
        Assert.True(ToolName.TryJoin(new string('x', 63), "a", out _, out _));
        Assert.False(ToolName.TryJoin(new string('x', 64), "a", out _, out _));
    }
}
