using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Absolute-form over HTTP/1.1: what is asked arrives, what is answered comes back, and nothing of ours gets in between.
public sealed class PlainHttpTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task A_get_through_the_runs_own_socket_needs_no_token()
    {
        stage.Notes.On("/hello", "hello");
        using var http = (await stage.OpenRunAsync()).Http();
        Assert.Equal("hello", await http.GetStringAsync("http://notes.test/hello"));
    }

    [Fact]
    public async Task A_get_over_tcp_passes_with_the_runs_token()
    {
        stage.Notes.On("/hello-tcp", "hello");
        using var http = (await stage.OpenRunAsync()).HttpOverTcp();
        Assert.Equal("hello", await http.GetStringAsync("http://notes.test/hello-tcp"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task A_body_goes_out_and_another_comes_back(string method)
    {
        stage.Notes.On("/echo", EchoAsync);
        using var http = (await stage.OpenRunAsync()).Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://notes.test/echo") { Content = new StringContent("ping") };
        using var response = await http.SendAsync(request);
        Assert.Equal($"{method} ping", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_head_request_brings_the_length_and_no_body()
    {
        stage.Notes.On("/sized", context =>
        {
            context.Response.ContentLength = 4711;
            return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(new string('x', 4711));
        });
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("HEAD http://notes.test/sized HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        var head = await client.ResponseAsync(withoutBody: true);
        Assert.Equal("4711", head.Header("Content-Length"));

        // If a body had followed, the next response would not be read as one.
        await client.SendAsync("GET http://notes.test/sized HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        Assert.Equal(4711, (await client.ResponseAsync()).Body.Length);
    }

    [Fact]
    public async Task A_get_with_a_body_keeps_its_framing()
    {
        stage.Notes.On("/echo", EchoAsync);
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://notes.test/echo HTTP/1.1\r\nHost: notes.test\r\nContent-Length: 4\r\n\r\nping");
        Assert.Equal("GET ping", (await client.ResponseAsync()).Body);
    }

    [Fact]
    public async Task Chunks_arrive_as_content_without_their_extensions()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("POST http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nTransfer-Encoding: chunked\r\n\r\n4;secret=x\r\nping\r\n0\r\n\r\n");
        using var upstream = await stage.Raw.NextAsync();
        var head = await upstream.UntilAsync("\r\n\r\n");
        var body = await upstream.UntilAsync("0\r\n\r\n");
        await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        Assert.Equal("ok", (await client.ResponseAsync()).Body);
        Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.Ordinal);
        Assert.Equal("4\r\nping\r\n0\r\n\r\n", body);
    }

    [Fact]
    public async Task Two_requests_share_one_connection_on_both_sides()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        var accepted = stage.Raw.Accepted;
        await client.SendAsync("GET http://raw.test/1 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        Assert.Equal("one", (await client.ResponseAsync()).Body);
        await client.SendAsync("GET http://raw.test/2 HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        Assert.StartsWith("GET /2 HTTP/1.1\r\n", await upstream.UntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo");
        Assert.Equal("two", (await client.ResponseAsync()).Body);
        Assert.Equal(accepted + 1, stage.Raw.Accepted);
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order()
    {
        stage.Notes.On("/a", async context =>
        {
            await Task.Yield();
            await context.Response.WriteAsync("a");
        });
        stage.Notes.On("/echo", EchoAsync);
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync(
            "GET http://notes.test/a HTTP/1.1\r\nHost: notes.test\r\n\r\n"
            + "POST http://notes.test/echo HTTP/1.1\r\nHost: notes.test\r\nContent-Length: 2\r\n\r\nhi"
            + "POST http://notes.test/echo HTTP/1.1\r\nHost: notes.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyou\r\n0\r\n\r\n"
            + "GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n");
        Assert.Equal("a", (await client.ResponseAsync()).Body);
        Assert.Equal("POST hi", (await client.ResponseAsync()).Body);
        Assert.Equal("POST you", (await client.ResponseAsync()).Body);
        Assert.Equal("egress.not-allowed", (await client.ResponseAsync()).Denied);
    }

    [Fact]
    public async Task The_gate_says_continue_once_the_request_is_allowed()
    {
        stage.Notes.On("/echo", EchoAsync);
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("POST http://notes.test/echo HTTP/1.1\r\nHost: notes.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ResponseAsync()).Status);
        await client.SendAsync("ping");
        Assert.Equal("POST ping", (await client.ResponseAsync()).Body);
    }

    [Fact]
    public async Task A_denied_request_is_never_told_to_continue()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("POST http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(403, (await client.ResponseAsync()).Status);
    }

    [Fact]
    public async Task A_response_without_length_ends_where_the_upstream_ends()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (upstream, _) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\n\r\nall of it");
        upstream.Dispose();
        Assert.Equal("all of it", (await client.ResponseAsync()).Body);
    }

    [Fact]
    public async Task An_http_1_0_client_is_served_and_closed()
    {
        stage.Notes.On("/old", "old");
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://notes.test/old HTTP/1.0\r\n\r\n");
        var (text, ending) = await client.ToEndAsync();
        Assert.EndsWith("\r\n\r\nold", text, StringComparison.Ordinal);
        Assert.Equal(Ending.Closed, ending);
    }

    [Theory]
    [InlineData("/a//b")]
    [InlineData("/%41%2fb?x=%0d%0a&y=a+b")]
    [InlineData("/a;b=c")]
    [InlineData("/?")]
    public async Task The_path_that_was_judged_is_the_path_that_is_sent(string path)
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"GET http://raw.test{path} HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (_, head) = await stage.Raw.AnswerAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"GET {path} HTTP/1.1\r\nHost: raw.test\r\n", head, StringComparison.Ordinal);
        Assert.Equal(204, (await client.ResponseAsync()).Status);
    }

    [Fact]
    public async Task Bytes_of_header_values_pass_unchanged_both_ways()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\nX-Name: J\u00c3\u00b8rgen\r\n\r\n");
        var (_, head) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nX-Back: \u00c3\u00b8\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Contains("X-Name: J\u00c3\u00b8rgen\r\n", head, StringComparison.Ordinal);
        Assert.Equal("\u00c3\u00b8", (await client.ResponseAsync()).Header("X-Back"));
    }

    [Fact]
    public async Task A_redirect_is_passed_on_and_not_followed()
    {
        stage.Notes.On("/moved", context =>
        {
            context.Response.Redirect("http://evil.test/");
            return Task.CompletedTask;
        });
        using var http = (await stage.OpenRunAsync()).Http();
        using var response = await http.GetAsync("http://notes.test/moved");
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task Upper_case_in_the_host_is_the_same_host()
    {
        stage.Notes.On("/case", "same");
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://NOTES.test/case HTTP/1.1\r\nHost: NOTES.test\r\n\r\n");
        Assert.Equal("same", (await client.ResponseAsync()).Body);
    }

    [Fact]
    public async Task An_exchange_is_observed_with_status_bytes_and_digests()
    {
        stage.Notes.On("/echo", EchoAsync);
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        using var content = new StringContent("ping");
        using var response = await http.PostAsync("http://notes.test/echo", content);
        var seen = await stage.EntryAsync(run, "kind=observation");
        Assert.Equal(200, seen.GetProperty("status").GetInt32());
        Assert.Equal(4, seen.GetProperty("bytesSent").GetInt64());
        Assert.Equal(Sha256("ping"), seen.GetProperty("digestSent").GetString());
        Assert.Equal(Sha256("POST ping"), seen.GetProperty("digestReceived").GetString());
        Assert.Equal("complete", seen.GetProperty("end").GetString());
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"{context.Request.Method} {await reader.ReadToEndAsync()}");
    }
}
