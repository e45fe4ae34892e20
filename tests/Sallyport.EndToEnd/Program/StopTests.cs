using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sallyport.EndToEnd.Stage;

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

        Assert.StartsWith("3 entries, all whole; ", await site.OutputAsync("ledger", "verify"),
            StringComparison.Ordinal);
        var next = await site.UpAsync();
        Assert.Equal(0, next.Epoch);
        Assert.Equal(["node-start", "run-start", "node-stop", "node-start"], (await site.LogAsync())
            .Select(entry => entry.GetProperty("kind").GetString()), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Polite))]
    public async Task A_signal_before_the_ledger_is_open_stops_the_start_and_changes_nothing(int signal)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var ended = await StoppedAtAsync(site, Path.Combine(site.State, "ca.pem"), signal);
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Equal("stopping\nstopped while it was starting: it has served nothing\n", ended.Errors);
        Assert.Equal("", ended.Output);
        Assert.False(Directory.Exists(site.Ledger.Root), "there is a ledger");
        Assert.Equal(0, (await site.UpAsync()).Epoch);
    }

    [Theory]
    [MemberData(nameof(Polite))]
    public async Task A_signal_after_the_start_is_recorded_leaves_a_closed_ledger(int signal)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).StopAsync();
        await File.WriteAllTextAsync(Path.Combine(site.State, "freeze.json"), "");
        var ended = await StoppedAtAsync(site, Path.Combine(site.State, "freeze.json"), signal);
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Contains("stopped while it was starting", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("", ended.Output);
        Assert.False(Directory.Exists(site.Sockets), "sockets are left");

        // Closed, not torn: the next start goes on in the same epoch.
        Assert.StartsWith("4 entries, all whole; ", await site.OutputAsync("ledger", "verify"),
            StringComparison.Ordinal);
        Assert.Equal(0, (await site.UpAsync()).Epoch);
    }

    // The start waits at a named pipe in the place of a file until its content comes: after the signal was heard.
    private static async Task<Ended> StoppedAtAsync(Site site, string file, int signal)
    {
        var content = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        await using (var pipe = Child.Start("/usr/bin/mkfifo", [file], site.Folder))
        {
            Assert.Equal(0, (await pipe.EndAsync()).Exit);
        }

        var up = site.Start("/usr/bin/env", ["--default-signal=INT,TERM", Site.Program, "up"]);
        await using (var reached = await Task.Run(
            // No lock, which the reader would trip over.
            () => new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite),
            TestContext.Current.CancellationToken))
        {
            up.Signal(signal);
            await Eventually.TrueAsync(
                () => Task.FromResult(up.Errors.Contains("stopping", StringComparison.Ordinal)), () => up.Errors);
            File.Delete(file);
            await File.WriteAllBytesAsync(file, content);
            await reached.WriteAsync(content);
        }

        return await up.EndAsync();
    }

    [Fact]
    public async Task A_second_node_on_the_same_state_is_refused_and_harms_nothing()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var bundle = File.GetLastWriteTimeUtc(Path.Combine(site.State, "bundle.pem"));
        var second = await site.RunAsync("up");
        Assert.Equal(4, second.Exit);
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
    public async Task A_live_ledger_is_verified_as_far_as_it_is_signed_and_its_index_made_anew_only_when_it_is_closed()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await site.OpenRunAsync("worker");
        var before = await site.OutputAsync("log", "--json");
        var refused = await site.RunAsync("ledger", "reindex");
        Assert.True(refused.Exit == 4, $"{refused}");
        Assert.Contains("ledger.locked", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("a node is writing", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);

        // A receipt from the running node verifies with the key alone.
        var key = (await site.OutputAsync("ledger", "key")).TrimEnd();
        var receipt = Path.Combine(site.Folder, "receipt");
        await site.OutputAsync("ledger", "prove", "0-0", "--output", receipt);
        Assert.Contains("entry 0-0 is in ", await site.OutputAsync("ledger", "verify", "--receipt", receipt, "--key",
            key, "--state", "nowhere"),
            StringComparison.Ordinal);
        var kept = Path.Combine(site.Folder, "kept");
        File.Copy(site.Ledger.Checkpoint, kept);

        await up.StopAsync();
        Assert.StartsWith("3 entries, all whole; ", await site.OutputAsync("ledger", "verify", "--from", kept,
            "--key", key),
            StringComparison.Ordinal);
        Assert.Contains("the bytes of 3 entries", await site.OutputAsync("ledger", "export", Path.Combine(site.Folder,
            "out")),
            StringComparison.Ordinal);
        Assert.Contains("the bytes of 3 entries", await site.OutputAsync("ledger", "verify", "--export",
            Path.Combine(site.Folder, "out"), "--key", key),
            StringComparison.Ordinal);
        File.Delete(site.Ledger.Index);
        Assert.Equal("3 entries indexed\n", await site.OutputAsync("ledger", "reindex"));
        await site.UpAsync();
        Assert.StartsWith(before, await site.OutputAsync("log", "--json"), StringComparison.Ordinal);
    }

    public static TheoryData<int, int> Ends => new() { { Child.SigInt, 130 }, { Child.SigTerm, 143 } };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_log_that_is_followed_ends_as_shells_expect(int signal, int exit)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        var log = site.Start("/usr/bin/env", ["--default-signal=INT,TERM", Site.Program, "log", "--follow", "--json"]);
        Assert.Contains("node-start", await log.LineAsync(), StringComparison.Ordinal);
        log.Signal(signal);
        var ended = await log.EndAsync();
        Assert.True(ended.Exit == exit, ended.ToString());
        Assert.Equal("", ended.Errors);
    }

    [Fact]
    public async Task A_demo_that_is_interrupted_ends_as_shells_expect_and_leaves_nothing()
    {
        await using var site = new Site();
        var demo = site.Start(
            "/usr/bin/env", [$"TMPDIR={site.Folder}", "--default-signal=INT,TERM", Site.Program, "demo"]);
        await demo.LineAsync();
        demo.Signal(Child.SigInt);
        var ended = await demo.EndAsync();
        Assert.True(ended.Exit == 130, ended.ToString());
        Assert.Empty(Directory.EnumerateDirectories(site.Folder, "sallyport-demo-*"));
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
