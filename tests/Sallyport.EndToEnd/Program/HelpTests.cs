namespace Sallyport.EndToEnd.Program;

/// <summary>Verbs and options are promised: a change here is a change for everybody's scripts.</summary>
public sealed class HelpTests
{
    private static readonly string[] Verbs =
    [
        "", "demo", "init", "check", "up", "doctor", "run", "runs", "runs end", "status", "log", "why", "freeze",
        "freeze list", "thaw",
        "ledger", "ledger verify", "ledger reindex", "range",
    ];

    public static TheoryData<string> EveryVerb => [.. Verbs];

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task The_help_of_every_verb_is_the_golden_one(string verb)
    {
        await using var site = new Site();
        var help = await site.OutputAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var name = verb.Length == 0 ? "sallyport" : verb.Replace(' ', '-');
        await Golden.CheckAsync($"{name}.txt", help);
    }

    [Fact]
    public async Task Every_command_of_the_help_has_a_golden_file()
    {
        await using var site = new Site();
        var help = await site.OutputAsync("--help");
        var listed = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Select(line => line.Trim().Split(' ')[0]).Where(word => word.Length > 0);
        Assert.Equal(Verbs.Where(verb => verb.Length > 0 && !verb.Contains(' ', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
