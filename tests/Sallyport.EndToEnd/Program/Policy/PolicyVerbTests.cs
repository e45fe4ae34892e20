using System.Text.Json;
using Sallyport.Cedar.Schemas;
using Sallyport.Decisions.Policies;

namespace Sallyport.EndToEnd.Program;

/// <summary>The policy verbs as a person and a script meet them; no node runs in any of these.</summary>
public sealed class PolicyVerbTests
{
    private const string Bank = """
        [{"name": "pay", "inputSchema": {"type": "object", "required": ["payee", "amount"], "properties": {
          "payee": {"type": "string"}, "amount": {"type": "integer"}}}}]
        """;

    private const string Perimeter = """
        version: 1
        organisation: example.org
        roles:
          worker: { allow: ["GET,POST tame.example/**"], deny: [tame.example/secret/**] }
        agents:
          worker: { role: worker, owner: alice@example.org }
        sources:
          tame: { hosts: [tame.example], labels: [] }
        tools:
          bank: { list: bank.json, tools: { pay: { labels: [], destinations: [payee] } } }
        facts:
          amount: { tools: ["bank__*"], at: /amount, type: Long }
        policies: { packs: [allow-list, origins, finance] }
        """;

    private const string Cases = """
        - { name: reads, agent: worker, http: GET https://tame.example/a, expect: allow }
        - { name: pays much, agent: worker, tool: bank__pay, args: { payee: x, amount: 5000 }, expect: hold }
        """;

