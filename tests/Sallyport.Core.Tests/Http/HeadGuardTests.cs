using static Sallyport.Http.Tests.Heads;

namespace Sallyport.Http.Tests;

public sealed class HeadGuardTests
{
    private const string Next = "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static readonly string Chunked = Post("Transfer-Encoding: chunked\r\n");

    [Theory]
    [InlineData("http.framing", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("http.framing", "Content-Length: +4\r\n\r\n")]
    [InlineData("http.field-name", "X : v\r\n\r\n")]
    [InlineData("http.field-name", "X: v\r\n w\r\n\r\n")]
    [InlineData("http.field-value", "X: v\rw\r\n\r\n")]
    [InlineData("http.field-value", "X: v\nw: x\r\n\r\n")]
    [InlineData("http.host", "Host: a.test\r\n\r\n")]
    public void Of_a_head_that_is_refused_nothing_is_approved(string code, string fields) =>
        Assert.Equal(new Walk(0, code), AtOnce(Bytes($"POST / HTTP/1.1\r\n{HostLine}{fields}")));

    [Theory]
    [InlineData("GET / HTTP/1.1\n")]
    [InlineData("\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\n\n")]
    [InlineData("GET / HTTP/1.1\nHost: a.test\n\nGET / HTTP/1.1\r\nHost: b.test\r\n")]
    public void A_bare_LF_is_refused_at_once_and_not_when_the_head_is_whole(string text) =>
        Assert.Equal(new Walk(0, "http.bare-lf"), AtOnce(Bytes(text)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("G")]
    [InlineData("\r")]
    public void A_head_that_is_not_whole_is_waited_for(string text) => Assert.Equal(new Walk(0, null), AtOnce(Bytes(text)));

    [Theory]
    [InlineData(RequestHead.BytesMax, null)]
    [InlineData(RequestHead.BytesMax + 1, "http.head-too-long")]
    public void A_head_without_an_end_is_waited_for_up_to_its_limit(int length, string? code) =>
        Assert.Equal(new Walk(0, code), AtOnce(Bytes(Get("X: ").TrimEnd() + new string('a', length - Get("X: ").TrimEnd().Length))));

    [Theory]
    [InlineData(RequestHead.BytesMax, null)]
    [InlineData(RequestHead.BytesMax + 1, "http.head-too-long")]
    public void A_whole_head_has_the_same_limit(int length, string? code) => Assert.Equal(
        new Walk(code is null ? length : 0, code), AtOnce(Bytes(Get($"X: {new string('a', length - Get("X: \r\n").Length)}\r\n"))));

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;name=value\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 ;name\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0005\r\nhello\r\n000\r\n\r\n")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n")]
    [InlineData("0\r\nX: v\r\nY: w\r\n\r\n")]
    [InlineData("0;last\r\n\r\n")]
    public void A_chunked_body_is_walked_to_its_end_and_the_next_request_after_it(string body) =>
        Assert.Equal(new Walk(Chunked.Length + body.Length + Next.Length, null), AtOnce(Bytes(Chunked + body + Next)));

