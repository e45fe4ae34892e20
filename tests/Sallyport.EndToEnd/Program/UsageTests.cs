namespace Sallyport.EndToEnd.Program;

public sealed class UsageTests
{
    public static TheoryData<string[], string> Wrong => new()
    {
        { ["bogus"], "bogus" },
        { [], "command" },
        { ["run"], "--agent" },
        { ["run", "--agent", "worker"], "command" },
        { ["why"], "id" },
        { ["log", "--limit", "many"], "many" },
        { ["freeze"], "reason" },
        { ["freeze", "because"], "one of --all, --agent NAME, --run ID" },
        { ["freeze", "--all", "--agent", "worker", "because"], "one of --all, --agent NAME, --run ID" },
        { ["thaw"], "sallyport thaw ID" },
        { ["thaw", "f1", "--all"], "sallyport thaw ID" },
        { ["ledger"], "command" },
        { ["runs", "end"], "id" },
        { ["up", "--nonsense"], "--nonsense" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_command_line_exits_with_2_and_says_what_is_wrong(string[] arguments, string said)
    {
        await using var site = new Site();
        var ended = await site.RunAsync(arguments);
        Assert.True(ended.Exit == 2, ended.ToString());
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
        Inert.Check(ended);
    }

    [Fact]
    public async Task A_hostile_argument_is_inert_in_the_complaint_about_it()
    {
        await using var site = new Site();
        string[][] lines = [["why", "1-2", "\u001b[31m\u202e"], ["log", "--limit", "\u001b]0;x\u0007"],
            ["\u202ebogus"]];
        foreach (var arguments in lines)
        {
            var ended = await site.RunAsync(arguments);
            Assert.Equal(2, ended.Exit);
            Inert.Check(ended);
        }
    }

    [Fact]
    public async Task A_verb_without_a_node_exits_with_4_and_says_how_to_start_one()
    {
        string[] verbs =
        [
            "status", "runs", "runs end 01m81zq4w1e9btr6gdm70dggnp", "log", "why 0-1", "freeze --all because",
            "freeze list", "thaw --all",
            "run --agent worker -- true",
        ];
        await using var site = new Site();
        foreach (var verb in verbs)
        {
            var missing = await site.RunAsync(verb.Split(' '));
            Assert.True(missing.Exit == 4, $"{verb}: {missing}");
            Assert.Contains("sallyport init", missing.Errors, StringComparison.Ordinal);
        }

        await site.OutputAsync("init");
        foreach (var verb in verbs)
        {
            var stopped = await site.RunAsync(verb.Split(' '));
            Assert.True(stopped.Exit == 4, $"{verb}: {stopped}");
            Assert.Contains("sallyport up", stopped.Errors, StringComparison.Ordinal);
            Assert.Contains("no socket", stopped.Errors, StringComparison.Ordinal);
            Assert.Empty(stopped.Output);
        }
    }

    [Fact]
    public async Task A_socket_that_a_killed_node_left_is_no_node()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).Child.KillAsync();
        var status = await site.RunAsync("status");
        Assert.Equal(4, status.Exit);
        Assert.Contains("sallyport up", status.Errors, StringComparison.Ordinal);
        Inert.Check(status);
    }

    [Fact]
    public async Task Ledger_verbs_without_a_ledger_exit_with_3()
    {
        await using var site = new Site();
        foreach (var verb in (string[])["verify", "reindex"])
        {
            var ended = await site.RunAsync("ledger", verb);
            Assert.Equal(3, ended.Exit);
            Assert.Contains("--state", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Doctor_says_what_is_missing_and_how_to_mend_it()
    {
        await using var site = new Site();
        var before = await site.RunAsync("doctor");
        Assert.Equal(3, before.Exit);
        Assert.Contains("MISSING perimeter", before.Output, StringComparison.Ordinal);
        Assert.Contains("sallyport init", before.Output, StringComparison.Ordinal);

        await site.OutputAsync("init");
        Assert.DoesNotContain("MISSING perimeter", (await site.RunAsync("doctor")).Output, StringComparison.Ordinal);

        File.SetUnixFileMode(site.State,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        var open = await site.RunAsync("doctor");
        Assert.Equal(3, open.Exit);
        Assert.Contains("chmod 700", open.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await site.RunAsync("up")).Exit);
    }
}
