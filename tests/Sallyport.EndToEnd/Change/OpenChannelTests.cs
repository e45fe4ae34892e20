using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Change;

// What is open when another perimeter is put in force: cut if it is no longer allowed, and else untouched.
public sealed class OpenChannelTests : IAsyncLifetime
{
    private const string Upgrade =
        "GET http://raw.test/talk HTTP/1.1\r\nHost: raw.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private readonly GateStage stage = new();

    public ValueTask InitializeAsync() => stage.InitializeAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_tunnel_to_a_host_that_is_no_longer_allowed_is_cut_and_another_goes_on()
    {
        var run = await stage.OpenRunAsync();
        using var gone = await run.TunnelAsync("pipe.test:443");
        using var goneUpstream = await stage.Pipe.NextAsync();
        using var stays = await run.TunnelAsync("chat.test:443");
        using var staysUpstream = await stage.Pipe.NextAsync();

        var answer = await ApplyAsync("      - { rule: pipe.test, mode: tunnel }\n", "");

        Assert.Equal(("applied", 1, 0), (answer.State, answer.ChannelsCut, answer.RunsEnded));
        await gone.TrySendAsync("late");
        Assert.Equal("", (await goneUpstream.ToEndAsync()).Text);
        await stays.SendAsync("fine");
        Assert.Equal("fine", await staysUpstream.ReadAsync(4));
        var cut = await stage.EntryAsync(run, "kind=cut");
        Assert.Equal("egress.not-allowed", cut.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_tunnel_to_a_host_that_is_inspected_from_now_on_is_cut()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await ApplyAsync("{ rule: pipe.test, mode: tunnel }", "pipe.test");
        Assert.Equal("", (await upstream.ToEndAsync()).Text);
        Assert.Equal("", (await tunnel.ToEndAsync()).Text);
    }

    [Fact]
    public async Task An_unfinished_upload_is_cut()
    {
        var run = await stage.OpenRunAsync();
        using var upload = await Doors.InterlockTests.UploadAsync(run);
        using var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("5\r\nclean\r\n");

        await ApplyAsync("      - raw.test\n", "      - GET,HEAD raw.test\n");
        await upload.TrySendAsync("4\r\nlate\r\n0\r\n\r\n");

        Assert.DoesNotContain("late", (await upstream.ToEndAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("      - raw.test\n", "", true)]
    [InlineData("      - notes.test\n", "", false)]
    public async Task An_event_stream_is_cut_or_goes_on(string old, string now, bool isCut)
    {
        var run = await stage.OpenRunAsync();
        using var reader = await run.ConnectAsync();
        await reader.SendAsync("GET http://raw.test/events HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        using (upstream)
        {
            await reader.UntilAsync("\r\n\r\n");
            Assert.Equal("one", await reader.ChunkAsync());

            Assert.Equal(isCut ? 1 : 0, (await ApplyAsync(old, now)).ChannelsCut);
            if (isCut)
            {
                Assert.Equal("", (await reader.ToEndAsync()).Text);
                return;
            }

            await upstream.SendAsync("3\r\ntwo\r\n0\r\n\r\n");
            Assert.Equal("two", await reader.ChunkAsync());
        }
    }

    [Theory]
    [InlineData("      - raw.test\n", "", true)]
    [InlineData("      - notes.test\n", "", false)]
    public async Task A_WebSocket_is_cut_or_goes_on(string old, string now, bool isCut)
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync(Upgrade);
        var (upstream, _) = await stage.Raw.AnswerAsync(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        using (upstream)
        {
            await client.UntilAsync("\r\n\r\n");
            await ApplyAsync(old, now);
            await client.TrySendAsync("after");
            Assert.Equal(isCut ? "" : "after", isCut
                ? (await upstream.ToEndAsync()).Text
                : await upstream.ReadAsync(5));
        }
    }

    [Fact]
    public async Task A_source_that_becomes_untrusted_taints_who_still_reads_there_and_shuts_its_tunnel()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var piped = await stage.Pipe.NextAsync();
        using var reader = await run.ConnectAsync();
        await reader.SendAsync("GET http://raw.test/events HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        using (upstream)
        {
            await reader.UntilAsync("\r\n\r\n");
            await reader.ChunkAsync();

            await ApplyAsync("[raw.test, model.test], labels: []", "[raw.test, model.test], labels: [untrusted]");

            Assert.Equal("untrusted", await stage.LabelsAsync(run));
            Assert.Equal("", (await piped.ToEndAsync()).Text);
            await upstream.SendAsync("3\r\ntwo\r\n0\r\n\r\n");
            Assert.Equal("two", await reader.ChunkAsync());
        }
    }

    [Fact]
    public async Task Runs_of_an_agent_that_is_gone_or_has_another_role_end_and_no_others()
    {
        var (gone, stays) = (await stage.OpenRunAsync("other"), await stage.OpenRunAsync());
        var answer = await ApplyAsync("  other: { role: worker, owner: bob@example.org }\n", "");
        Assert.Equal(1, answer.RunsEnded);
        var end = await stage.EntryAsync(gone, "kind=run-end");
        Assert.Equal("agent-gone", end.GetProperty("reason").GetString());
        Assert.Empty(await stage.LogAsync(stays, "kind=run-end"));

        await stage.WriteAsync(stage.Configuration()
            .Replace("research: { role: worker", "research: { role: second", StringComparison.Ordinal)
            .Replace("roles:\n", "roles:\n  second: { allow: [notes.test] }\n", StringComparison.Ordinal));
        Assert.Equal(1, (await stage.ApplyAsync()).RunsEnded);
        end = await stage.EntryAsync(stays, "kind=run-end");
        Assert.Equal("role-changed", end.GetProperty("reason").GetString());
    }

    private async Task<Console.ChangeAnswer> ApplyAsync(string old, string now)
    {
        var text = stage.Configuration();
        Assert.Contains(old, text, StringComparison.Ordinal);
        await stage.WriteAsync(text.Replace(old, now, StringComparison.Ordinal));
        return await stage.ApplyAsync();
    }
}