    [Theory]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData(" 1\r\n")]
    [InlineData("0x1\r\n")]
    [InlineData("1_0\r\n")]
    [InlineData("g\r\n")]
    [InlineData("\r\n")]
    [InlineData(";x\r\n")]
    [InlineData("\u00b2\r\n")]
    [InlineData("1\0\r\n")]
    [InlineData("1\n")]
    [InlineData("1;a\nb\r\n")]
    [InlineData("1;a\rb\r\n")]
    [InlineData("1\r\r\n")]
    [InlineData("\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("0000000000000001\r\n")]
    public void A_chunk_size_is_up_to_15_hexadecimal_digits_on_a_line_of_its_own(string line) =>
        Assert.Equal(new Walk(Chunked.Length, "http.chunked"), AtOnce(Bytes(Chunked + line)));

    [Fact]
    public void The_largest_chunk_size_is_waited_for() =>
        Assert.Equal(
            new Walk(Chunked.Length + 17 + 3, null), AtOnce(Bytes(Chunked + "fffffffffffffff\r\nabc")));

    [Theory]
    [InlineData("hellox\r\n")]
    [InlineData("hello\n0\r\n")]
    [InlineData("hello\rx")]
    [InlineData("hello0\r\n")]
    public void A_chunk_ends_with_CRLF_where_its_size_says(string data) =>
        Assert.Equal(new Walk(Chunked.Length + 3 + 5, "http.chunked"), AtOnce(Bytes(Chunked + "5\r\n" + data)));

    // The limit counts the CR and not the LF.
    [Theory]
    [InlineData(HeadGuard.ChunkLineBytesMax - 1, true)]
    [InlineData(HeadGuard.ChunkLineBytesMax, true)]
    [InlineData(HeadGuard.ChunkLineBytesMax + 1, false)]
    public void A_chunk_line_has_a_limit(int length, bool isTaken)
    {
        var line = $"1;{new string('x', length - 3)}\r\n";
        Assert.Equal(
            new Walk(Chunked.Length + (isTaken ? line.Length + 1 : 0), isTaken ? null : "http.chunked"), AtOnce(Bytes(Chunked + line + "a")));
    }

    [Theory]
    [InlineData(HeadGuard.ChunkLineBytesMax, null)]
    [InlineData(HeadGuard.ChunkLineBytesMax + 1, "http.chunked")]
    public void A_chunk_line_without_an_end_is_waited_for_up_to_its_limit(int length, string? code) =>
        Assert.Equal(new Walk(Chunked.Length, code), AtOnce(Bytes(Chunked + "1;" + new string('x', length - 2))));

    [Theory]
    [InlineData("X: v\n")]
    [InlineData("X: v\nY: w\r\n")]
    [InlineData("X: v\rY: w\r\n")]
    [InlineData("X: v\0w\r\n")]
    [InlineData("X : v\r\n")]
    [InlineData(" X: v\r\n")]
    [InlineData("no colon\r\n")]
    [InlineData(": v\r\n")]
    [InlineData("GET / HTTP/1.1\r\n")]
    public void A_trailer_is_a_header_field(string trailer) =>
        Assert.Equal(new Walk(Chunked.Length + 3, "http.chunked"), AtOnce(Bytes(Chunked + "0\r\n" + trailer + "\r\n")));

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "http.chunked")]
    public void Trailers_share_the_limit_of_heads(int over, string? code)
    {
        var line = $"X: {new string('v', 4091)}\r\n";
        var lines = string.Concat(Enumerable.Repeat(line, 7)) + $"X: {new string('v', RequestHead.BytesMax - (7 * line.Length) - 7 + over)}\r\n";
        var walk = AtOnce(Bytes(Chunked + "0\r\n" + lines + "\r\n"));
        Assert.Equal(code, walk.Code);
    }

    [Theory]
    [InlineData(RequestHead.LineBytesMax, null)]
    [InlineData(RequestHead.LineBytesMax + 1, "http.chunked")]
    public void A_trailer_has_the_limit_of_a_request_line(int length, string? code) =>
        Assert.Equal(code, AtOnce(Bytes(Chunked + $"0\r\nX: {new string('v', length - 4)}\r\n\r\n")).Code);

    [Fact]
    public void A_fault_leaves_the_requests_before_it_approved()
    {
        var before = Next + Post("Content-Length: 5\r\n") + "hello";
        Assert.Equal(new Walk(before.Length, "http.framing"), AtOnce(Bytes(before + Post("Content-Length: +5\r\n") + "hello")));
    }

    [Fact]
    public void The_bytes_of_a_body_are_not_read_as_a_head()
    {
        const string body = "GET / HTTP/1.1\nHost: x\n\n";
        var text = Post($"Content-Length: {body.Length}\r\n") + body + Next;
        Assert.Equal(new Walk(text.Length, null), AtOnce(Bytes(text)));
    }

    [Fact]
    public void What_follows_an_upgrade_is_not_HTTP_any_more()
    {
        var text = Get("Connection: upgrade\r\nUpgrade: websocket\r\n") + "\n\0\u0081 GET / HTTP/1.1\n\n";
        Assert.Equal(new Walk(text.Length, null), AtOnce(Bytes(text)));
    }

    [Fact]
    public void A_fault_is_found_again_however_often_it_is_asked()
    {
        var guard = new HeadGuard();
        var arrived = Segmented(Bytes(Get("X : v\r\n")), 7);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(0, guard.Approve(arrived, out var fault));
            Assert.Equal("http.field-name", fault?.Code);
        }
    }

    [Fact]
    public void Nothing_arrived_is_nothing_approved() => Assert.Equal(new Walk(0, null), AtOnce([]));
}
