namespace Sallyport.Perimeter.Tests;

public sealed class PolicyFilesTests
{
    private const string Minimal = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n";

    [Fact]
    public void A_policy_file_is_read_validated_and_hashed_with_the_configuration()
    {
        using var folder = new ScratchFolder();
        folder.Write("sallyport.yaml", Minimal + "policies: { packs: [allow-list, two-doors], files: [own.cedar] }\n");
        folder.Write(
            "own.cedar", "@reason(\"x\") forbid (principal is Agent, action == Action::\"connect\", resource);");
        var first = PerimeterFolder.Load(folder.Path);
        Assert.Equal("0 mistakes, 0 warnings", Assert.Single(first.Lines()));
        folder.Write(
            "own.cedar", "@reason(\"y\") forbid (principal is Agent, action == Action::\"connect\", resource);");
        Assert.NotEqual(first.Snapshot!.Hash, PerimeterFolder.Load(folder.Path).Snapshot!.Hash, StringComparer.Ordinal);
    }

    [Fact]
    public void Mistakes_of_all_files_are_told_at_once_the_configuration_first()
    {
        using var folder = new ScratchFolder();
        folder.Write(
            "sallyport.yaml",
            Minimal
            + "policies: { packs: [allow-lst], files: [own.cedar, gone.cedar, own.txt, ../out.cedar] }\n");
        folder.Write(
            "own.cedar",
            "permit (principal is Agent, action, resource)\nwhen { context.method == 3 };\n"
            + "permit (principal is Agnt, action, resource);\n");
        var lines = PerimeterFolder.Load(folder.Path).Lines().ToList();
        Assert.Contains(
            "sallyport.yaml:5:21: There is no pack 'allow-lst'. Did you mean 'allow-list'?",
            lines,
            StringComparer.Ordinal);
        Assert.Contains(lines, line => line.Contains("gone.cedar is not there", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("'own.txt' does not end in .cedar", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("leads out of the perimeter folder", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("own.cedar:2:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("own.cedar:3:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("allow-list", "No pack keeps a run that has read untrusted text from acting")]
    [InlineData("allow-list, two-doors, origins", "two-doors denies all that origins would ask a person about")]
    public void Packs_that_leave_the_doors_open_or_shut_them_twice_are_a_warning(string packs, string warning)
    {
        using var folder = new ScratchFolder();
        folder.Write("sallyport.yaml", Minimal + $"policies: {{ packs: [{packs}] }}\n");
        Assert.Contains(
            PerimeterFolder.Load(folder.Path).Lines(),
            line => line.StartsWith("sallyport.yaml:5:", StringComparison.Ordinal)
                && line.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_shadow_is_what_is_in_force_but_for_what_it_names()
    {
        using var folder = new ScratchFolder();
        folder.Write("own.cedar", "@id(\"own\") @reason(\"x\") forbid (principal is Agent, action, resource);");
        folder.Write("next.cedar", "@id(\"next\") @reason(\"x\") forbid (principal is Agent, action, resource);");
        Assert.Equal(["allow-list", "next", "two-doors"], Shadow("files: [next.cedar]"), StringComparer.Ordinal);
        Assert.Equal(["allow-list", "own", "read-only"], Shadow("packs: [allow-list, read-only]"),
            StringComparer.Ordinal);
        Assert.Equal(["allow-list"], Shadow("packs: [allow-list], files: []"), StringComparer.Ordinal);

        var first = Loaded("files: [next.cedar]").Snapshot!;
        Assert.Equal(
            ["allow-list", "own", "two-doors"],
            first.Rules<Decisions.Policies.PolicyRules>().Policies.Select(policy => policy.Id), StringComparer.Ordinal);
        folder.Write("next.cedar", "@id(\"last\") @reason(\"x\") forbid (principal is Agent, action, resource);");
        Assert.NotEqual(first.Hash, Loaded("files: [next.cedar]").Snapshot!.Hash, StringComparer.Ordinal);

        IEnumerable<string> Shadow(string shadow) =>
            Loaded(shadow).Snapshot!.Shadow!.Rules.Policies.Select(policy => policy.Id);

        LoadedPerimeter Loaded(string shadow)
        {
            folder.Write(
                "sallyport.yaml", Minimal + $"policies: {{ files: [own.cedar], shadow: {{ {shadow} }} }}\n");
            var loaded = PerimeterFolder.Load(folder.Path);
            Assert.Equal("0 mistakes, 0 warnings", Assert.Single(loaded.Lines()));
            return loaded;
        }
    }

    [Fact]
    public void Mistakes_of_a_shadow_are_told_with_their_lines_those_that_it_shares_once()
    {
        using var folder = new ScratchFolder();
        folder.Write("own.cedar", "permit (principal is Agnt, action, resource);\n");
        folder.Write("next.cedar", "\npermit (principal is Agent, action, resource) when { context.method == 3 };\n");
        folder.Write(
            "sallyport.yaml",
            Minimal + "policies: { files: [own.cedar], shadow: { files: [own.cedar, next.cedar, gone.cedar] } }\n");
        var loaded = PerimeterFolder.Load(folder.Path);
        Assert.Null(loaded.Snapshot);
        var lines = loaded.Lines().ToList();
        Assert.Single(lines, line => line.StartsWith("own.cedar:1:9: The schema has no", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("next.cedar:2:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("gone.cedar is not there", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "The shadow names nothing")]
    [InlineData("[own.cedar]", "shadow of policies is a list")]
    [InlineData("{ packs: [two-dors] }", "Did you mean 'two-doors'?")]
    [InlineData("{ packs: [two-doors] }", "policies.shadow:1:1: No policy permits anything")]
    [InlineData("{ shadow: { packs: [] } }", "shadow")]
    public void A_shadow_that_says_nothing_is_told(string shadow, string said)
    {
        using var folder = new ScratchFolder();
        folder.Write("sallyport.yaml", Minimal + $"policies: {{ shadow: {shadow} }}\n");
        Assert.Contains(
            PerimeterFolder.Load(folder.Path).Lines(), line => line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void A_perimeter_that_names_no_policies_has_the_seed_rule()
    {
        using var folder = new ScratchFolder();
        folder.Write("sallyport.yaml", Minimal);
        var rules = PerimeterFolder.Load(folder.Path).Snapshot!.Rules<Decisions.Policies.PolicyRules>();
        Assert.Equal(["allow-list", "two-doors"], rules.Policies.Select(policy => policy.Id), StringComparer.Ordinal);
    }
}
