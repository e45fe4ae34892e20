using System.Text.Json;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Freeze;

// Each class has a stage of its own: a freeze of everything would freeze the neighbours.
public sealed class FreezeTests(GateStage stage) : IClassFixture<GateStage>
{
    private const string Events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n";

    [Fact]
    public async Task A_frozen_agent_is_refused_and_another_is_not()
    {
        stage.Notes.On("/", "note");
        var (frozen, free) = (await stage.OpenRunAsync("research"), await stage.OpenRunAsync("other"));
        await stage.FreezeAsync("agent:research");
        try
        {
            Assert.Equal("freeze.active", (await AskAsync(frozen)).Denied);
            Assert.Equal("note", (await AskAsync(free)).Body);
        }
        finally
        {
            await stage.ThawAsync();
        }

        Assert.Equal("note", (await AskAsync(frozen)).Body);
    }

    [Fact]
    public async Task A_frozen_run_is_refused_and_another_of_its_agent_is_not()
    {
        stage.Notes.On("/", "note");
        var (frozen, free) = (await stage.OpenRunAsync(), await stage.OpenRunAsync());
        await stage.FreezeAsync($"run:{frozen.Id}");
        try
        {
            Assert.Equal("freeze.active", (await AskAsync(frozen)).Denied);
            Assert.Equal("note", (await AskAsync(free)).Body);
        }
        finally
        {
            await stage.ThawAsync();
        }
    }

