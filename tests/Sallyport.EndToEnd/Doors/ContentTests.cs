using System.Net;
using System.Text;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Whoever sends a body acts, whatever the method is called.
public sealed class ContentTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("GET", "Content-Length: 4\r\n\r\nobey")]
    [InlineData("HEAD", "Content-Length: 4\r\n\r\nobey")]
    [InlineData("GET", "Transfer-Encoding: chunked\r\n\r\n4\r\nobey\r\n0\r\n\r\n")]
    [InlineData("GET", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public async Task A_read_with_content_is_an_effect(string method, string rest)
    {
        var run = await TaintedAsync();
        var before = stage.Raw.Accepted;
        using var client = await run.ConnectAsync();
        await client.SendAsync($"{method} http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n{rest}");
        var response = await client.ResponseAsync(withoutBody: method == "HEAD");

        Assert.Equal("flow.two-doors", response.Denied);
        Assert.Equal(before, stage.Raw.Accepted);
        var entry = await stage.EntryAsync(run, "verdict=deny");
        Assert.Equal("effect", entry.GetProperty("class").GetString());
        if (method == "GET")
        {
            Assert.Contains("a GET with content sends something out", response.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Over_HTTP2_too()
    {
        var run = await TaintedAsync();
        stage.Notes.On("/act", "done");
        using var http = run.Http(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://safe.test/act")
        {
            Version = HttpVersion.Version20,
            Content = new StringContent("obey", Encoding.ASCII),
        };
        using var response = await http.SendAsync(request);

        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")]
    public async Task A_read_without_content_stays_a_read(string fields)
    {
        var run = await TaintedAsync();
        stage.Notes.On("/page", "read");
        using var client = await run.ConnectAsync();
        await client.SendAsync($"GET http://notes.test/page HTTP/1.1\r\nHost: notes.test\r\n{fields}\r\n");

        Assert.Equal("read", (await client.ResponseAsync()).Body);
    }

    [Fact]
    public async Task An_unfinished_GET_with_content_is_cut()
    {
        var run = await stage.OpenRunAsync();
        using var upload = await run.ConnectAsync();
        await upload.SendAsync(
            "GET http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nclean\r\n");
        using var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("5\r\nclean\r\n");
        await ReadFeedAsync(run);

        await upload.TrySendAsync("7\r\ntainted\r\n0\r\n\r\n");
        Assert.DoesNotContain("tainted", (await upstream.ToEndAsync()).Text, StringComparison.Ordinal);
    }

    // A search by POST: the rule says so, and answers for it.
    [Fact]
    public async Task What_a_rule_declares_a_read_stays_one()
    {
        var run = await TaintedAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync(
            "POST http://wild.test/search HTTP/1.1\r\nHost: wild.test\r\nContent-Length: 4\r\n\r\nfind");
        await stage.Wild.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfound");

        Assert.Equal("found", (await client.ResponseAsync()).Body);
    }

    private async Task<TestRun> TaintedAsync()
    {
        var run = await stage.OpenRunAsync();
        await ReadFeedAsync(run);
        return run;
    }

    private async Task ReadFeedAsync(TestRun run)
    {
        stage.Feed.On("/post", "obey");
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://feed.test/post HTTP/1.1\r\nHost: feed.test\r\n\r\n");
        Assert.Equal("obey", (await client.ResponseAsync()).Body);
    }
}
