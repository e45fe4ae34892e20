using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Hard stops at the gate. Each test has a node of its own, since what is used up stays used up.
public sealed class LimitTests : IAsyncDisposable
{
    private static readonly Uri Page = new("http://notes.test/page");
    private readonly List<GateStage> stages = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
        {
            await stage.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_full_limit_answers_429_says_when_and_stays_full_after_a_restart()
    {
        var stage = await StageAsync("three: { for: agent:research, requests: 3, per: day }");
        stage.Notes.On("/page", "text");
        var run = await stage.OpenRunAsync();
        var other = await stage.OpenRunAsync("other");
        for (var act = 0; act < 3; act++)
        {
            Assert.Equal("text", await GetAsync(run));
        }

        await DeniedAsync(run);
        Assert.Equal("text", await GetAsync(other));
        var upstream = stage.Notes.Requests;

        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        await DeniedAsync(await stage.OpenRunAsync());
        Assert.Equal("text", await GetAsync(await stage.OpenRunAsync("other")));
        Assert.Equal(upstream + 1, stage.Notes.Requests);

        async Task DeniedAsync(TestRun denied)
        {
            using var client = denied.HttpOverTcp();
            using var response = await client.GetAsync(Page);
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal("limits.exceeded", response.Headers.GetValues("Sallyport-Denied").Single());
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
            var told = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            Assert.Contains(
                "limit 'three' (3 requests per day for agent:research) has 3 of 3 taken",
                told.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Matches(
                "'requests: 3' of limit 'three' at sallyport.yaml:[0-9]+,", told.GetProperty("mend").GetString());
            Assert.Equal("deny", (await stage.EntryAsync(denied, "verdict=deny")).GetProperty("verdict").GetString());
        }
    }

    // Nobody can say how many would have been too many, but that the last is one.
    [Fact]
    public async Task Racing_requests_do_not_pass_a_limit()
    {
        var stage = await StageAsync("most: { for: role:worker, requests: 29, per: day }");
        stage.Notes.On("/page", "text");
        var runs = await Task.WhenAll(stage.OpenRunAsync(), stage.OpenRunAsync("other"));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(async number =>
        {
            using var client = runs[number % 2].HttpOverTcp();
            using var response = await client.GetAsync(Page);
            return response.StatusCode;
        }));
        Assert.Single(statuses, HttpStatusCode.TooManyRequests);
        Assert.Equal(29, stage.Notes.Requests);
    }

    [Fact]
    public async Task A_response_that_says_that_it_is_too_long_is_refused_before_its_first_byte()
    {
        var stage = await StageAsync("down: { for: fleet, bytes-received: 1000, per: hour }");
        stage.Notes.On("/page", new string('x', 600));
        var run = await stage.OpenRunAsync();
        Assert.Equal(600, (await GetAsync(run)).Length);
        using var client = run.HttpOverTcp();
        using var response = await client.GetAsync(Page);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Contains(
            "has 601 of 1000 taken (600 used, 1 reserved), and it needs 599 more", // one byte is held from the start
            JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        await CutAsync(stage, run, received: 0);
    }

    [Fact]
    public async Task A_response_that_passes_a_limit_as_it_streams_is_cut()
    {
        var stage = await StageAsync("down: { for: fleet, bytes-received: 64KiB, per: hour }");
        // What is cut is reset, and takes with it what the client has not got yet: so the rest waits for the beginning
        // to arrive.
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Notes.On("/page", async context =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await arrived.Task;
            for (var part = 0; part < 100; part++)
            {
                await context.Response.WriteAsync(new string('x', 10_000));
            }
        });
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectTcpAsync();
        await client.SendAsync(
            $"GET {Page} HTTP/1.1\r\nHost: notes.test\r\nProxy-Authorization: {run.Authorization}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await client.UntilAsync("begun"), StringComparison.Ordinal);
        arrived.SetResult();
        var (text, _) = await client.ToEndAsync();
        Assert.DoesNotContain("\r\n0\r\n\r\n", text, StringComparison.Ordinal); // Half of it does not look whole.
        var seen = await CutAsync(stage, run);
        Assert.InRange(seen.GetProperty("bytesReceived").GetInt64(), 5, 64 * 1024);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(run, HttpMethod.Head)); // There is room for some bytes still.
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_passes_a_limit_does_not_go_out(bool isDeclared)
    {
        var stage = await StageAsync("up: { for: agent:research, bytes-sent: 100, per: hour }");
        long received = 0;
        stage.Notes.On("/page", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Interlocked.Add(ref received, body.Length);
        });
        var run = await stage.OpenRunAsync();
        Assert.Equal(HttpStatusCode.OK, await PostAsync(60));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(41));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(40));
        Assert.Equal(100, Interlocked.Read(ref received));

