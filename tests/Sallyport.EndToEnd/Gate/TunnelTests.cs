using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// CONNECT to a host with mode: tunnel. Bytes pass unseen, so nothing but the target can be decided.
public sealed class TunnelTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        using var client = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await client.SendAsync("ping");
        Assert.Equal("ping", await upstream.ReadAsync(4));
        await upstream.SendAsync("pong");
        Assert.Equal("pong", await client.ReadAsync(4));
    }

    [Fact]
    public async Task A_run_socket_opens_tunnels_too()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\n", await client.UntilAsync("\r\n\r\n"));
        using var upstream = await stage.Pipe.NextAsync();
        await upstream.SendAsync("banner");
        Assert.Equal("banner", await client.ReadAsync(6));
    }

    [Fact]
    public async Task Who_has_said_the_last_word_still_hears()
    {
        using var client = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await client.SendAsync("question");
        client.SendNoMore();
        Assert.Equal(("question", Ending.Closed), await upstream.ToEndAsync());
        await upstream.SendAsync("answer");
        upstream.Dispose();
        Assert.Equal(("answer", Ending.Closed), await client.ToEndAsync());
    }

    [Fact]
    public async Task An_upstream_that_has_said_its_last_word_still_hears()
    {
        using var client = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        upstream.SendNoMore();
        Assert.Equal(("", Ending.Closed), await client.ToEndAsync());
        await client.SendAsync("answer");
        client.Dispose();
        Assert.Equal(("answer", Ending.Closed), await upstream.ToEndAsync());
    }

    [Fact]
    public async Task Bytes_that_come_with_the_connect_belong_to_the_tunnel()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n\r\nGET http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        using var upstream = await stage.Pipe.NextAsync();
        Assert.StartsWith("GET http://notes.test/ ", await upstream.UntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Single(await stage.LogAsync(run, "kind=decision"));
    }

    [Fact]
    public async Task A_reset_is_passed_on_as_a_reset()
    {
        using var client = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await client.SendAsync("x");
        await upstream.ReadAsync(1);
        client.Reset();
        Assert.Equal(Ending.Reset, (await upstream.ToEndAsync()).Ending);
    }

    [Fact]
    public async Task A_tunnel_is_recorded_as_an_effect_with_its_bytes()
    {
        var run = await stage.OpenRunAsync();
        using (var client = await run.TunnelAsync("pipe.test:443"))
        using (var upstream = await stage.Pipe.NextAsync())
        {
            await client.SendAsync("ping");
            await upstream.ReadAsync(4);
            await upstream.SendAsync("answer");
            await client.ReadAsync(6);
        }

        Assert.Equal("effect", (await stage.EntryAsync(run, "kind=decision")).GetProperty("class").GetString());
        var seen = await stage.EntryAsync(run, "kind=observation");
        Assert.Equal(4, seen.GetProperty("bytesSent").GetInt64());
        Assert.Equal(6, seen.GetProperty("bytesReceived").GetInt64());
    }

    [Fact]
    public async Task Big_streams_pass_whole_both_ways_at_once()
    {
        const int Bytes = 8 * 1024 * 1024;
        using var client = await (await stage.OpenRunAsync()).TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        var block = new string('x', 64 * 1024);
        async Task<int> WriteAndReadAsync(RawPeer peer)
        {
            var reading = peer.ToEndAsync();
            for (var i = 0; i < Bytes / block.Length; i++)
            {
                await peer.SendAsync(block);
            }

            peer.SendNoMore();
            return (await reading).Text.Length;
        }

        var read = await Task.WhenAll(WriteAndReadAsync(client), WriteAndReadAsync(upstream));
        Assert.All(read, bytes => Assert.Equal(Bytes, bytes));
    }

    [Fact]
    public async Task An_upstream_that_cannot_be_reached_is_told_before_the_tunnel_opens()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("CONNECT shut.test:443 HTTP/1.1\r\nHost: shut.test:443\r\n\r\n");
        var response = await client.ResponseAsync();
        Assert.Equal(502, response.Status);
        Assert.Equal("egress.unreachable", response.Denied);
    }
}
