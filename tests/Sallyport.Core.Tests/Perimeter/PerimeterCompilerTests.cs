using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Identity;

namespace Sallyport.Perimeter.Tests;

// The compiler over a tree made by hand; what each mistake says about a file is tested with the YAML reader, in Node.
public sealed class PerimeterCompilerTests
{
    [Fact]
    public void A_tree_becomes_a_snapshot_from_which_each_room_takes_its_rules()
    {
        var compilation = PerimeterCompiler.Compile(
            Map(
                ("version", Text("1")),
                ("organisation", Text("corp.example")),
                (
                    "roles",
                    Map(
                        (
                            "reader",
                            Map(
                                (
                                    "allow",
                                    List(
                                        Text("GET a.test"),
                                        Map(("rule", Text("POST a.test/query")), ("class", Text("read"))))))))),
                ("agents", Map(("research", Map(("role", Text("reader")), ("owner", Text("alice"))))))),
            "sallyport.yaml",
            NoFile);
        Assert.Empty(compilation.Mistakes);
        var snapshot = compilation.Perimeter?.ToSnapshot("00ff");
        Assert.NotNull(snapshot);
        Assert.Equal("00ff", snapshot.Hash);
        Assert.True(AgentId.TryParse("research", out var agent));
        Assert.Equal("alice", snapshot.Agents[agent].Owner);
        Assert.True(Target.TryFromAbsoluteForm("http://a.test/query", out var target, out _));
        var match = Assert.IsType<RuleMatch.Allowed>(snapshot.Rules<EgressRules>().Match(agent, "POST", target, out _));
        Assert.Equal(ActionClass.Read, match.Class);
        Assert.Equal("sallyport.yaml:7 (POST a.test/query)", match.Rule.ToString());
        Assert.Equal("undeclared", snapshot.Rules<Sources>().Of(target.Host).Source.Name);
        Assert.Null(compilation.Perimeter?.Options.Proxy);
        Assert.Equal(ReadRecord.Written, compilation.Perimeter?.Options.Reads);
    }

    [Fact]
    public void A_tree_with_a_mistake_becomes_nothing()
    {
        var compilation = PerimeterCompiler.Compile(Text("hello"), "sallyport.yaml", NoFile);
        Assert.Null(compilation.Perimeter);
        Assert.Equal(
            "sallyport.yaml:7:3: The file is 'hello'. Write its keys below it: "
            + "version, organisation, listen, ledger, content, roles, agents, sources, tools, facts, policies, "
                + "limits, operators, approvals, changes.",
            Assert.Single(compilation.Mistakes).ToString());
    }

    private static readonly Position Somewhere = new(7, 3);

    private static ConfigNode.Scalar Text(string text) => new(text, Somewhere);

    private static ConfigNode.Sequence List(params ConfigNode[] items) => new(items, Somewhere);

    private static ConfigNode.Mapping Map(params (string Key, ConfigNode Value)[] entries) =>
        new([.. entries.Select(entry => new ConfigEntry(Text(entry.Key), entry.Value))], Somewhere);

    private static void NoFile(string path, out string? text, out Fault? fault) =>
        (text, fault) = (null, new Fault("test", $"{path} is not there", "None"));
}
