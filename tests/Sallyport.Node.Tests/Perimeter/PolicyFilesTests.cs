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
    public void A_perimeter_that_names_no_policies_has_the_seed_rule()
    {
        using var folder = new ScratchFolder();
        folder.Write("sallyport.yaml", Minimal);
        var rules = PerimeterFolder.Load(folder.Path).Snapshot!.Rules<Decisions.Policies.PolicyRules>();
        Assert.Equal(["allow-list", "two-doors"], rules.Policies.Select(policy => policy.Id), StringComparer.Ordinal);
    }
}
