using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

public sealed class FreezeVerbTests
{
    private static readonly Uri Tame = new("http://tame.example/a");

    [Fact]
    public async Task A_freeze_of_one_agent_refuses_it_and_nobody_else_until_the_thaw()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        using var worker = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        using var other = ProxyClient.Of(up, await site.OpenRunAsync("other"));
        Assert.Contains("Nothing is frozen", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);

        var frozen = JsonElement.Parse(await site.OutputAsync("freeze", "--agent", "worker", "incident 42", "--json"));
        var id = frozen.GetProperty("freezes")[0].GetProperty("id").GetString()!; // it has one
        Assert.Equal("freeze.active", (await worker.GetAsync(Tame)).Denied());
        Assert.Equal("", (await other.GetAsync(Tame)).Denied());
        Assert.Contains("incident 42", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
        Assert.Contains("FROZEN", await site.OutputAsync("runs"), StringComparison.Ordinal);
        var refused = await site.RunAsync("run", "--agent", "worker", "--", "true");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("incident 42", refused.Errors, StringComparison.Ordinal);

        Assert.Contains(id, await site.OutputAsync("thaw", id), StringComparison.Ordinal);
        Assert.Equal("", (await worker.GetAsync(Tame)).Denied());
        Assert.Equal("[]\n", await site.OutputAsync("freeze", "list", "--json"));
        Assert.Equal(["frozen", "thawed"], (await site.LogAsync("--kind", "freeze"))
            .Select(entry => entry.GetProperty("change").GetString()), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Freeze_all_covers_everybody_and_thaw_all_lifts_everything()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var worker = ProxyClient.Of(up, run);
        await site.OutputAsync("freeze", "--all", "@oncall said so"); // No file: a reason like any other.
        await site.OutputAsync("freeze", "--run", run.Run, "and this one twice");
        Assert.Equal("freeze.active", (await worker.GetAsync(Tame)).Denied());
        await site.OutputAsync("thaw", "--all");
        Assert.Equal("", (await worker.GetAsync(Tame)).Denied());
        Assert.Contains("Nothing was frozen", await site.OutputAsync("thaw", "--all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_frozen_or_thawed_is_told()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        Assert.Equal(2, (await site.RunAsync("freeze", "--all", " ")).Exit);
        Assert.Equal(2, (await site.RunAsync("freeze", "--run", "not-a-run", "because")).Exit);
        Assert.Equal(2, (await site.RunAsync("freeze", "--agent", "No Name", "because")).Exit);
        foreach (var id in (string[])["f99", "", "..", "\u001b[31m"])
        {
            var thaw = await site.RunAsync("thaw", id);
            Assert.True(thaw.Exit is 1, thaw.ToString());
            Assert.Contains("freeze.unknown", thaw.Errors, StringComparison.Ordinal);
            Inert.Check(thaw);
        }
    }

    [Fact]
    public async Task A_reason_in_hostile_text_is_inert_wherever_it_is_shown()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        const string Hostile = "\u001b[2J\u001b]0;owned\u0007 \u202eevil\u2066 \u200b\u0085 line\nerror: forged\r";
        Inert.Check(await site.RunAsync("freeze", "--agent", "worker", Hostile));
        foreach (var verb in (string[])["freeze list", "freeze list --json", "log", "log --json", "runs", "status",
            "run --agent worker -- true", "thaw --all"])
        {
            var ended = await site.RunAsync(verb.Split(' '));
            Inert.Check(ended);
            Assert.DoesNotContain("\nerror: forged", ended.Output, StringComparison.Ordinal);
        }

        var stopped = await up.StopAsync();
        Inert.Check(stopped);
        Assert.DoesNotContain("\nerror: forged", stopped.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_in_a_request_is_inert_in_the_log_and_in_why()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = site.Start("up", "--json", "--verbose");
        var node = new Up(up, JsonElement.Parse(await up.LineAsync()));
        var run = await site.OpenRunAsync("worker");
        string[] targets =
        [
            "http://tame.example/\u001b[31m", "http://tame.example/%1b%5b31m%e2%80%ae", "http://\u001b]0;x\u0007/",
            "http://tame.example/\u0085\u009b31m", "http://tame.example/?q=\u001b[31m",
        ];
        foreach (var target in targets)
        {
            var answer = await RawHttp.AskAsync(
                node.Proxy,
                $"GET {target} HTTP/1.1\r\nHost: tame.example\r\nConnection: close\r\n"
                + $"Proxy-Authorization: Basic {ProxyClient.Basic(run)}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        }

        foreach (var entry in await site.LogAsync("--kind", "decision"))
        {
            Inert.Check(await site.RunAsync("why", $"{entry.GetProperty("epoch")}-{entry.GetProperty("position")}"));
        }

        Inert.Check(await site.RunAsync("log"));
        Inert.Check(await site.RunAsync("log", "--json"));
        Inert.Check(await node.StopAsync());
    }
}
