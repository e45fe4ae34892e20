using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>How a node begins and ends.</summary>
public sealed class StopTests
{
    public static TheoryData<int> Polite => [Child.SigInt, Child.SigTerm];

    [Theory]
    [MemberData(nameof(Polite))]
    public async Task A_signal_stops_the_node_in_good_order(int signal)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        // A shell gives its background jobs a SIGINT that is ignored; env puts it back.
        var up = site.Start("/usr/bin/env", ["--default-signal=INT,TERM", Site.Program, "up"]);
        Assert.StartsWith("ready: ", await up.LineAsync(), StringComparison.Ordinal);
        await site.OpenRunAsync("worker");
        up.Signal(signal);
        var ended = await up.EndAsync();
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Equal("stopping\n", ended.Errors);
        Assert.False(Directory.Exists(site.Sockets), "sockets are left");

        Assert.Equal("3 entries, all whole\n", await site.OutputAsync("ledger", "verify"));
        var next = await site.UpAsync();
        Assert.Equal(0, next.Epoch);
        Assert.Equal(["node-start", "run-start", "node-stop", "node-start"], (await site.LogAsync())
            .Select(entry => entry.GetProperty("kind").GetString()), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_state_is_refused_and_harms_nothing()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var bundle = File.GetLastWriteTimeUtc(Path.Combine(site.State, "bundle.pem"));
        var second = await site.RunAsync("up");
        Assert.Equal(3, second.Exit);
        Assert.Contains("ledger.locked", second.Errors, StringComparison.Ordinal);
        Assert.Contains("Stop the other node", second.Errors, StringComparison.Ordinal);
        Assert.Equal(bundle, File.GetLastWriteTimeUtc(Path.Combine(site.State, "bundle.pem")));

        await site.OutputAsync("status");
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        (await client.GetAsync(new Uri("http://tame.example/a"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_proxy_port_that_is_taken_is_told_with_its_mend()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var first = await Site.WithAsync(upstream.Perimeter());
        var up = await first.UpAsync();
        await using var second = await Site.WithAsync(upstream.Perimeter()
            .Replace("127.0.0.1:0", up.Proxy, StringComparison.Ordinal));
        var ended = await second.RunAsync("up");
        Assert.Equal(3, ended.Exit);
        Assert.Contains("http.listen", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("listen: proxy:", ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    [Fact]
    public async Task The_ledger_can_be_verified_and_its_index_made_anew_only_while_no_node_writes_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await site.OpenRunAsync("worker");
        var before = await site.OutputAsync("log", "--json");
        foreach (var verb in (string[])["verify", "reindex"])
        {
            var refused = await site.RunAsync("ledger", verb);
            Assert.True(refused.Exit == 4, $"{verb}: {refused}");
            Assert.Contains("ledger.locked", refused.Errors, StringComparison.Ordinal);
        }

        await up.StopAsync();
        Assert.Equal("3 entries, all whole\n", await site.OutputAsync("ledger", "verify"));
        File.Delete(site.Ledger.Index);
        Assert.Equal("3 entries indexed\n", await site.OutputAsync("ledger", "reindex"));
        await site.UpAsync();
        Assert.StartsWith(before, await site.OutputAsync("log", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_range_stops_with_the_program_that_was_asked_to_run_it()
    {
        await using var site = new Site();
        var range = site.Start("range", "--", "up", "--state", "range", "--listen", "127.0.0.1:0");
        var ready = JsonElement.Parse(await range.LineAsync());
        var address = ready.GetProperty("listen").GetString()!; // its ready line has it
        range.Signal(Child.SigTerm);
        var ended = await range.EndAsync();
        Assert.True(ended.Exit == 0, ended.ToString());
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAnyAsync<SocketException>(() => probe.ConnectAsync(IPEndPoint.Parse(address)));
    }
}
