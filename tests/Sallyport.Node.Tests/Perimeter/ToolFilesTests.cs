using System.Text.RegularExpressions;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Tests;

// tools: and facts: as people write them, with the list of a server beside them.
public sealed partial class ToolFilesTests
{
    private const string Head = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n";

    private const string Bank = """
        {"tools": [
          {"name": "get_iban", "inputSchema": {"type": "object", "properties": {}}},
          {"name": "read_file", "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}}},
          {"name": "send_money", "inputSchema": {"type": "object", "required": ["beneficiary", "amount"],
            "properties": {"beneficiary": {"type": "string"}, "amount": {"type": "number"},
              "note": {"type": "string"}}}}]}
        """;

    private const string Good = Head + """
        tools:
          bank:
            list: tools/bank.json
            default: effect
            tools:
              get_iban: { class: read, labels: [] }
              read_file: { class: read, labels: [untrusted, social] }
              send_money: { class: effect, destinations: [beneficiary] }
        facts:
          amount: { tools: ["bank__*"], at: /amount, type: Long }
        policies: { packs: [allow-list, two-doors, finance] }

        """;

    [Fact]
    public void Tools_and_facts_arrive_in_the_snapshot_as_one_record()
    {
        using var folder = Folder();
        var loaded = folder.Load(Good);
        Assert.Equal("0 mistakes, 0 warnings", string.Join('\n', loaded.Lines()));
        var rules = loaded.Snapshot!.Rules<ToolRules>();
        Assert.Equal(
            ["bank__get_iban", "bank__read_file", "bank__send_money"], rules.Tools.Select(t => $"{t.Name}"),
            StringComparer.Ordinal);

        Assert.True(rules.TryFind("bank", "get_iban", out var iban));
        Assert.Equal((ActionClass.Read, ""), (iban.Class, iban.Labels.ToString()));
        Assert.True(rules.TryFind("bank", "read_file", out var read));
        Assert.Equal("social,untrusted", read.Source.Labels.ToString());
        Assert.True(rules.TryFind("bank", "send_money", out var send));
        Assert.Equal((ActionClass.Effect, "untrusted"), (send.Class, send.Labels.ToString()));
        Assert.Equal("sallyport.yaml:12 (bank__send_money)", send.Rule.ToString());
        Assert.True(send.IsDestination("/beneficiary"));
        Assert.False(send.IsDestination("/note"));
        Assert.False(rules.TryFind("bank", "Send_money", out _));
        Assert.Equal("amount", Assert.Single(rules.Facts.Facts).Name);
    }

    [Fact]
    public void A_tool_that_nobody_has_named_has_the_class_of_its_server_and_an_untrusted_result()
    {
        using var folder = Folder();
        var loaded = folder.Load(Head + "tools:\n  bank: { list: tools/bank.json }\n");
        var rules = loaded.Snapshot!.Rules<ToolRules>();
        Assert.All(rules.Tools, tool => Assert.Equal(
            (ActionClass.Effect, "untrusted", "sallyport.yaml:6"),
            (tool.Class, tool.Labels.ToString(), tool.Rule.Place)));
        var reads = folder.Load(Head + "tools:\n  bank: { list: tools/bank.json, default: read }\n");
        Assert.All(reads.Snapshot!.Rules<ToolRules>().Tools, tool => Assert.Equal(ActionClass.Read, tool.Class));
    }

