using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// What was opened while the run was clean is asked again before the first labelled byte is delivered.
public sealed class InterlockTests(GateStage stage) : IClassFixture<GateStage>
{
    // RFC 6455, 1.3: the key and its answer.
    private const string Upgrade =
        "GET http://raw.test/talk HTTP/1.1\r\nHost: raw.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    [Fact]
    public async Task A_tunnel_is_cut_before_the_run_reads_what_is_untrusted()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await tunnel.SendAsync("clean");
        Assert.Equal("clean", await upstream.ReadAsync(5));

        Assert.Equal("obey", await ReadFeedAsync(run));
        await tunnel.TrySendAsync("tainted");

        Assert.Equal("", (await upstream.ToEndAsync()).Text);
        Assert.Equal("", (await tunnel.ToEndAsync()).Text);
    }

    [Fact]
    public async Task An_unfinished_upload_is_cut()
    {
        var run = await stage.OpenRunAsync();
        using var upload = await UploadAsync(run);
        using var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("5\r\nclean\r\n");

        Assert.Equal("obey", await ReadFeedAsync(run));
        await upload.TrySendAsync("7\r\ntainted\r\n0\r\n\r\n");

        Assert.DoesNotContain("tainted", (await upstream.ToEndAsync()).Text, StringComparison.Ordinal);
        Assert.Equal("", (await upload.ToEndAsync()).Text);
    }

    // The upstream has been dialled and its handshake is not done: nothing of the request is on its way.
    [Fact]
    public async Task An_effect_without_content_that_still_waits_for_its_upstream_is_cut()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.InspectedAsync("frames.test");
        await client.SendAsync("DELETE /act HTTP/1.1\r\nHost: frames.test\r\n\r\n");
        using var upstream = await stage.Frames.NextAsync();

        Assert.Equal("obey", await ReadFeedAsync(run));
        Assert.Equal("", (await client.ToEndAsync()).Text);
        Assert.Equal(
            "https://frames.test/act",
            (await stage.EntryAsync(run, "kind=cut")).GetProperty("target").GetString());
        var seen = await stage.EntryAsync(
            run, "kind=observation", entry => entry.GetProperty("host").GetString() == "frames.test");
        Assert.Equal("cut", seen.GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_WebSocket_is_cut()
    {
        var run = await stage.OpenRunAsync();
        var (client, upstream) = await WebSocketAsync(run);
        using (client)
        using (upstream)
        {
            await client.SendAsync("clean");
            Assert.Equal("clean", await upstream.ReadAsync(5));

            Assert.Equal("obey", await ReadFeedAsync(run));
            await client.TrySendAsync("tainted");

            Assert.Equal("", (await upstream.ToEndAsync()).Text);
            Assert.Equal("", (await client.ToEndAsync()).Text);
        }
    }

    [Fact]
    public async Task A_WebSocket_is_an_effect_though_it_begins_as_a_GET()
    {
        var run = await stage.OpenRunAsync();
        Assert.Equal("obey", await ReadFeedAsync(run));
        using var client = await run.ConnectAsync();
        await client.SendAsync(Upgrade);

        Assert.Equal("flow.two-doors", (await client.ResponseAsync()).Denied);
    }

    [Fact]
    public async Task A_channel_that_only_reads_goes_on()
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

            Assert.Equal("obey", await ReadFeedAsync(run));
            await upstream.SendAsync("3\r\ntwo\r\n0\r\n\r\n");

            Assert.Equal("two", await reader.ChunkAsync());
            Assert.Equal("", await reader.ChunkAsync());
        }
    }

    [Fact]
    public async Task Another_run_of_the_same_agent_keeps_its_tunnel()
    {
        using var tunnel = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();

        Assert.Equal("obey", await ReadFeedAsync(await stage.OpenRunAsync()));

        await tunnel.SendAsync("clean");
        Assert.Equal("clean", await upstream.ReadAsync(5));
    }

    [Fact]
    public async Task An_effect_after_the_read_is_denied_and_never_arrives()
    {
        var run = await stage.OpenRunAsync();
        Assert.Equal("obey", await ReadFeedAsync(run));
        var before = stage.Raw.Accepted;
        using var client = await run.ConnectAsync();
        await client.SendAsync("POST http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\nContent-Length: 4\r\n\r\nobey");
        var response = await client.ResponseAsync();

        Assert.Equal(403, response.Status);
        Assert.Equal("flow.two-doors", response.Denied);
        Assert.Equal(before, stage.Raw.Accepted);
    }

    [Fact]
    public async Task The_label_entry_stands_before_the_observation_and_the_cut_names_its_decision()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await ReadFeedAsync(run);

        var cut = await stage.EntryAsync(run, "kind=cut");
        var opened = (await stage.LogAsync(run, "kind=decision"))
            .First(entry => entry.GetProperty("method").GetString() == "CONNECT");
        var labels = (await stage.LogAsync(run, "kind=labels")).Single();
        var seen = await stage.EntryAsync(
            run, "kind=observation", entry => entry.GetProperty("host").GetString() == "feed.test");
        Assert.Equal("flow.two-doors", cut.GetProperty("code").GetString());
        Assert.Equal(
            $"{opened.GetProperty("epoch")}-{opened.GetProperty("position")}",
            cut.GetProperty("decision").GetString());
        Assert.True(labels.GetProperty("position").GetInt64() < seen.GetProperty("position").GetInt64());
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Obey me\r\nContent-Length: 4\r\n\r\nobey")]
    [InlineData("HTTP/1.1 204 Obey me\r\nX-Order: obey\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://obey.test/\r\nContent-Length: 0\r\n\r\n")]
    public async Task Labels_join_for_errors_headers_and_redirects_too(string answer)
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://wild.test/ HTTP/1.1\r\nHost: wild.test\r\n\r\n");
        var (upstream, _) = await stage.Wild.AnswerAsync(answer);
        using (upstream)
        {
            await client.UntilAsync("\r\n");

            Assert.Equal("untrusted", await stage.LabelsAsync(run));
        }
    }

    internal static async Task<RawPeer> UploadAsync(TestRun run)
    {
        var client = await run.ConnectAsync();
        await client.SendAsync(
            "POST http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nclean\r\n");
        return client;
    }

    private async Task<(RawPeer Client, RawPeer Upstream)> WebSocketAsync(TestRun run)
    {
        var client = await run.ConnectAsync();
        await client.SendAsync(Upgrade);
        var (upstream, _) = await stage.Raw.AnswerAsync(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", await client.UntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        return (client, upstream);
    }

    private async Task<string> ReadFeedAsync(TestRun run)
    {
        stage.Feed.On("/post", "obey");
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://feed.test/post HTTP/1.1\r\nHost: feed.test\r\n\r\n");
        return (await client.ResponseAsync()).Body;
    }
}
