using System.Collections.Immutable;
using Sallyport.Decisions;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Perimeter.Tests;

// Cases beside the policies: read strictly, decided by the parts that gateways are made of.
public sealed class CaseFilesTests
{
    private const string Perimeter = """
        version: 1
        organisation: example.org
        roles:
          worker:
            allow:
              - GET,HEAD tame.example/**
              - POST tame.example/issues
              - rule: POST tame.example/search
                class: read
              - rule: wild.example
                mode: tunnel
            deny:
              - tame.example/secret/**
        agents:
          worker: { role: worker, owner: alice@example.org }
        sources:
          tame: { hosts: [tame.example], labels: [] }
          wild: { hosts: [wild.example], labels: [untrusted, social] }
        tools:
          bank:
            list: bank.json
            tools:
              look: { class: read, labels: [untrusted] }
              pay: { labels: [], destinations: [payee] }
        facts:
          amount: { tools: ["bank__*"], at: /amount, type: Long }
        policies: { packs: [allow-list, PACKS] }
        """;

    private const string Bank = """
        [{"name": "look", "inputSchema": {"type": "object"}},
         {"name": "pay", "inputSchema": {"type": "object", "required": ["payee"], "properties": {
           "payee": {"type": "string"}, "amount": {"type": "integer"}, "note": {"type": "string"},
           "urgent": {"type": "boolean"}, "rate": {"type": "number"},
           "days": {"type": "array", "items": {"type": "string"}}}}}]
        """;

    // + what is asked, - under which pack, = verdict and code, or verdict and what decided.
    [Theory, MemberData(nameof(MistakeTests.Cases), "case-verdicts.txt", MemberType = typeof(MistakeTests))]
    public void A_case_is_decided_as_a_gateway_decides(string packs, string what, string[] answer)
    {
        using var folder = Folder($"- {{ agent: worker, expect: deny, {what} }}\n", packs);
        var trial = Assert.Single(folder.Cases()).Run(folder.Snapshot).Trial;
        var by = trial.Verdict is TrialVerdict.Deny ? trial.Why?.Code : string.Join(' ', trial.DecidedBy);
        Assert.Equal(Assert.Single(answer), $"{CaseResult.Word(trial.Verdict)} {by}".TrimEnd());
    }

    [Theory]
    [InlineData("expect: allow", null)]
    [InlineData("expect: deny", "expected deny, got allow")]
    [InlineData("expect: hold", "expected hold, got allow")]
    [InlineData("expect: allow, policies: [allow-list]", null)]
    [InlineData("expect: allow, policies: [two-doors]", "expected two-doors to decide, and it was allow-list")]
    [InlineData("expect: allow, code: flow.two-doors", "expected the code flow.two-doors, got none: it is allowed")]
    [InlineData("expect: deny, labels: [untrusted]", null)]
    [InlineData("expect: allow, labels: [untrusted]", "expected allow, got deny (flow.two-doors)")]
    [InlineData(
        "expect: deny, labels: [untrusted], code: policy.erred",
        "expected the code policy.erred, got flow.two-doors")]
    [InlineData("expect: deny, labels: [untrusted], policies: [two-doors], code: flow.two-doors", null)]
    [InlineData(
        "expect: deny, labels: [untrusted], policies: [allow-list]",
        "expected allow-list to decide, and it was two-doors")]
    public void A_case_passes_only_if_all_that_it_says_is_so(string says, string? difference)
    {
        using var folder = Folder($"- {{ agent: worker, http: POST https://tame.example/issues, {says} }}\n");
        Assert.Equal(difference, Assert.Single(folder.Cases()).Run(folder.Snapshot).Difference);
    }

