using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// One decision is one request: what an upstream has dropped is not sent to it again.
public sealed class OneRequestTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("GET", "", false)]
    [InlineData("GET", "", true)]
    [InlineData("HEAD", "", false)]
    [InlineData("DELETE", "", false)]
    [InlineData("DELETE", "", true)]
    [InlineData("POST", "Content-Length: 0\r\n", false)]
    [InlineData("POST", "Content-Length: 0\r\nContent-Type: text/plain\r\n", false)]
    public async Task An_upstream_that_drops_a_request_gets_it_once(string method, string fields, bool reset)
    {
        var before = stage.Raw.Accepted;
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"{method} http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n{fields}\r\n");
        var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("\r\n\r\n");
        if (reset)
        {
            upstream.Reset();
        }
        else
        {
            upstream.Dispose();
        }

        var response = await client.ResponseAsync(withoutBody: method == "HEAD");
        Assert.Equal((502, "egress.upstream"), (response.Status, response.Denied));
        Assert.Equal(before + 1, stage.Raw.Accepted);
    }

    // A connection that was used before and is closed under the next request: the classic reason to try again.
    [Fact]
    public async Task A_request_that_meets_the_close_of_an_idle_connection_is_not_sent_on_another()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/1 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(204, (await client.ResponseAsync()).Status);
        var before = stage.Raw.Accepted;
        await client.SendAsync("DELETE http://raw.test/2 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        await upstream.UntilAsync("\r\n\r\n");
        upstream.Dispose();

        Assert.Equal(502, (await client.ResponseAsync()).Status);
        Assert.Equal(before, stage.Raw.Accepted);
    }

    // No byte of the second request was written on the closed connection, so nothing is sent twice.
    [Fact]
    public async Task A_connection_that_is_seen_closed_before_a_byte_is_written_is_exchanged_for_another()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/1 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(204, (await client.ResponseAsync()).Status);
        upstream.SendNoMore();
        Assert.Equal("", (await upstream.ToEndAsync()).Text); // The gate has seen it and closed its side.
        await client.SendAsync("GET http://raw.test/2 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        await stage.Raw.AnswerAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

        Assert.Equal(204, (await client.ResponseAsync()).Status);
    }

    // Whatever an upstream says, the allow has its end recorded.
    [Theory]
    [InlineData("HTTP/1.1 000 Nothing\r\n\r\n")]
    [InlineData("HTTP/1.1 999 Too much\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Odd: \u0001\u00ff\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX Odd: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: odd\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    public async Task An_allow_has_its_end_recorded_whatever_the_upstream_says(string answer)
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://raw.test/odd HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync(answer);
        upstream.SendNoMore();
        await stage.EntryAsync(run, "kind=observation");
        upstream.Dispose();
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("DELETE", true)]
    [InlineData("GET", false)]
    [InlineData("DELETE", false)]
    public async Task Over_HTTP2_a_refused_stream_and_a_goaway_are_not_retried(string method, bool refused)
    {
        var seen = 0;
        using var over = new CancellationTokenSource();
        var serving = ServeAsync(async peer =>
        {
            var stream = await Http2.UntilHeadersAsync(peer);
            Interlocked.Increment(ref seen);
            await peer.SendAsync(refused ? Http2.Refused(stream) : Http2.GoAway);
        }, over.Token);
        using var http = (await stage.OpenRunAsync()).Http(HttpVersion.Version20);
        using var request = new HttpRequestMessage(new HttpMethod(method), "https://frames.test/act")
        {
            Version = HttpVersion.Version20,
        };
        using var response = await http.SendAsync(request);

        Assert.Equal(StatusCodes.Status502BadGateway, (int)response.StatusCode);
        Assert.Equal(1, Volatile.Read(ref seen));
        await over.CancelAsync();
        await serving;
    }

    private async Task ServeAsync(Func<RawPeer, Task> serve, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var peer = await stage.Frames.NextAsync(over);
                var tls = new SslStream(peer.Stream);
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = stage.FramesCertificate,
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                    },
                    over);
                using var framed = new RawPeer(peer.Socket, tls);
                await framed.ReadAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length);
                await framed.SendAsync(Http2.Settings);
                await serve(framed);
                await framed.ToEndAsync().WaitAsync(over);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The gate closed this connection, or the test is over.
            }
        }
    }
}
