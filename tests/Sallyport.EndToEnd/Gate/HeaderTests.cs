using System.Net;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Which fields pass. RFC 9110, 7.6.1, and what belongs to this proxy alone.
public sealed class HeaderTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("Proxy-Authorization: Basic eDp5")]
    [InlineData("Proxy-Connection: keep-alive")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("TE: trailers")]
    [InlineData("Sallyport-Run: somebody-else")]
    [InlineData("sallyport-decision: 1-1")]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("X_HTTP_Method_Override: DELETE")]
    [InlineData("X-Http_Method.Override: DELETE")]
    [InlineData("X-Original-URL: /admin")]
    [InlineData("x_rewrite_url: /admin")]
    [InlineData("SCRIPT_NAME: /admin")]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("X_Forwarded_Host: inside.test")]
    [InlineData("Forwarded: for=127.0.0.1")]
    [InlineData("X-Real-IP: 127.0.0.1")]
    [InlineData("Proxy: http://evil.test")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Content_Length: 5")]
    [InlineData("Sallyport_Run: somebody-else")]
    [InlineData("Content_Type: text/plain")]
    [InlineData("X-Middleware-Subrequest: middleware")]
    [InlineData("X-Override-URL: /admin")]
    [InlineData("X-HTTP-Host: inside.test")]
    [InlineData("X-Envoy-Original-Host: inside.test")]
    [InlineData("X-Host-Override: inside.test")]
    [InlineData("Forwarded-For: 127.0.0.1")]
    [InlineData("Forwarded-Host: inside.test")]
    [InlineData("X-Forward-For: 127.0.0.1")]
    [InlineData("Front-End-Https: on")]
    [InlineData("X-ProxyUser-Ip: 127.0.0.1")]
    [InlineData("X-Azure-ClientIp: 127.0.0.1")]
    [InlineData("Remote_User: admin")]
    [InlineData("X-Remote-User: admin")]
    public async Task A_field_that_is_not_the_upstreams_business_is_never_forwarded(string field)
    {
        var head = await ForwardedAsync($"{field}\r\nX-Kept: yes\r\n");
        Assert.DoesNotContain($"\n{field.Split(':')[0]}:", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Kept: yes\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: X-Hop")]
    [InlineData("Connection: x-hop, X-Other")]
    [InlineData("Connection: X-Other\r\nConnection: X-Hop")]
    public async Task A_field_that_connection_lists_is_hop_by_hop(string connection)
    {
        var head = await ForwardedAsync($"{connection}\r\nX-Hop: 1\r\nX-Kept: yes\r\n");
        Assert.DoesNotContain("X-Hop", head, StringComparison.Ordinal);
        Assert.Contains("X-Kept: yes\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: Host")]
    [InlineData("Connection: close, Host, Content-Length")]
    public async Task Connection_cannot_take_away_what_the_gate_itself_sets(string field) =>
        Assert.Contains("Host: raw.test\r\n", await ForwardedAsync($"{field}\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Sallyport-Denied: egress.not-allowed")]
    [InlineData("Alt-Svc: h3=\":443\"")]
    [InlineData("Proxy-Authenticate: Basic realm=\"give\"")]
    [InlineData("Sallyport_Denied: egress.not-allowed")]
    [InlineData("sallyport.decision: 1-1")]
    [InlineData("Alt_Svc: h3=\":443\"")]
    public async Task An_upstream_cannot_speak_as_the_gate_or_around_it(string field)
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        await stage.Raw.AnswerAsync($"HTTP/1.1 200 OK\r\n{field}\r\nX-Kept: yes\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var response = await client.ResponseAsync();
        Assert.Null(response.Header(field.Split(':')[0]));
        Assert.Equal("yes", response.Header("X-Kept"));
    }

    [Fact]
    public async Task A_content_type_in_its_own_spelling_passes() =>
        Assert.Contains("content-type: text/plain", await ForwardedAsync("content-type: text/plain\r\n"),
            StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Nor_in_trailers()
    {
        stage.Notes.On("/trailers", async context =>
        {
            await context.Response.Body.WriteAsync("page"u8.ToArray());
            foreach (var name in new[] { "sallyport-decision", "Sallyport_Denied", "alt-svc", "alt_svc", "x-sum" })
            {
                context.Response.AppendTrailer(name, "1-1");
            }
        });
        using var http = (await stage.OpenRunAsync()).Http(HttpVersion.Version20);
        using var response = await http.GetAsync(new Uri("https://safe.test/trailers"));
        Assert.Equal("page", await response.Content.ReadAsStringAsync());
        Assert.Equal("x-sum", Assert.Single(response.TrailingHeaders).Key);
    }

    [Fact]
    public async Task Several_fields_of_one_name_stay_several()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nSet-Cookie: a=1, b\r\nSet-Cookie: c=2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var head = (await client.ResponseAsync()).Head;
        Assert.Contains("Set-Cookie: a=1, b\r\nSet-Cookie: c=2\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_in_a_connect_does_not_reach_the_other_end_of_a_tunnel()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.TunnelAsync("pipe.test:443");
        using var upstream = await stage.Pipe.NextAsync();
        await client.SendAsync("first");
        Assert.Equal("first", await upstream.ReadAsync(5));
    }

    private async Task<string> ForwardedAsync(string fields)
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n{fields}\r\n");
        var (_, head) = await stage.Raw.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, (await client.ResponseAsync()).Status);
        return head;
    }
}