        async Task<HttpStatusCode> PostAsync(int length)
        {
            using var client = run.HttpOverTcp();
            using var request = new HttpRequestMessage(HttpMethod.Post, Page);
            request.Content = new ByteArrayContent(new byte[length]);
            request.Headers.TransferEncodingChunked = !isDeclared;
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_tunnel_that_passes_a_limit_is_cut_on_both_sides()
    {
        var stage = await StageAsync("up: { for: agent:research, bytes-sent: 10, per: hour }");
        var run = await stage.OpenRunAsync();
        using var client = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await client.SendAsync("12345678");
        Assert.Equal("12345678", await upstream.ReadAsync(8));
        await client.SendAsync("9012");
        Assert.Equal(("", Ending.Reset), await upstream.ToEndAsync());
        var seen = await CutAsync(stage, run, received: 0);
        Assert.Equal(8, seen.GetProperty("bytesSent").GetInt64());
    }

    [Fact]
    public async Task The_API_says_what_is_used_and_what_is_under_way()
    {
        var stage = await StageAsync(
            "one: { for: role:worker, effects: 1, per: minute }", "two: { for: fleet, requests: 2, per: hour }");
        stage.Notes.On("/page", "text");
        var run = await stage.OpenRunAsync();
        Assert.Equal("text", await GetAsync(run));
        using var client = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        var limits = await stage.Client.GetAsync(
            "limits", ApiJson.Default.IReadOnlyListLimitView, CancellationToken.None);
        Assert.Equal(
            [("one", "role:worker", "effects", "minute", 1, 0, 1), ("two", "fleet", "requests", "hour", 2, 1, 1)],
            limits.Select(limit =>
                (limit.Id, limit.For, limit.Unit, limit.Per, limit.Max, limit.Used, limit.Reserved)));
        Assert.All(limits, limit => Assert.NotNull(limit.OpensAt));
        Assert.All(limits, limit => Assert.StartsWith("sallyport.yaml:", limit.Place, StringComparison.Ordinal));
        var status = await stage.Client.GetAsync("status", ApiJson.Default.StatusView, CancellationToken.None);
        Assert.Equal((2, 2), (status.Limits, status.LimitsReached));
    }

    private static async Task<JsonElement> CutAsync(GateStage stage, TestRun run, long? received = null)
    {
        var cut = await stage.EntryAsync(run, "kind=cut");
        Assert.Equal("limits.exceeded", cut.GetProperty("code").GetString());
        var seen = await stage.EntryAsync(
            run, "kind=observation", entry => entry.GetProperty("end").GetString() == "cut");
        Assert.Equal(cut.GetProperty("decision").GetString(), seen.GetProperty("decision").GetString());
        var bytes = seen.GetProperty("bytesReceived").GetInt64();
        Assert.Equal(received ?? bytes, bytes);
        return seen;
    }

    private static async Task<string> GetAsync(TestRun run)
    {
        using var client = run.HttpOverTcp();
        return await client.GetStringAsync(Page);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestRun run, HttpMethod method)
    {
        using var client = run.HttpOverTcp();
        using var request = new HttpRequestMessage(method, Page);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<GateStage> StageAsync(params string[] limits)
    {
        var stage = new GateStage { More = "limits:\n" + string.Concat(limits.Select(limit => $"  {limit}\n")) };
        stages.Add(stage);
        await stage.InitializeAsync();
        return stage;
    }
}
