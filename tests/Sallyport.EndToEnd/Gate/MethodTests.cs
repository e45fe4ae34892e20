using System.Net.Security;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Methods are case-sensitive (RFC 9110, 9.1): what is decided as 'delete' must not go out as DELETE.
public sealed class MethodTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("delete")]
    [InlineData("hEAD")]
    [InlineData("trace")]
    [InlineData("x-own")]
    public async Task A_method_with_small_letters_is_refused(string method)
    {
        var run = await stage.OpenRunAsync();
        var before = stage.Raw.Accepted;
        using var client = await run.ConnectAsync();
        await client.SendAsync($"{method} http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var response = await client.ResponseAsync();

        Assert.Equal(400, response.Status);
        Assert.Equal("http.method", response.Denied);
        Assert.Contains(method.ToUpperInvariant(), response.Body, StringComparison.Ordinal);
        Assert.Equal(before, stage.Raw.Accepted);
        var entry = await stage.EntryAsync(run, "verdict=deny");
        Assert.Equal("http.method", entry.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Over_HTTP2_too()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.InspectedAsync("safe.test", SslApplicationProtocol.Http2);
        await client.SendAsync(Http2.Preface + Http2.Headers(
            1,
            Http2.Flags.EndHeaders | Http2.Flags.EndStream,
            (":method", "delete"), (":scheme", "https"), (":path", "/"), (":authority", "safe.test")));
        await client.UntilAsync("urn:sallyport:http.method\"");
        var entry = await stage.EntryAsync(run, "verdict=deny");
        Assert.Equal("http.method", entry.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("PROPFIND")]
    [InlineData("M-SEARCH")]
    [InlineData("X_OWN2")]
    public async Task Any_other_method_goes_out_as_it_came(string method)
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"{method} http://raw.test/act HTTP/1.1\r\nHost: raw.test\r\n\r\n");
        var (_, head) = await stage.Raw.AnswerAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"{method} /act HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Equal(204, (await client.ResponseAsync()).Status);
    }
}
