using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Methods and upgrades that the gate never passes on, whatever the rules say.
public sealed class RefusedProtocolTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task Trace_is_never_forwarded()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("TRACE http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        var response = await client.ResponseAsync();
        Assert.Equal(403, response.Status);
        Assert.Equal("http.method-refused", response.Denied);
        Assert.Equal("http.method-refused", (await stage.EntryAsync(run, "verdict=deny")).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n")]
    [InlineData("Connection: Upgrade\r\nUpgrade: TLS/1.3\r\n")]
    [InlineData("Connection: Upgrade\r\nUpgrade: foo, websocket\r\n")]
    [InlineData("Upgrade: websocket\r\n")]
    public async Task An_upgrade_that_is_no_websocket_is_not_passed_on(string fields)
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n{fields}\r\n");
        var (_, head) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        Assert.DoesNotContain("Upgrade", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("HTTP2-Settings", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("ok", (await client.ResponseAsync()).Body);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket")]
    public async Task After_a_request_for_an_upgrade_that_did_not_come_nothing_more_is_read(string protocol)
    {
        // The guard lets pass what follows such a request, since it may be anything: the connection must not go on as HTTP.
        var accepted = stage.Raw.Accepted;
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync(
            $"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            + "POST http://raw.test/second HTTP/1.1\r\nHost: raw.test\r\nContent-Length: +4\r\n\r\nping");
        await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        var (text, _) = await client.ToEndAsync();
        Assert.EndsWith("\r\n\r\nok", text, StringComparison.Ordinal);
        Assert.Equal(accepted + 1, stage.Raw.Accepted);
    }

    [Fact]
    public async Task Http_2_without_tls_is_refused()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.Equal(400, (await client.ResponseAsync()).Status);
    }

    [Fact]
    public async Task A_connect_inside_http_2_is_refused()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.InspectedAsync("safe.test", SslApplicationProtocol.Http2);
        await client.SendAsync(Http2.Preface + Http2.Headers(1, Http2.Flags.EndHeaders, (":method", "CONNECT"), (":authority", "safe.test:443")));
        await client.UntilAsync("http.method-refused");
        Assert.Equal("http.method-refused", (await stage.EntryAsync(run, "verdict=deny")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_extended_connect_inside_http_2_is_refused()
    {
        var run = await stage.OpenRunAsync();
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = run.WebSockets();
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri("wss://safe.test/ws"), invoker, CancellationToken.None));
        Assert.Equal("http.method-refused", (await stage.EntryAsync(run, "verdict=deny")).GetProperty("code").GetString());
    }
}