    [Theory, MemberData(nameof(MistakeTests.Cases), "tool-mistakes.txt", MemberType = typeof(MistakeTests))]
    public void A_mistake_is_told_at_its_place_with_a_mend(string good, string bad, string[] lines)
    {
        using var folder = Folder();
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var loaded = folder.Load(Good.Replace(bad.Length == 0 ? good + "\n" : good, bad, StringComparison.Ordinal));
        Assert.Null(loaded.Snapshot);
        Assert.Equal(
            lines.Select(line => $"sallyport.yaml:{line}"), loaded.Mistakes.Select(m => Told(m, folder)),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(
        "\"type\": \"number\"",
        "\"type\": \"nmbr\"",
        "tools/bank.json:5:66: /tools/2/inputSchema: /properties/amount/type is not one of string")]
    [InlineData(
        "\"name\": \"read_file\"",
        "\"name\": \"read file\"",
        "tools/bank.json:3:4: /tools/1/name: The tool's name 'read file' is not of")]
    [InlineData(
        "\"name\": \"read_file\"",
        "\"name\": \"get_iban\"",
        "tools/bank.json:3:3: /tools/1: bank__get_iban is listed twice")]
    [InlineData(
        "\"name\": \"read_file\", ",
        "\"name\": \"a\", \"name\": \"b\", ",
        "tools/bank.json:3:4: The tool list: /tools/1/name is there twice")]
    [InlineData("]}", "]", "tools/bank.json:6:37: The tool list: no JSON")]
    [InlineData("\"tools\"", "\"tuls\"", "tools/bank.json:1:1: The tool list has no array 'tools'")]
    public void A_fault_of_a_list_is_told_at_its_own_file_and_line(string good, string bad, string begins)
    {
        using var folder = Folder();
        folder.Write("tools/bank.json", Bank.Replace(good, bad, StringComparison.Ordinal));
        var loaded = folder.Load(Good);
        Assert.Null(loaded.Snapshot);
        Assert.StartsWith(begins, loaded.Mistakes[0].ToString(), StringComparison.Ordinal);
        Assert.All(loaded.Mistakes, mistake => Assert.NotEmpty(mistake.Mend));
    }

    [Fact]
    public void A_list_that_is_not_UTF8_is_refused()
    {
        using var folder = Folder();
        folder.Write("tools/bank.json", [0xff, 0xfe, (byte)'{']);
        var mistake = Assert.Single(folder.Load(Good).Mistakes);
        Assert.Equal("The file 'tools/bank.json' is not UTF-8 text", mistake.What);
    }

    [Fact]
    public void A_mistake_in_a_tool_is_told_without_mistakes_of_policies_that_name_it()
    {
        using var folder = Folder();
        folder.Write(
            "own.cedar",
            "@reason(\"x\") forbid (principal is Agent, action == Action::\"bank__send_money\", resource);");
        var yaml = Good.Replace(
            "packs: [allow-list, two-doors, finance]", "files: [own.cedar]", StringComparison.Ordinal);
        Assert.Empty(folder.Load(yaml).Mistakes);
        var broken = folder.Load(yaml.Replace("tools/bank.json", "tools/none.json", StringComparison.Ordinal));
        Assert.EndsWith("is not there", Assert.Single(broken.Mistakes).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "  amount: { tools: [\"bank__*\"], at: /amount, type: Long }",
        "  other: { tools: [\"bank__*\"], type: String }",
        "sallyport.yaml:15:44: The pack 'finance' needs the fact 'amount', and no tool has it")]
    [InlineData(
        "[\"bank__*\"]",
        "[\"bnk__send_money\"]",
        "sallyport.yaml:14:21: fact 'amount' names the tools 'bnk__send_money', and no tool is of that "
        + "pattern. Did you mean 'bank__send_money'?")]
    [InlineData(
        "finance]",
        "devops]",
        "sallyport.yaml:15:44: The pack 'devops' needs the fact 'iam_actions', and no tool has it")]
    public void A_pack_without_its_fact_is_a_warning(string good, string odd, string begins)
    {
        using var folder = Folder();
        var loaded = folder.Load(Good.Replace(good, odd, StringComparison.Ordinal));
        Assert.Empty(loaded.Mistakes);
        Assert.NotNull(loaded.Snapshot);
        Assert.StartsWith(begins, loaded.Warnings[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(loaded.Warnings, warning => warning.File.EndsWith(".cedar", StringComparison.Ordinal));
    }

    [Fact]
    public void The_list_is_part_of_the_hash()
    {
        using var folder = Folder();
        var first = folder.Load(Good).Snapshot!.Hash;
        folder.Write("tools/bank.json", Bank + "\n");
        Assert.NotEqual(first, folder.Load(Good).Snapshot!.Hash, StringComparer.Ordinal);
    }

    [Fact]
    public void The_examples_of_the_reference_compile_without_a_warning()
    {
        var page = File.ReadAllText(Path.Combine(MistakeTests.Repository(), "docs", "reference", "policies.md"));
        using var folder = Folder();
        foreach (Match file in Lists().Matches(page))
        {
            folder.Write(file.Groups["name"].Value, file.Groups["text"].Value);
        }

        var yaml = page.Split("```yaml\n").Skip(1).Select(block => block.Split("```")[0])
            .Single(block => block.StartsWith("tools:", StringComparison.Ordinal));
        var loaded = folder.Load(Head + yaml);
        Assert.Equal("0 mistakes, 0 warnings", string.Join('\n', loaded.Lines()));
        var policies = loaded.Snapshot!.Rules<PolicyRules>().Policies.Select(policy => policy.Id).ToList();
        Assert.Contains("finance-large", policies, StringComparer.Ordinal);
        Assert.Contains("devops-wildcard-action", policies, StringComparer.Ordinal);
        Assert.Equal(5, loaded.Snapshot.Rules<ToolRules>().Facts.Facts.Count);
    }

    [Fact]
    public void The_example_of_the_configuration_compiles_without_a_warning()
    {
        var page = File.ReadAllText(Path.Combine(MistakeTests.Repository(), "docs", "reference", "configuration.md"));
        var yaml = page.Split("```yaml\n").Skip(1).Select(block => block.Split("```")[0])
            .Single(block => block.StartsWith("tools:", StringComparison.Ordinal));
        using var folder = Folder();
        Assert.Equal("0 mistakes, 0 warnings", string.Join('\n', folder.Load(Head + yaml).Lines()));
    }

    private static ScratchFolder Folder()
    {
        var folder = new ScratchFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "tools"));
        folder.Write("tools/bank.json", Bank);
        return folder;
    }

    private static string Told(Mistake mistake, ScratchFolder folder) =>
        mistake.ToString().Replace(folder.Path, "*", StringComparison.Ordinal);

    [GeneratedRegex(@"`(?<name>tools/[a-z]+[.]json)`:\n\n```json\n(?<text>.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Lists();
}
