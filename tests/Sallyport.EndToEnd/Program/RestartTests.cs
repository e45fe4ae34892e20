namespace Sallyport.EndToEnd.Program;

/// <summary>What must still hold after a kill -9 and a start.</summary>
public sealed class RestartTests
{
    private static readonly Uri Wild = new("http://wild.example/read");
    private static readonly Uri Tame = new("http://tame.example/act");

    [Fact]
    public async Task A_tainted_run_is_still_tainted_and_its_token_still_works()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var (tainted, clean) = (await site.OpenRunAsync("worker"), await site.OpenRunAsync("worker"));
        using (var client = ProxyClient.Of(up, tainted))
        {
            (await client.GetAsync(Wild)).EnsureSuccessStatusCode();
        }

        await up.Child.KillAsync();
        up = await site.UpAsync();
        using var after = ProxyClient.Of(up, tainted);
        Assert.Equal("flow.two-doors", (await after.PostAsync(Tame, new StringContent("x"))).Denied());
        Assert.Equal("", (await after.GetAsync(Tame)).Denied());
        using var cleanAfter = ProxyClient.Of(up, clean);
        Assert.Equal("", (await cleanAfter.PostAsync(Tame, new StringContent("x"))).Denied());
        Assert.DoesNotContain("POST /act", upstream.Arrived.Take(1), StringComparer.Ordinal);
        Assert.Single(upstream.Arrived, "POST /act");
        Assert.True(File.Exists(tainted.Socket), "the run's own socket is open again");
    }

    [Fact]
    public async Task Runs_that_ended_stay_ended()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        await site.OutputAsync("runs", "end", run.Run);
        await up.Child.KillAsync();
        up = await site.UpAsync();
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
        using var client = ProxyClient.Of(up, run);
        Assert.Equal("identity.missing", (await client.GetAsync(Tame)).Denied());
        Assert.Empty(upstream.Arrived);
    }

    [Fact]
    public async Task A_run_whose_owner_died_with_the_node_is_ended_at_the_start()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = site.Start("run", "--quiet", "--agent", "worker", "--", "sh", "-c",
            "echo $SALLYPORT_RUN; exec sleep 60");
        var id = await run.LineAsync();
        await up.Child.KillAsync();
        run.Signal(Child.SigKill);
        await run.DisposeAsync();
        await site.UpAsync();
        var end = Assert.Single(await site.LogAsync("--kind", "run-end"));
        Assert.Equal(id, end.GetProperty("run").GetString());
        Assert.Equal("owner-gone", end.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_freeze_survives()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var (worker, other) = (await site.OpenRunAsync("worker"), await site.OpenRunAsync("other"));
        await site.OutputAsync("freeze", "--agent", "worker", "incident 42");
        await up.Child.KillAsync();
        up = await site.UpAsync();
        Assert.Contains("incident 42", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
        using var frozen = ProxyClient.Of(up, worker);
        using var free = ProxyClient.Of(up, other);
        Assert.Equal("freeze.active", (await frozen.GetAsync(Tame)).Denied());
        Assert.Equal("", (await free.GetAsync(Tame)).Denied());

        await site.OutputAsync("thaw", "--all");
        await up.Child.KillAsync();
        up = await site.UpAsync();
        using var thawed = ProxyClient.Of(up, worker);
        Assert.Equal("", (await thawed.GetAsync(Tame)).Denied());
    }

    // Limits, freezes and what is in force are in the ledger: whoever takes it away must not begin anew by that.
    [Fact]
    public async Task A_used_state_folder_without_its_ledger_does_not_start()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await up.Child.KillAsync();
        Directory.Delete(site.Ledger.Root, recursive: true);

        var refused = await site.RunAsync("up", "--json");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("ledger.missing", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(site.Ledger.Segments));
    }

    // Whoever says that they know why it is gone begins anew: nothing of before is open, and the log says what it is.
    [Fact]
    public async Task A_lost_ledger_is_begun_anew_when_a_person_says_so()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        await up.Child.KillAsync();
        Directory.Delete(site.Ledger.Root, recursive: true);

        up = await site.Started("up", "--json", "--new-ledger");
        Assert.Equal(0, up.Epoch);
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
        using (var client = ProxyClient.Of(up, run))
        {
            Assert.Equal("identity.missing", (await client.GetAsync(Tame)).Denied());
        }

        await up.StopAsync();
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);

        // It is not lost any more: the next start needs no word.
        await site.UpAsync();
    }
}