    [Fact]
    public async Task A_live_stream_ends_and_no_event_comes_after()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://raw.test/events HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync(Events);
        using (upstream)
        {
            await client.UntilAsync("\r\n\r\n");
            Assert.Equal("one\n", await client.ChunkAsync());
            await stage.FreezeAsync($"run:{run.Id}");
            await upstream.TrySendAsync("4\r\ntwo\n\r\n");

            Assert.Equal("", (await client.ToEndAsync()).Text);
            Assert.Equal("", (await upstream.ToEndAsync()).Text);
        }
    }

    [Fact]
    public async Task A_tunnel_ends_on_both_sides()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await stage.FreezeAsync($"run:{run.Id}");
        await tunnel.TrySendAsync("late");
        await upstream.TrySendAsync("late");

        Assert.Equal("", (await upstream.ToEndAsync()).Text);
        Assert.Equal("", (await tunnel.ToEndAsync()).Text);
    }

    [Fact]
    public async Task An_upload_ends_and_nothing_more_of_it_arrives()
    {
        var run = await stage.OpenRunAsync();
        using var upload = await Doors.InterlockTests.UploadAsync(run);
        using var upstream = await stage.Raw.NextAsync();
        await upstream.UntilAsync("clean\r\n");
        await stage.FreezeAsync($"run:{run.Id}");
        await upload.TrySendAsync("4\r\nlate\r\n0\r\n\r\n");

        Assert.DoesNotContain("late", (await upstream.ToEndAsync()).Text, StringComparison.Ordinal);
        Assert.Equal("", (await upload.ToEndAsync()).Text);
    }

    [Fact]
    public async Task An_idle_inspected_connection_ends_too()
    {
        stage.Notes.On("/", "note");
        var run = await stage.OpenRunAsync();
        using var client = await run.InspectedAsync("safe.test");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: safe.test\r\n\r\n");
        Assert.Equal("note", (await client.ResponseAsync()).Body);
        await stage.FreezeAsync($"run:{run.Id}");

        Assert.Equal("", (await client.ToEndAsync()).Text);
    }

    // The exchange is over for us, and most of it lies in buffers of ours and of the kernel: none of that is delivered
    // after the freeze. The connection belongs to the run since a token on it said so.
    [Theory]
    [InlineData(60_000)]
    [InlineData(2_000_000)]
    public async Task What_is_buffered_for_a_client_of_the_TCP_listener_is_dropped(int bytes)
    {
        stage.Notes.On("/large", new string('x', bytes));
        var run = await stage.OpenRunAsync();
        using var client = await RawPeer.ConnectAsync(run.Proxy, receiveBuffer: 4096);
        await client.SendAsync(
            "GET http://notes.test/large HTTP/1.1\r\nHost: notes.test\r\n"
            + $"Proxy-Authorization: {run.Authorization}\r\n\r\n");
        await stage.EntryAsync(run, "kind=observation&host=notes.test");
        var answer = await stage.FreezeAsync($"run:{run.Id}");
        Assert.True(answer.ChannelsCut >= 1, "the connection is one of the run's channels");

        var (text, ending) = await client.ToEndAsync();
        Assert.Equal(Ending.Reset, ending);
        Assert.InRange(text.Length, 0, bytes - 1);
    }

    [Fact]
    public async Task An_idle_connection_of_the_TCP_listener_ends_for_each_run_met_on_it()
    {
        stage.Notes.On("/", "note");
        var (first, second) = (await stage.OpenRunAsync(), await stage.OpenRunAsync("other"));
        using var client = await first.ConnectTcpAsync();
        foreach (var run in new[] { first, second, first })
        {
            await client.SendAsync(
                "GET http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\n"
                + $"Proxy-Authorization: {run.Authorization}\r\n\r\n");
            Assert.Equal("note", (await client.ResponseAsync()).Body);
        }

        await stage.WhenOpenAsync(first, 1);
        await stage.WhenOpenAsync(second, 1);
        Assert.Equal(1, (await stage.FreezeAsync($"run:{first.Id}")).ChannelsCut);
        Assert.Equal(("", Ending.Reset), await client.ToEndAsync());
        await stage.WhenQuietAsync(second);
    }

    [Theory]
    [InlineData("ws://notes.test/echo-ws")]
    [InlineData("wss://safe.test/echo-ws")]
    public async Task A_web_socket_ends_and_is_recorded_as_cut(string url)
    {
        stage.Notes.On("/echo-ws", Sockets.Echo(new System.Collections.Concurrent.ConcurrentQueue<string>()));
        var run = await stage.OpenRunAsync();
        using var socket = await Sockets.OpenAsync(run, url);
        await socket.SayAsync("before");
        Assert.Equal("before", await socket.HearAsync());
        await stage.FreezeAsync($"run:{run.Id}");

        Assert.Null(await socket.HearAsync());
        var seen = await stage.EntryAsync(run, "kind=observation");
        Assert.Equal("cut", seen.GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_stream_inside_HTTP2_ends()
    {
        var run = await stage.OpenRunAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Notes.On("/events", async context =>
        {
            await context.Response.Body.WriteAsync("one"u8.ToArray());
            await context.Response.Body.FlushAsync();
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var http = run.Http(System.Net.HttpVersion.Version20);
        using var response = await http.GetAsync(new Uri("https://safe.test/events"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await begun.Task;
        Assert.Equal(3, await body.ReadAtLeastAsync(new byte[3], 3));
        await stage.FreezeAsync($"run:{run.Id}");

        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Fail($"{await body.ReadAsync(new byte[1])} bytes came"));
    }

    [Fact]
    public async Task The_ledger_says_what_was_cut_and_why()
    {
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        var answer = await stage.FreezeAsync($"run:{run.Id}");

        Assert.Equal(1, answer.ChannelsCut);
        IReadOnlyList<JsonElement> freezes = [];
        await Eventually.TrueAsync(
            async () => (freezes = await stage.LogAsync("kind=freeze")).Any(entry => IdOf(entry) == answer.Entry),
            () => $"no entry {answer.Entry} among the freezes");
        var entry = freezes.Single(entry => IdOf(entry) == answer.Entry);
        Assert.Equal("a test", entry.GetProperty("reason").GetString());
        Assert.Equal("cut", (await stage.EntryAsync(run, "kind=observation")).GetProperty("end").GetString());
    }

    private static string IdOf(JsonElement entry) => $"{entry.GetProperty("epoch")}-{entry.GetProperty("position")}";

    private static async Task<RawResponse> AskAsync(TestRun run)
    {
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        return await client.ResponseAsync();
    }
}
