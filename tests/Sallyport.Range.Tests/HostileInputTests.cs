using System.Net;
using System.Net.Sockets;
using System.Text;
using Sallyport.Range.Network;

namespace Sallyport.Range.Tests;

public sealed class HostileInputTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Theory]
    [InlineData("posts?limit=999999", 100)]
    [InlineData("posts?limit=99999999999999999999999999", 100)]
    [InlineData("posts?limit=0", 1)]
    [InlineData("posts?limit=-5", 1)]
    [InlineData("posts?limit=abc", 25)]
    [InlineData("posts?limit=", 25)]
    [InlineData("posts?limit=1&limit=2", 1)]
    [InlineData("posts?offset=-3&limit=2", 2)]
    [InlineData("posts?offset=99999999999999999999", 0)]
    [InlineData("posts?sort=%00&limit=3", 3)]
    [InlineData("posts?submolt=%00%ff", 0)]
    [InlineData("search?q=%00", 0)]
    [InlineData("search?q=%F0%9F%92&limit=999999999999999999999", 0)]
    public async Task Odd_parameters_are_read_as_the_live_server_reads_them(string path, int count) =>
        Assert.Equal(count, (await range.GetAsync(path)).Number("count"));

    [Theory]
    [InlineData("posts?cursor=x")]
    [InlineData("posts?cursor=%00")]
    [InlineData("posts?cursor=////")]
    [InlineData("posts?cursor=aG90OjEyMw")]
    [InlineData("posts?cursor=aG90OjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA")]
    [InlineData("submolts?cursor=bad")]
    [InlineData("search?q=a&cursor=bad")]
    public async Task A_cursor_that_was_never_given_is_refused(string path)
    {
        var error = await range.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal("Invalid cursor", error.Text("error"));
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var cursor = (await range.GetAsync("posts?sort=new")).Text("next_cursor");

        await range.GetAsync($"posts?sort=top&cursor={cursor}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_very_long_cursor_is_refused() =>
        await range.GetAsync("posts?cursor=" + new string('A', 6000), HttpStatusCode.BadRequest);

    [Fact]
    public void Every_cursor_reads_back()
    {
        var cursor = new Cursor("hot", Guid.Parse("11111111-1111-4111-8111-111111111111"));

        Assert.Equal(cursor, Cursor.Parse(cursor.ToString()));
    }

    [Theory]
    [InlineData("api/v1/nothing", "GET")]
    [InlineData("openapi.json", "GET")]
    [InlineData("api/v1/posts", "PATCH")]
    [InlineData("api/v1/stats", "DELETE")]
    public async Task An_unknown_path_or_method_is_an_html_page(string path, string method)
    {
        using var client = range.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), "https://www.moltbook.com/" + path);
        using var response = await client.SendAsync(request, Runner.Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_path_with_markup_is_shown_as_text()
    {
        using var client = range.NewClient();
        using var response = await client.GetAsync(
            "https://www.moltbook.com/%3Cscript%3Ealert(1)%3C/script%3E", Runner.Cancellation);
        var page = await response.Content.ReadAsStringAsync(Runner.Cancellation);

        Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET /api/v1/posts HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", "421")]
    [InlineData("GET /api/v1/posts HTTP/1.1\r\nHost: www.moltbook.com\r\nHost: moltbook.com\r\n\r\n", "400")]
    [InlineData("GET /api/v1/posts\0 HTTP/1.1\r\nHost: www.moltbook.com\r\n\r\n", "400")]
    [InlineData("GET /api/v1/search?q=\u0001 HTTP/1.1\r\nHost: www.moltbook.com\r\n\r\n", "200")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public async Task A_malformed_request_has_a_definite_answer_and_the_range_goes_on(string head, string status)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(range.Server.ListenPlain!, Runner.Cancellation);
        await socket.SendAsync(Encoding.Latin1.GetBytes(head), Runner.Cancellation);
        var buffer = new byte[1024];
        var count = await socket.ReceiveAsync(buffer, Runner.Cancellation);

        Assert.StartsWith($"HTTP/1.1 {status}", Encoding.Latin1.GetString(buffer, 0, count), StringComparison.Ordinal);
        await range.GetAsync("stats");
    }
}