    [Theory, MemberData(nameof(MistakeTests.Cases), "case-mistakes.txt", MemberType = typeof(MistakeTests))]
    public void A_mistake_is_told_at_its_place_and_no_case_is_kept(string _, string file, string[] lines)
    {
        using var folder = Folder(file);
        var loaded = CaseFiles.Load(folder.Path, [], folder.Snapshot);
        Assert.Empty(loaded.Cases);
        Assert.Equal(
            lines.Select(line => $"policies/own.test.yaml:{line}"),
            loaded.Mistakes.Select(mistake => mistake.ToString()),
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_label_that_nothing_brings_is_a_warning()
    {
        using var folder = Folder("- { agent: worker, tool: bank__look, labels: [socal], expect: allow }\n");
        var loaded = CaseFiles.Load(folder.Path, [], folder.Snapshot);
        Assert.Single(loaded.Cases);
        Assert.Equal(
            "policies/own.test.yaml:1:46: No source and no tool brings the label 'socal', so no run carries it. "
            + "Did you mean 'social'?",
            Assert.Single(loaded.Warnings).ToString());
    }

    [Fact]
    public void Files_are_found_at_any_depth_in_order_and_named_ones_are_read_alone()
    {
        using var folder = Folder("- { agent: worker, tool: bank__look, expect: allow }\n");
        folder.Write("a.test.yaml", "- { agent: worker, tool: bank__look, expect: deny }\n");
        folder.Write("empty.test.yaml", "");
        var all = CaseFiles.Load(folder.Path, [], folder.Snapshot);
        Assert.Equal((3, 2), (all.Files, all.Cases.Length));
        Assert.Equal(
            ["a.test.yaml", "policies/own.test.yaml"], all.Cases.Select(one => one.File), StringComparer.Ordinal);
        Assert.Equal("Write something into it, or remove it", Assert.Single(all.Mistakes).Mend);

        var one = CaseFiles.Load(folder.Path, [Path.Combine(folder.Path, "a.test.yaml")], folder.Snapshot);
        Assert.Equal(TrialVerdict.Deny, Assert.Single(one.Cases).Expected);
        var none = CaseFiles.Load(folder.Path, ["none.test.yaml"], folder.Snapshot);
        Assert.Contains("is not there", Assert.Single(none.Mistakes).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Coverage_names_what_no_case_has_met()
    {
        using var folder = Folder("""
            - { agent: worker, http: GET https://tame.example/a, expect: allow }
            - { agent: worker, http: GET https://tame.example/secret/a, expect: deny }
            - { agent: worker, tool: bank__look, expect: allow }
            """);
        var met = Coverage.Of(folder.Snapshot, [.. folder.Cases().Select(one => one.Run(folder.Snapshot))]);
        Assert.Equal(
            [
                "sallyport.yaml:7 (POST tame.example/issues)", "sallyport.yaml:8 (POST tame.example/search)",
                "sallyport.yaml:10 (wild.example)", "sallyport.yaml:24 (bank__pay)",
            ],
            met.Rules.Select(rule => rule.ToString()),
            StringComparer.Ordinal);
        Assert.Equal(["two-doors"], met.Policies.Select(policy => policy.Id), StringComparer.Ordinal);
        Assert.Equal((7, 2), (met.RulesAll, met.PoliciesAll));
    }

    [Fact]
    public void The_cases_of_the_reference_pass_in_its_example()
    {
        var page = File.ReadAllText(Path.Combine(MistakeTests.Repository(), "docs", "reference", "policies.md"));
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "tools"));
        foreach (var part in page.Split("```json\n").Skip(1).Zip(["bank", "aws"]))
        {
            folder.Write($"tools/{part.Second}.json", part.First.Split("```")[0]);
        }

        var blocks = page.Split("```yaml\n").Skip(1).Select(block => block.Split("```")[0]).ToList();
        folder.Write("own.test.yaml", blocks.Single(block => block.StartsWith("- name:", StringComparison.Ordinal)));
        var loaded = folder.Load(
            "version: 1\norganisation: example.org\nroles: { teller: {} }\n"
            + "agents: { teller: { role: teller, owner: you@example.org } }\n"
            + blocks.Single(block => block.StartsWith("tools:", StringComparison.Ordinal)));
        Assert.Empty(loaded.Warnings); // Its agent lives by tools alone.
        var cases = CaseFiles.Load(folder.Path, [], loaded.Snapshot!);
        Assert.Empty(cases.Mistakes);
        Assert.Equal(3, cases.Cases.Length);
        Assert.All(cases.Cases, one => Assert.Null(one.Run(loaded.Snapshot!).Difference));
    }

    private static CaseFolder Folder(string cases, string packs = "two-doors") => new(cases, packs);

    private sealed class CaseFolder : IDisposable
    {
        private readonly ScratchFolder folder = new();

        public CaseFolder(string cases, string packs)
        {
            Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "policies"));
            folder.Write("bank.json", Bank);
            folder.Write("policies/own.test.yaml", cases);
            var loaded = folder.Load(Perimeter.Replace("PACKS", packs, StringComparison.Ordinal));
            Assert.Empty(loaded.Mistakes);
            Snapshot = loaded.Snapshot!;
        }

        public string Path => folder.Path;

        public Snapshot Snapshot { get; }

        public void Write(string name, string text) => folder.Write(name, text);

        public ImmutableArray<PolicyCase> Cases()
        {
            var loaded = CaseFiles.Load(Path, [], Snapshot);
            Assert.Empty(loaded.Mistakes);
            return loaded.Cases;
        }

        public void Dispose() => folder.Dispose();
    }
}