    [Fact]
    public async Task The_schema_that_is_printed_parses_back_and_holds_every_tool()
    {
        await using var site = await SiteAsync();
        var text = await site.OutputAsync("policy", "schema");
        var schema = Schema.Parse(text);
        Assert.True(schema.Succeeded, string.Join('\n', schema.Errors));
        Assert.Contains(schema.ValueOrThrow().Actions, action => action.Uid.Id == "bank__pay");
        Assert.Contains("\"amount\"?: Long", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packs_are_listed_a_line_each_and_printed_as_they_are()
    {
        await using var site = new Site();
        var listed = await site.OutputAsync("policy", "packs");
        Columns.Check(listed, 80);
        Assert.All(PolicyPacks.Names, name => Assert.Contains(
            listed.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal)));
        Assert.Contains("needs the facts iam_actions, iam_resources, deletes", listed, StringComparison.Ordinal);
        foreach (var name in PolicyPacks.Names)
        {
            Assert.True(PolicyPacks.TryRead(name, out var pack));
            Assert.Equal(pack.Text, await site.OutputAsync("policy", "packs", name));
        }

        var views = (await site.OutputAsync("policy", "packs", "--json"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(2, views.Count(view => view.GetProperty("isDefault").GetBoolean()));

        var wrong = await site.RunAsync("policy", "packs", "two-dors");
        Assert.Equal(2, wrong.Exit);
        Assert.Contains("Did you mean 'two-doors'?", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_perimeter_passes_its_own_cases()
    {
        await using var site = new Site();
        await site.OutputAsync("init");
        Assert.Equal("2 passed, 0 failed\n", await site.OutputAsync("policy", "test"));
    }

    [Fact]
    public async Task A_case_that_fails_says_who_what_which_policy_why_and_what_would_turn_it_around()
    {
        await using var site = await SiteAsync(
            Cases + "\n- { name: pays a stranger, agent: worker, tool: bank__pay, labels: [untrusted],\n"
            + "    args: { payee: x, amount: 5 }, origins: { /amount: brief }, expect: allow }\n");
        var ended = await site.RunAsync("policy", "test");
        Assert.True(ended.Exit == 1, ended.ToString());
        Assert.EndsWith("2 passed, 1 failed\n", ended.Output, StringComparison.Ordinal);
        string[] said =
        [
            "policies/own.test.yaml:3: FAIL pays a stranger",
            "expected allow, got hold (approval.required)",
            "worker call bank__pay",
            "rule: sallyport.yaml:10 (bank__pay), an effect",
            "origin: /payee nowhere,untrusted, a destination",
            "origins-destination (origins.cedar:",
            "where it goes was said neither by a person nor by a trusted source",
            "facts: {amount: 5}",
            "origins-destination: context.origins.destinations.contains(\"untrusted\") would have to be false",
        ];
        Assert.All(said, line => Assert.Contains(line, ended.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("pays much", ended.Output, StringComparison.Ordinal);
        Inert.Check(ended);

        var json = (await site.RunAsync("policy", "test", "--json")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(4, json.Count);
        Assert.Equal([true, true, false], json[..3].Select(one => one.GetProperty("pass").GetBoolean()));
        Assert.Equal("hold", json[2].GetProperty("trial").GetProperty("verdict").GetString());
        Assert.Equal((2, 1), (json[3].GetProperty("passed").GetInt32(), json[3].GetProperty("failed").GetInt32()));
    }

    [Fact]
    public async Task Coverage_names_what_no_case_meets_and_changes_no_exit_code()
    {
        await using var site = await SiteAsync(Cases);
        var said = await site.OutputAsync("policy", "test", "--coverage");
        Assert.Contains(
            "no case meets rule sallyport.yaml:4 (tame.example/secret/**)\n", said, StringComparison.Ordinal);
        Assert.Contains("no case meets policy finance-social (finance.cedar:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("finance-large", said, StringComparison.Ordinal);
        Assert.Contains("met: 2 of 3 rules and tools, 2 of ", said, StringComparison.Ordinal);
        Assert.EndsWith("2 passed, 0 failed\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_cases_are_told_with_their_lines_and_no_case_is_run()
    {
        await using var site = await SiteAsync(Cases + "\n- { agent: wrker, tool: bank__pay, expect: hold }\n");
        var ended = await site.RunAsync("policy", "test");
        Assert.Equal(3, ended.Exit);
        Assert.Empty(ended.Output);
        Assert.Contains(
            "policies/own.test.yaml:3:12: There is no agent 'wrker'. Did you mean 'worker'?", ended.Errors,
            StringComparison.Ordinal);
        Assert.Contains("(policy.cases)", ended.Errors, StringComparison.Ordinal);

        File.Delete(Path.Combine(site.Folder, "perimeter", "policies", "own.test.yaml"));
        var none = await site.RunAsync("policy", "test");
        Assert.Equal(3, none.Exit);
        Assert.Contains("(policy.no-cases)", none.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "allow worker GET https://tame.example/a", "--url", "https://tame.example/a")]
    [InlineData(1, "(egress.forbidden)", "--url", "https://tame.example/secret/x")]
    [InlineData(1, "No policy was asked", "--url", "https://other.example/")]
    [InlineData(1, "when context.facts.amount >= 1000: holds (context.facts.amount = 1000)",
        "--tool", "bank__pay", "--args", "{\"payee\": \"x\", \"amount\": 1000}")]
    [InlineData(1, "hold origins-destination (origins.cedar:", "--tool", "bank__pay", "--labels", "untrusted",
        "--args", "{\"payee\": \"x\", \"amount\": 1}")]
    [InlineData(0, "origin: /payee brief, a destination", "--tool", "bank__pay", "--labels", "untrusted",
        "--args", "{\"payee\": \"x\", \"amount\": 1}", "--origin", "/payee=brief")]
    [InlineData(1, "(call.missing-argument)", "--tool", "bank__pay", "--args", "{}")]
    [InlineData(1, "POST https://tame.example/a", "--method", "POST", "--labels", "untrusted", "--url",
        "https://tame.example/a")]
    public async Task Explain_decides_one_act_and_says_why(int exit, string said, params string[] act)
    {
        await using var site = await SiteAsync();
        var ended = await site.RunAsync(["policy", "explain", "--agent", "worker", .. act]);
        Assert.True(ended.Exit == exit, ended.ToString());
        Assert.Contains(said, ended.Output, StringComparison.Ordinal);
        Assert.Empty(ended.Errors);
        Inert.Check(ended);

        var json = await site.RunAsync(["policy", "explain", "--json", "--agent", "worker", .. act]);
        Assert.Equal(exit, json.Exit);
        var view = JsonElement.Parse(json.Output);
        Assert.Equal(exit == 0, view.GetProperty("verdict").GetString() == "allow");
    }

    [Fact]
    public async Task A_value_that_policies_saw_is_inert_when_it_is_shown()
    {
        await using var site = await SiteAsync();
        var ended = await site.RunAsync(
            "policy", "explain", "--agent", "worker", "--tool", "bank__pay",
            "--args", "{\"payee\": \"\\u001b[31m\\u202e\", \"amount\": 1000, \"\\u001b]0;x\": 1}");
        Assert.Equal(1, ended.Exit);
        Inert.Check(ended);
    }

    [Theory]
    [InlineData("one act: --url URL, or --tool", "--agent", "worker")]
    [InlineData("one act: --url URL, or --tool", "--agent", "worker", "--url", "http://a.test/", "--tool", "bank__pay")]
    [InlineData("Did you mean 'worker'?", "--agent", "wrker", "--url", "http://a.test/")]
    [InlineData("Did you mean 'bank__pay'?", "--agent", "worker", "--tool", "bank__psy")]
    [InlineData("Did you mean 'untrusted'?", "--agent", "worker", "--tool", "bank__pay", "--args",
        "{\"payee\": \"x\", \"amount\": 1}", "--origin", "/payee=untrusteed")]
    [InlineData("is no URL of http or https", "--agent", "worker", "--url", "ftp://a.test/")]
    [InlineData("--agent", "--url", "http://a.test/")]
    public async Task An_act_that_is_none_is_told_as_a_wrong_command_line(string said, params string[] act)
    {
        await using var site = await SiteAsync();
        var ended = await site.RunAsync(["policy", "explain", .. act]);
        Assert.True(ended.Exit == 2, ended.ToString());
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
        Inert.Check(ended);
    }

    [Fact]
    public async Task Diff_names_the_cases_that_another_perimeter_answers_otherwise()
    {
        await using var site = await SiteAsync(
            Cases + "\n- { agent: other, http: GET https://tame.example/a, expect: allow }\n");
        var changed = Perimeter.Replace("origins, finance]", "origins]", StringComparison.Ordinal)
            .Replace(
                "agents:\n", "agents:\n  other: { role: worker, owner: bob@example.org }\n", StringComparison.Ordinal);
        var before = Path.Combine(site.Folder, "before");
        Directory.Move(Path.Combine(site.Folder, "perimeter"), before);
        var after = Path.Combine(site.Folder, "after");
        Directory.CreateDirectory(Path.Combine(after, "policies"));
        foreach (var name in (string[])["bank.json", "policies/own.test.yaml"])
        {
            File.Copy(Path.Combine(before, name), Path.Combine(after, name));
        }

        await File.WriteAllTextAsync(Path.Combine(after, "sallyport.yaml"), changed);
        var ended = await site.RunAsync("policy", "diff", "before", "after");
        Assert.True(ended.Exit == 1, ended.ToString());
        Assert.Equal(
            "policies/own.test.yaml:2: pays much\n  hold (approval.required) -> allow\n"
            + "policies/own.test.yaml:3\n  unknown -> allow\n3 cases, 2 changed\n",
            ended.Output);
        Assert.Equal("3 cases, 0 changed\n", await site.OutputAsync("policy", "diff", "after", "after"));
        var json = (await site.RunAsync("policy", "diff", "before", "after", "--json")).Output.Split('\n');
        Assert.Equal("allow", JsonElement.Parse(json[0]).GetProperty("after").GetString());
        Assert.Equal(2, JsonElement.Parse(json[2]).GetProperty("changed").GetInt32());
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("test")]
    [InlineData("explain --agent worker --url http://a.test/")]
    public async Task A_perimeter_with_mistakes_is_told_and_nothing_is_decided(string verb)
    {
        await using var site = await SiteAsync();
        await File.WriteAllTextAsync(site.Configuration, "version: 2\n");
        var ended = await site.RunAsync(["policy", .. verb.Split(' ')]);
        Assert.Equal(3, ended.Exit);
        Assert.Contains("sallyport.yaml:1:10:", ended.Errors, StringComparison.Ordinal);
    }

    private static async Task<Site> SiteAsync(string cases = Cases)
    {
        var site = new Site();
        var folder = Path.Combine(site.Folder, "perimeter");
        Directory.CreateDirectory(Path.Combine(folder, "policies"));
        await File.WriteAllTextAsync(site.Configuration, Perimeter);
        await File.WriteAllTextAsync(Path.Combine(folder, "bank.json"), Bank);
        await File.WriteAllTextAsync(Path.Combine(folder, "policies", "own.test.yaml"), cases);
        return site;
    }
}
