namespace Sallyport.EndToEnd.Program;

/// <summary>Verbs and options are promised: a change here is a change for everybody's scripts.</summary>
public sealed class HelpTests
{
    private static readonly string[] Verbs =
    [
        "", "demo", "init", "check", "plan", "apply", "rollback", "up", "doctor", "run", "runs", "runs end", "status",
        "limits", "places", "places clear", "instructions", "log", "why", "freeze", "freeze list", "thaw",
        "content", "content list", "content show", "content hold", "content release", "content drop",
        "backup", "restore", "keys", "keys list", "keys rotate", "keys revoke",
        "ledger", "ledger verify", "ledger prove", "ledger export", "ledger archive", "ledger key", "ledger reindex",
        "policy", "policy schema", "policy packs", "policy test",
        "policy explain", "policy diff", "policy permit", "policy replay",
        "policy shadow", "policy coverage", "approvals", "approvals show", "approve",
        "decline", "endorse", "endorse list", "approval-key", "approval-key new", "range",
    ];

    public static TheoryData<string> EveryVerb => [.. Verbs];

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task The_help_of_every_verb_is_the_golden_one(string verb)
    {
        await using var site = new Site();
        var help = await site.OutputAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var name = verb.Length == 0 ? "sallyport" : verb.Replace(' ', '-');
        Columns.Check(help, 80);
        await Golden.CheckAsync($"{name}.txt", help);
    }

    [Theory]
    [MemberData(nameof(EveryVerb))]
    public async Task The_help_of_every_verb_fits_the_columns_that_it_is_told(string verb)
    {
        await using var site = new Site();
        var child = site.Start(
            Site.Program, [.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], Columns.Of(60));
        var ended = await child.EndAsync();
        Assert.Equal(0, ended.Exit);
        Columns.Check(ended.Output, 60);
    }

    [Fact]
    public async Task Every_command_of_the_help_has_a_golden_file()
    {
        await using var site = new Site();
        var help = await site.OutputAsync("--help");
        var listed = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line.Length > 2 && line[2] != ' ') // a description goes on further right
            .Select(line => line.Trim().Split(' ')[0]);
        Assert.Equal(Verbs.Where(verb => verb.Length > 0 && !verb.Contains(' ', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
