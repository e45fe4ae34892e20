using System.Text.Json;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Program;

// The wake boundary that the gateway itself sees: each round of `run --every` is a run of its own.
public sealed class RoundsTests : IAsyncLifetime
{
    private Upstream upstream = null!; // set before each test
    private Site site = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        upstream = await Upstream.StartAsync();
        site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task Each_round_is_another_run_with_a_home_of_its_own_that_is_removed()
    {
        var ended = await Run(
            "--every", "1s", "--times", "3", "--", "sh", "-c",
            "test -e \"$HOME/seen\" && echo again; touch \"$HOME/seen\"; mkdir -m 500 \"$HOME/cache\"; "
            + "cat; echo \"$SALLYPORT_RUN $HOME $$ $CODEX_HOME\"");
        Assert.Equal(0, ended.Exit);
        var rounds = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(3, rounds.Count);
        Assert.All(rounds, round => Assert.Equal(3, round.Length));
        Assert.All([0, 1, 2], part => Assert.Equal(3, rounds.Select(round => round[part]).Distinct().Count()));
        Assert.All(rounds, round => Assert.False(Directory.Exists(round[1]), round[1]));
        var wakes = await site.LogAsync("--kind", "wake");
        Assert.Equal(rounds.Select(round => round[0]), wakes.Select(entry => Text(entry, "run")));
        Assert.All(wakes, entry => Assert.Equal(rounds[0][0], Text(entry, "series")));
        Assert.Equal([1, 2, 3], wakes.Select(entry => entry.GetProperty("round").GetInt32()));
        Assert.All(wakes, entry => Assert.Equal(1, entry.GetProperty("everySeconds").GetInt32()));
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
    }

    [Fact]
    public async Task A_round_that_takes_longer_than_the_interval_is_not_overlapped()
    {
        var ended = await Run(
            "--every", "1s", "--times", "3", "--", "sh", "-c", "mkdir lock || exit 9; sleep 1.3; rmdir lock");
        Assert.Equal(0, ended.Exit);
        var order = (await site.LogAsync()).Select(entry => Text(entry, "kind"))
            .Where(kind => kind is "run-start" or "run-end");
        Assert.Equal(
            ["run-start", "run-end", "run-start", "run-end", "run-start", "run-end"], order, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_round_that_fails_is_told_and_the_next_one_comes()
    {
        var ended = await Run(
            "--every", "1s", "--times", "3", "--", "sh", "-c", "mkdir first && exit 7; echo well");
        Assert.Equal((7, "well\nwell\n"), (ended.Exit, ended.Output));
        Assert.Contains("Round 1 ended with exit code 7.", ended.Errors, StringComparison.Ordinal);
        Assert.Single(ended.Errors.Split("run.round-failed").Skip(1));
    }

    [Fact]
    public async Task A_frozen_agent_has_no_round_and_after_the_thaw_it_has()
    {
        await site.OutputAsync("freeze", "--agent", "worker", "incident 42");
        await using var run = Start("--every", "1s", "--", "echo", "round");
        await Eventually.TrueAsync(
            () => run.Errors.Contains("did not take place", StringComparison.Ordinal), "nothing is said of the freeze");
        Assert.Contains("incident 42", run.Errors, StringComparison.Ordinal);
        Assert.Contains("(freeze.active)", run.Errors, StringComparison.Ordinal);
        Assert.Empty(await site.LogAsync("--kind", "run-start"));
        await site.OutputAsync("thaw", "--all");
        Assert.Equal("round", await run.LineAsync());
        run.Signal(Child.SigInt);
        Assert.Equal(130, (await run.EndAsync()).Exit);
    }

    [Theory]
    [InlineData(Child.SigInt, 130)]
    [InlineData(Child.SigTerm, 143)]
    public async Task Between_rounds_a_signal_ends_the_series_at_once(int signal, int exit)
    {
        await using var run = Start("--every", "30d", "--", "echo", "round");
        Assert.Equal("round", await run.LineAsync());
        await Eventually.TrueAsync(
            async () => (await site.OutputAsync("runs")).Contains("the next is due at", StringComparison.Ordinal),
            () => "the series is not shown as due");
        Assert.Contains("1 series", await site.OutputAsync("status"), StringComparison.Ordinal);
        run.Signal(signal);
        Assert.Equal(exit, (await run.EndAsync()).Exit);
        Assert.DoesNotContain("series", await site.OutputAsync("runs"), StringComparison.Ordinal);
    }

    // Its command decides when it is done, as without --every; but no other round follows.
    [Fact]
    public async Task In_a_round_a_signal_ends_the_series_with_its_command()
    {
        await using var run = Start(
            "--every", "1s", "--", "sh", "-c",
            "trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        Assert.Equal("ready", await run.LineAsync());
        run.Signal(Child.SigTerm);
        var ended = await run.EndAsync();
        Assert.Equal((143, "asked\n"), (ended.Exit, ended.Output));
        Assert.Equal(5, Assert.Single(await site.LogAsync("--kind", "run-end")).GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task A_home_can_be_a_copy_of_a_folder_which_no_round_changes()
    {
        var home = Directory.CreateDirectory(Path.Combine(site.Folder, "home", "deep")).Parent!.FullName; // made below
        await File.WriteAllTextAsync(Path.Combine(home, "deep", "notes"), "one\n");
        var ended = await Run(
            "--every", "1s", "--times", "2", "--home", home, "--", "sh", "-c",
            "cat \"$HOME/deep/notes\"; echo two >> \"$HOME/deep/notes\"");
        Assert.Equal((0, "one\none\n"), (ended.Exit, ended.Output));
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(home, "deep", "notes")));
    }

    [Theory]
    [InlineData("--every", "0s")]
    [InlineData("--every", "31d")]
    [InlineData("--every", "soon")]
    [InlineData("--every", "1s", "--times", "0")]
    [InlineData("--times", "2")]
    public async Task What_is_no_interval_or_number_is_a_mistake(params string[] options)
    {
        var ended = await Run([.. options, "--", "echo", "round"]);
        Assert.Equal((2, ""), (ended.Exit, ended.Output));
    }

    private Task<Ended> Run(params string[] options) => Start(options).EndAsync();

    private Child Start(params string[] options) => site.Start(
        Site.Program, ["run", "--quiet", "--agent", "worker", .. options],
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["CODEX_HOME"] = "/elsewhere" });

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!; // a text
}
