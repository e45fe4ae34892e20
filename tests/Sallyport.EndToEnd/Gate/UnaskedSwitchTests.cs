using System.Net.Security;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// A 101 opens a channel both ways. Only what was decided as a channel may become one, whatever the upstream answers.
public sealed class UnaskedSwitchTests(GateStage stage) : IClassFixture<GateStage>
{
    private const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n";

    private const string WebSocket = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    public static TheoryData<string, bool> Unasked
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var tainted in new[] { false, true })
            {
                cases.Add("", tainted);
                cases.Add("Connection: Upgrade\r\nUpgrade: foo\r\n", tainted);
                cases.Add("Connection: Upgrade\r\nUpgrade: websocket, foo\r\n", tainted);
                cases.Add("Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n", tainted);
                cases.Add("Connection: keep-alive\r\nUpgrade: websocket\r\n", tainted);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Unasked))]
    public async Task It_is_a_fault_of_the_upstream_and_nothing_passes(string fields, bool tainted)
    {
        var run = await stage.OpenRunAsync();
        await TaintAsync(run, tainted);
        using var client = await run.ConnectAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n{fields}\r\n");

        await NothingPassesAsync(run, client, await SwitchAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_declared_read_opens_none_either(bool tainted)
    {
        var run = await stage.OpenRunAsync();
        await TaintAsync(run, tainted);
        using var client = await run.ConnectAsync();
        await client.SendAsync(
            "POST http://model.test/lookup HTTP/1.1\r\nHost: model.test\r\n"
            + "Connection: Upgrade\r\nUpgrade: foo\r\n\r\n");

        await NothingPassesAsync(run, client, await SwitchAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inside_an_inspected_tunnel_too(bool tainted)
    {
        var run = await stage.OpenRunAsync();
        await TaintAsync(run, tainted);
        using var client = await run.InspectedAsync("frames.test");
        await client.SendAsync(
            "GET / HTTP/1.1\r\nHost: frames.test\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n");
        var peer = await stage.Frames.NextAsync();
        var tls = new SslStream(peer.Stream);
        await tls.AuthenticateAsServerAsync(stage.FramesCertificate);
        var upstream = new RawPeer(peer.Socket, tls);
        await upstream.UntilAsync("\r\n\r\n");
        await upstream.SendAsync(Switch + "smuggled");

        await NothingPassesAsync(run, client, upstream);
    }

    // A WebSocket is an effect, whatever its rule declares.
    [Theory]
    [InlineData("http://model.test/lookup")]
    [InlineData("http://model.test/v1")]
    public async Task No_declared_class_makes_a_websocket_anything_but_an_effect(string url)
    {
        var host = new Uri(url).Host;
        var request = $"GET {url} HTTP/1.1\r\nHost: {host}\r\n{WebSocket}\r\n";
        var clean = await stage.OpenRunAsync();
        using var first = await clean.ConnectAsync();
        await first.SendAsync(request);
        using var upstream = await SwitchAsync();
        Assert.Equal(101, (await first.ResponseAsync()).Status);
        var allowed = await stage.EntryAsync(clean, $"verdict=allow&host={host}");
        Assert.Equal("effect", allowed.GetProperty("class").GetString());

        var tainted = await stage.OpenRunAsync();
        await TaintAsync(tainted, true);
        var before = stage.Raw.Accepted;
        using var second = await tainted.ConnectAsync();
        await second.SendAsync(request);
        Assert.Equal("flow.two-doors", (await second.ResponseAsync()).Denied);
        Assert.Equal(before, stage.Raw.Accepted);
    }

    // The guard has let pass what follows such a request: after a failure it must not be read as HTTP either.
    [Theory]
    [InlineData("foo")]
    [InlineData("websocket")]
    public async Task After_a_request_for_an_upgrade_that_failed_nothing_more_is_read(string protocol)
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync(
            $"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n"
            + "GET http://raw.test/second HTTP/1.1\r\nHost : raw.test\r\n\r\n");
        using (var upstream = await stage.Raw.NextAsync())
        {
            await upstream.UntilAsync("\r\n\r\n");
        }

        var (text, _) = await client.ToEndAsync();
        Assert.StartsWith("HTTP/1.1 502 ", text, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("HTTP/1.1 ").Length);
    }

    private async Task<RawPeer> SwitchAsync() => (await stage.Raw.AnswerAsync(Switch + "smuggled")).Peer;

    private async Task NothingPassesAsync(TestRun run, RawPeer client, RawPeer upstream)
    {
        using (upstream)
        {
            var response = await client.ResponseAsync();
            Assert.Equal(502, response.Status);
            Assert.Contains("egress.upstream", response.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("smuggled", response.Head + response.Body, StringComparison.Ordinal);
            await client.TrySendAsync("secret\r\n\r\n");
            Assert.Equal("", (await upstream.ToEndAsync()).Text);
            var seen = await stage.EntryAsync(run, "kind=observation", entry =>
                entry.GetProperty("host").GetString() != "feed.test");
            Assert.Equal("upstream-failed", seen.GetProperty("end").GetString());
        }
    }

    private async Task TaintAsync(TestRun run, bool wanted)
    {
        if (wanted)
        {
            stage.Feed.On("/post", "obey");
            using var client = await run.ConnectAsync();
            await client.SendAsync("GET http://feed.test/post HTTP/1.1\r\nHost: feed.test\r\n\r\n");
            Assert.Equal("obey", (await client.ResponseAsync()).Body);
        }
    }
}
