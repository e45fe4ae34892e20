using static Sallyport.EndToEnd.Program.ApprovalVerbTests;

namespace Sallyport.EndToEnd.Program;

/// <summary>What operators do beside approving, through the verbs, where an agent runs as the same user.</summary>
public sealed class OperatorVerbTests
{
    [Fact]
    public async Task What_loosens_or_ends_needs_the_key_and_freezing_does_not()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream);
        await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        await RefusedAsync(site, 1, "operator.factor", "runs", "end", run.Run);
        Assert.Contains("frozen f1", await site.OutputAsync("freeze", "--all", "incident"), StringComparison.Ordinal);
        await RefusedAsync(site, 1, "operator.factor", "thaw", "--all");
        await File.AppendAllTextAsync(site.Configuration, "# other\n");
        await RefusedAsync(site, 1, "operator.factor", "apply");
        await RefusedAsync(site, 1, "operator.factor", "places", "clear", "tame", "/", "harmless");
        Assert.Matches(
            "\\Asallyport-operator-1\nlog [!-~]+\nact apply\nwhat [0-9a-f]{64}\nover [0-9a-f]{64}\n"
            + "number [0-9]+\\.0\\.[0-9a-f]{32}\n\\z",
            await site.OutputAsync("apply", "--challenge"));

        Assert.Equal(0, (await SignedAsync(site, Passphrase, "apply", "--key", "alice")).Exit);
        Assert.Equal(0, (await SignedAsync(site, Passphrase, "rollback", "--key", "alice")).Exit);
        Assert.Equal(0, (await SignedAsync(site, Passphrase, "thaw", "f1", "--key", "alice")).Exit);
        Assert.Equal(0, (await SignedAsync(site, Passphrase, "runs", "end", run.Run, "--key", "alice")).Exit);
        var nothing = await SignedAsync(site, Passphrase, "thaw", "--all", "--key", "alice");
        Assert.Equal((0, "Nothing was frozen.\n"), (nothing.Exit, nothing.Output));
        var unsigned = await site.RunAsync("thaw", "--all", "--challenge");
        Assert.Contains("Nothing is frozen, so there is nothing to thaw.", unsigned.Errors, StringComparison.Ordinal);
        var log = await site.OutputAsync("log");
        Assert.Contains("may not apply", log, StringComparison.Ordinal);
        Assert.Contains("by operator:alice", log, StringComparison.Ordinal);
    }

    // A start with --apply is no way around it.
    [Fact]
    public async Task A_start_puts_other_files_in_force_only_with_the_key()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream);
        await (await site.UpAsync()).StopAsync();
        await File.AppendAllTextAsync(site.Configuration, "# other\n");
        await RefusedAsync(site, 3, "operator.factor", "up", "--apply");
        var up = site.Start("up", "--apply", "--key", "alice", "--json");
        await up.Input.WriteLineAsync(Passphrase);
        up.Input.Close();
        await up.LineAsync();
        Assert.Contains(
            "started", await site.OutputAsync("log", "--kind", "perimeter"), StringComparison.Ordinal);
        Assert.Contains(
            "by operator:alice", await site.OutputAsync("log", "--kind", "perimeter"), StringComparison.Ordinal);
    }
}
