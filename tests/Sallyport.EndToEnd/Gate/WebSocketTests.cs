using System.Collections.Concurrent;
using System.Net.WebSockets;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// RFC 6455 through the gate: the one upgrade that is passed on.
public sealed class WebSocketTests(GateStage stage) : IClassFixture<GateStage>
{
    public static TheoryData<string> Urls => ["ws://notes.test/echo-ws", "wss://safe.test/echo-ws"];

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task Messages_pass_both_ways_and_it_closes_in_order(string url)
    {
        stage.Notes.On("/echo-ws", Sockets.Echo(new ConcurrentQueue<string>()));
        using var socket = await Sockets.OpenAsync(await stage.OpenRunAsync(), url);
        for (var i = 0; i < 3; i++)
        {
            await socket.SayAsync($"message {i}");
            Assert.Equal($"message {i}", await socket.HearAsync());
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
        Assert.Equal("bye", socket.CloseStatusDescription);
    }

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task It_counts_as_an_effect_though_it_begins_with_a_get(string url)
    {
        stage.Notes.On("/echo-ws", Sockets.Echo(new ConcurrentQueue<string>()));
        var run = await stage.OpenRunAsync();
        using var socket = await Sockets.OpenAsync(run, url);
        var entry = await stage.EntryAsync(run, "kind=decision&verdict=allow");
        Assert.Equal("effect", entry.GetProperty("class").GetString());
    }

    [Fact]
    public async Task To_an_untrusted_host_there_is_none_since_it_reads_and_sends_at_once()
    {
        var requests = stage.Feed.Requests;
        var run = await stage.OpenRunAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => Sockets.OpenAsync(run, "ws://feed.test/echo-ws"));
        Assert.Equal("flow.two-doors", (await stage.EntryAsync(run, "verdict=deny&host=feed.test")).GetProperty("code").GetString());
        Assert.Equal(requests, stage.Feed.Requests);
    }

    // Many clients open ws:// by CONNECT to port 80; without TLS nobody could look inside, so such a tunnel needs a rule of its own.
    [Fact]
    public async Task A_connect_to_port_80_for_plain_web_sockets_is_denied()
    {
        var run = await stage.OpenRunAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => Sockets.ConnectAsync(run, "ws://notes.test/echo-ws"));
        Assert.Equal("egress.method-or-path", (await stage.EntryAsync(run, "verdict=deny")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_upstream_that_breaks_breaks_the_client()
    {
        stage.Notes.On("/break-ws", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.HearAsync();
            context.Abort();
        });
        using var socket = await Sockets.OpenAsync(await stage.OpenRunAsync(), "ws://notes.test/break-ws");
        await socket.SayAsync("go");
        Assert.Null(await socket.HearAsync());
    }

    [Fact]
    public async Task It_is_observed_with_the_bytes_of_both_directions()
    {
        stage.Notes.On("/echo-ws", Sockets.Echo(new ConcurrentQueue<string>()));
        var run = await stage.OpenRunAsync();
        using (var socket = await Sockets.OpenAsync(run, "ws://notes.test/echo-ws"))
        {
            await socket.SayAsync("four");
            await socket.HearAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        var seen = await stage.EntryAsync(run, "kind=observation");
        Assert.Equal(101, seen.GetProperty("status").GetInt32());
        Assert.True(seen.GetProperty("bytesSent").GetInt64() >= 4 + 6, "the masked frame and the close frame");
        Assert.True(seen.GetProperty("bytesReceived").GetInt64() >= 4 + 2, "the frame");
    }
}
