using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Bodies flow as they come, in both directions, and half a response never looks like a whole one.
public sealed class StreamingTests(GateStage stage) : IClassFixture<GateStage>
{
    private const int BigBytes = 64 * 1024 * 1024;

    // The node, the client and the upstream share this process, and each may hold some buffers; a gate that buffered the body
    // whole would hold all of it at once.
    private const long LiveBytesMax = BigBytes / 2;

    [Fact]
    public async Task A_big_download_is_not_held_in_memory()
    {
        stage.Notes.On("/big", async context =>
        {
            context.Response.ContentLength = BigBytes;
            await WriteAsync(context.Response.Body);
        });
        using var http = (await stage.OpenRunAsync()).Http();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var response = await http.GetAsync("http://notes.test/big", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var (bytes, most) = await DrainAsync(body, before);
        Assert.Equal(BigBytes, bytes);
        Assert.True(most < LiveBytesMax, $"{most} bytes were live at once");
    }

    [Fact]
    public async Task A_big_upload_is_not_held_in_memory()
    {
        var before = 0L;
        stage.Notes.On("/upload", async context =>
        {
            var (bytes, most) = await DrainAsync(context.Request.Body, before);
            await context.Response.WriteAsync($"{bytes} {(most < LiveBytesMax ? "streamed" : $"held {most}")}");
        });
        using var http = (await stage.OpenRunAsync()).Http();
        before = GC.GetTotalMemory(forceFullCollection: true);
        using var content = new Written(WriteAsync);
        using var response = await http.PostAsync("http://notes.test/upload", content);
        Assert.Equal($"{BigBytes} streamed", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_big_body_arrives_byte_for_byte()
    {
        var sent = RandomNumberGenerator.GetBytes(3 * 1024 * 1024 + 7);
        stage.Notes.On("/hash", async context =>
            await context.Response.WriteAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body))));
        using var http = (await stage.OpenRunAsync()).Http();
        using var content = new ByteArrayContent(sent);
        using var response = await http.PostAsync("http://notes.test/hash", content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent)), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Events_arrive_one_by_one_as_they_are_sent()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/events HTTP/1.1\r\nHost: raw.test\r\nAccept: text/event-stream\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");

        // The head does not wait for the first event, and no event for the next.
        await client.UntilAsync("\r\n\r\n");
        for (var i = 0; i < 5; i++)
        {
            await upstream.SendAsync($"data: {i}\n\n");
            Assert.Equal($"data: {i}\n\n", await client.ChunkAsync());
        }

        upstream.Dispose();
        Assert.Equal("", await client.ChunkAsync());
    }

    [Fact]
    public async Task An_upload_reaches_the_upstream_piece_by_piece()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("POST http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("\r\n\r\n");
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync($"1\r\n{i}\r\n");
            Assert.Equal($"{i}", await upstream.ChunkAsync());
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.Equal("", await upstream.ChunkAsync());
        await upstream.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        Assert.Equal(204, (await client.ResponseAsync()).Status);
    }

    [Theory]
    [InlineData("Content-Length: 100", false)]
    [InlineData("Transfer-Encoding: chunked", false)]
    [InlineData("Content-Length: 100", true)]
    [InlineData("X-No-Length: 1", true)]
    public async Task An_upstream_that_dies_in_the_middle_is_seen_as_an_abort_and_recorded(string framing, bool reset)
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectTcpAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nProxy-Authorization: {run.Authorization}\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n5\r\nhello\r\n");
        await client.UntilAsync("hello");
        if (reset)
        {
            upstream.Reset();
        }
        else
        {
            upstream.Dispose();
        }

        var (rest, ending) = await client.ToEndAsync();
        Assert.DoesNotContain("0\r\n\r\n", rest, StringComparison.Ordinal);
        Assert.True(ending is Ending.Reset || framing != "X-No-Length: 1", "a response without a length ended as if it were whole");
        Assert.Equal("upstream-failed", (await stage.EntryAsync(run, "kind=observation")).GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_exchange_upstream_and_is_recorded()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectTcpAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nProxy-Authorization: {run.Authorization}\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        await client.UntilAsync("hello");
        client.Reset();
        await upstream.ToEndAsync();
        Assert.Equal("client-gone", (await stage.EntryAsync(run, "kind=observation")).GetProperty("end").GetString());
    }

    [Fact]
    public async Task Trailers_come_after_the_body_over_http_2()
    {
        stage.Notes.On("/trailers", async context =>
        {
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("X-Sum", "42");
        });
        using var http = (await stage.OpenRunAsync()).Http(HttpVersion.Version20);
        using var response = await http.GetAsync("https://safe.test/trailers");
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("X-Sum")));
    }

    // The server has no trailers in HTTP/1.1; a recipient may discard them (RFC 9110, 6.5.1).
    [Fact]
    public async Task Trailers_are_dropped_over_http_1_and_the_body_is_whole()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n");
        Assert.Equal("body", (await client.ResponseAsync()).Body);
    }

    private static async Task WriteAsync(Stream to)
    {
        var block = new byte[64 * 1024];
        for (var written = 0; written < BigBytes; written += block.Length)
        {
            await to.WriteAsync(block);
        }
    }

    private static async Task<(long Bytes, long MostLive)> DrainAsync(Stream from, long before)
    {
        var (bytes, most, block) = (0L, 0L, new byte[64 * 1024]);
        for (var reads = 0; await from.ReadAsync(block) is var count and > 0; reads++)
        {
            bytes += count;
            if (reads % 256 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        return (bytes, most);
    }

    private sealed class Written(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = BigBytes;
            return true;
        }
    }
}
