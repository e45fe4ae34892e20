using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// An upstream that fails on purpose says something: when, and how. So the labels are there before it is dialled.
public sealed class BeforeTheDialTests(GateStage stage) : IClassFixture<GateStage>
{
    private const int HeldBytesMax = 1024 * 1024;

    [Fact]
    public async Task A_read_labels_the_run_before_its_upstream_can_do_anything()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://wild.test/ HTTP/1.1\r\nHost: wild.test\r\n\r\n");
        var upstream = await stage.Wild.NextAsync();

        Assert.Equal("untrusted", await stage.LabelsAsync(run));
        await upstream.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        Assert.Equal(204, (await client.ResponseAsync()).Status);
    }

    [Fact]
    public async Task A_read_that_the_upstream_resets_leaves_the_run_labelled()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://wild.test/ HTTP/1.1\r\nHost: wild.test\r\n\r\n");
        (await stage.Wild.NextAsync()).Reset();

        Assert.Equal(502, (await client.ResponseAsync()).Status);
        Assert.Equal("untrusted", await stage.LabelsAsync(run));
    }

    // Who owns the zone chooses whether the name resolves.
    [Fact]
    public async Task A_name_that_does_not_resolve_labels_the_run()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://lost.test/ HTTP/1.1\r\nHost: lost.test\r\n\r\n");

        Assert.Equal("egress.unresolved", (await client.ResponseAsync()).Denied);
        Assert.Equal("untrusted", await stage.LabelsAsync(run));
    }

    [Fact]
    public async Task A_tunnel_labels_the_run_when_its_dial_fails()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("CONNECT mute.test:443 HTTP/1.1\r\nHost: mute.test:443\r\n\r\n");

        Assert.Equal("egress.unreachable", (await client.ResponseAsync()).Denied);
        Assert.Equal("social", await stage.LabelsAsync(run));
    }

    [Fact]
    public async Task A_tunnel_labels_the_run_and_goes_on()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("chat.test:443");
        using var upstream = await stage.Pipe.NextAsync();

        Assert.Equal("social", await stage.LabelsAsync(run));
        await tunnel.SendAsync("hello");
        Assert.Equal("hello", await upstream.ReadAsync(5));
    }

    [Fact]
    public async Task A_clean_run_may_post_to_an_untrusted_host_and_is_labelled_by_it()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync(
            "POST http://wild.test/act HTTP/1.1\r\nHost: wild.test\r\nContent-Length: 4\r\n\r\nsent");
        var upstream = await stage.Wild.NextAsync();
        Assert.Equal("untrusted", await stage.LabelsAsync(run));
        await upstream.UntilAsync("\r\n\r\nsent");
        await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nobey");

        Assert.Equal("obey", (await client.ResponseAsync()).Body);
        await client.SendAsync(
            "POST http://wild.test/act HTTP/1.1\r\nHost: wild.test\r\nContent-Length: 4\r\n\r\nobey");
        Assert.Equal("flow.two-doors", (await client.ResponseAsync()).Denied);
    }

    // How fast a body is taken is the upstream's to choose, so the body is whole before there is an upstream.
    [Fact]
    public async Task An_upload_to_an_untrusted_host_is_not_dialled_until_it_is_whole()
    {
        var run = await stage.OpenRunAsync();
        using var upload = await run.ConnectAsync();
        await upload.SendAsync(
            "POST http://wild.test/act HTTP/1.1\r\nHost: wild.test\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nclean\r\n");
        await stage.EntryAsync(run, "kind=decision", entry => entry.GetProperty("method").GetString() == "POST");
        var before = stage.Wild.Accepted;
        stage.Feed.On("/post", "obey");
        using var reader = await run.ConnectAsync();
        await reader.SendAsync("GET http://feed.test/post HTTP/1.1\r\nHost: feed.test\r\n\r\n");
        Assert.Equal("obey", (await reader.ResponseAsync()).Body);

        await upload.TrySendAsync("7\r\ntainted\r\n0\r\n\r\n");
        Assert.Equal("", (await upload.ToEndAsync()).Text);
        Assert.Equal(before, stage.Wild.Accepted);
        Assert.Equal("", await stage.LabelsAsync(await stage.OpenRunAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_that_cannot_be_held_whole_is_refused_before_the_dial(bool chunked)
    {
        var run = await stage.OpenRunAsync();
        var before = stage.Wild.Accepted;
        using var client = await run.ConnectAsync();
        var body = new string('x', HeldBytesMax + 1);
        var sending = client.TrySendAsync("POST http://wild.test/act HTTP/1.1\r\nHost: wild.test\r\n" + (chunked
            ? $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
            : $"Content-Length: {body.Length}\r\n\r\n{body}"));
        var response = await client.ResponseAsync();

        Assert.Equal(403, response.Status);
        Assert.Equal("flow.unheld-body", response.Denied);
        Assert.Contains("longer than 1 MiB", response.Body, StringComparison.Ordinal);
        Assert.Equal(before, stage.Wild.Accepted);
        Assert.Equal("cut", (await stage.EntryAsync(run, "kind=observation")).GetProperty("end").GetString());
        await sending;
    }
}
