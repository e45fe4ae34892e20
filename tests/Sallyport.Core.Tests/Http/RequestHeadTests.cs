using System.Text;
using static Sallyport.Http.Tests.Heads;

namespace Sallyport.Http.Tests;

public sealed class RequestHeadTests
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    [Fact]
    public void A_head_is_read_as_it_was_sent()
    {
        Assert.True(RequestHead.TryParse(
            Bytes("PATCH /x?y HTTP/1.1\r\nhOST:\t a.test:8080 \r\nProxy-Authorization: Basic eA==\r\nContent-Length: 12\r\n\r\n"),
            out var head,
            out _));
        Assert.Equal("PATCH", Encoding.ASCII.GetString(head.Method));
        Assert.Equal("/x?y", Encoding.ASCII.GetString(head.Target));
        Assert.Equal("a.test:8080", Encoding.ASCII.GetString(head.Host));
        Assert.Equal("Basic eA==", Encoding.ASCII.GetString(head.ProxyAuthorization));
        Assert.Equal((BodyFraming.Length, 12, false), (head.Framing, head.ContentLength, head.IsVersion10));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", true)]
    [InlineData("GET / HTTP/1.0", true)]
    [InlineData("GET * HTTP/1.1", true)]
    [InlineData("CONNECT a.test:443 HTTP/1.1", true)]
    [InlineData("M-SEARCH / HTTP/1.1", true)]
    [InlineData("GET / HTTP/1.2", false)]
    [InlineData("GET / HTTP/2.0", false)]
    [InlineData("GET / HTTP/0.9", false)]
    [InlineData("GET / HTTP/1.1 ", false)]
    [InlineData("GET / HTTP/1.10", false)]
    [InlineData("GET / http/1.1", false)]
    [InlineData("GET / HTTP/11", false)]
    [InlineData("GET /", false)]
    [InlineData("GET HTTP/1.1", false)]
    [InlineData("GET  HTTP/1.1", false)]
    [InlineData("GET  / HTTP/1.1", false)]
    [InlineData("GET /  HTTP/1.1", false)]
    [InlineData("GET /a b HTTP/1.1", false)]
    [InlineData("GET\t/ HTTP/1.1", false)]
    [InlineData(" GET / HTTP/1.1", false)]
    [InlineData(" / HTTP/1.1", false)]
    [InlineData("/ HTTP/1.1", false)]
    [InlineData("G@T / HTTP/1.1", false)]
    [InlineData("GET: / HTTP/1.1", false)]
    [InlineData("", false)]
    [InlineData("\r\nGET / HTTP/1.1", false)]
    public void A_request_line_is_a_method_a_target_and_a_version_divided_by_single_spaces(string line, bool isTaken) =>
        Assert.Equal(isTaken ? null : "http.request-line", Code($"{line}\r\n{HostLine}\r\n"));

    [Fact]
    public void Only_visible_ASCII_stands_in_a_target() =>
        OnlyThese(value => $"GET /a{value}b HTTP/1.1\r\n{HostLine}\r\n", value => value is >= '!' and <= '~');

    [Fact]
    public void Only_token_characters_stand_in_a_method() =>
        OnlyThese(value => $"G{value}T / HTTP/1.1\r\n{HostLine}\r\n", value => TokenCharacters.Contains(value, StringComparison.Ordinal));

    // A colon ends the name, so a second one is the value's.
    [Fact]
    public void Only_token_characters_stand_in_a_field_name() =>
        OnlyThese(value => Get($"X{value}Y: v\r\n"), value => value == ':' || TokenCharacters.Contains(value, StringComparison.Ordinal));

    [Fact]
    public void Every_character_but_NUL_and_line_ends_stands_in_a_field_value() =>
        OnlyThese(value => Get($"X: v{value}w\r\n"), value => value is not ('\0' or '\r' or '\n'));

    [Theory]
    [InlineData("X: v\r\n", null)]
    [InlineData("X:v\r\n", null)]
    [InlineData("X:\r\n", null)]
    [InlineData("X : v\r\n", "http.field-name")]
    [InlineData("X\t: v\r\n", "http.field-name")]
    [InlineData(": v\r\n", "http.field-name")]
    [InlineData("X\r\n", "http.field-name")]
    [InlineData("X: v\r\n w\r\n", "http.field-name")]
    [InlineData("X: v\r\n\tw\r\n", "http.field-name")]
    [InlineData(" X: v\r\n", "http.field-name")]
    [InlineData("X: v\rY: w\r\n", "http.field-value")]
    [InlineData("X: v\nY: w\r\n", "http.field-value")]
    [InlineData("X: v\r\r\n", "http.field-value")]
    [InlineData("X: v\0w\r\n", "http.field-value")]
    public void A_field_is_one_line_with_a_name_directly_before_its_colon(string field, string? code) =>
        Assert.Equal(code, Code(Get(field)));

    [Theory]
    [InlineData("Content-Length: 0\r\n", BodyFraming.None, 0)]
    [InlineData("Content-Length: 4\r\n", BodyFraming.Length, 4)]
    [InlineData("Content-Length: 004\r\n", BodyFraming.Length, 4)]
    [InlineData("content-length:\t4 \r\n", BodyFraming.Length, 4)]
    [InlineData("Content-Length: 9223372036854775799\r\n", BodyFraming.Length, 9223372036854775799)]
    [InlineData("Transfer-Encoding: chunked\r\n", BodyFraming.Chunked, 0)]
    [InlineData("transfer-encoding:CHUNKED\r\n", BodyFraming.Chunked, 0)]
    [InlineData("", BodyFraming.None, 0)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.Upgrade, 0)]
    [InlineData("Connection: keep-alive,\tUPGRADE\r\nUpgrade: websocket\r\n", BodyFraming.Upgrade, 0)]
    [InlineData("Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.Upgrade, 0)]
    [InlineData("Content-Length: 0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.Upgrade, 0)]
    [InlineData("Content-Length: 1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.Length, 1)]
    [InlineData("Transfer-Encoding: chunked\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", BodyFraming.Chunked, 0)]
    [InlineData("Connection: upgrade\r\n", BodyFraming.None, 0)]
    [InlineData("Upgrade: websocket\r\n", BodyFraming.None, 0)]
    [InlineData("Connection: not-upgrade\r\nUpgrade: websocket\r\n", BodyFraming.None, 0)]
    public void A_body_is_delimited_in_one_way(string fields, BodyFraming framing, long length)
    {
        Assert.True(RequestHead.TryParse(Bytes(Post(fields)), out var head, out _));
        Assert.Equal((framing, length), (head.Framing, head.ContentLength));
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")]
    [InlineData("Content-Length: 4\r\nContent-Length: 4\r\n")]
    [InlineData("Content-Length: 4\r\nContent-Length: 5\r\n")]
    [InlineData("Content-Length: 4\r\ncontent-length: 4\r\n")]
    [InlineData("Content-Length: 4, 4\r\n")]
    [InlineData("Content-Length: +4\r\n")]
    [InlineData("Content-Length: -4\r\n")]
    [InlineData("Content-Length: 0x4\r\n")]
    [InlineData("Content-Length: a\r\n")]
    [InlineData("Content-Length: 4.0\r\n")]
    [InlineData("Content-Length: 4 4\r\n")]
    [InlineData("Content-Length: \u00b2\r\n")]
    [InlineData("Content-Length:\r\n")]
    [InlineData("Content-Length: \r\n")]
    [InlineData("Content-Length: 9223372036854775808\r\n")]
    [InlineData("Content-Length: 18446744073709551620\r\n")]
    [InlineData("Content-Length: 99999999999999999999999999\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: \u000bchunked\r\n")]
    [InlineData("Transfer-Encoding:\r\n")]
    public void A_body_that_two_parsers_could_delimit_differently_is_refused(string fields) =>
        Assert.Equal("http.framing", Code(Post(fields)));

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n", "http.framing")]
    [InlineData("Content-Length: 4\r\n", null)]
    public void HTTP_1_0_knows_lengths_and_no_transfer_codings(string fields, string? code) =>
        Assert.Equal(code, Code($"POST / HTTP/1.0\r\n{HostLine}{fields}\r\n"));

    [Theory]
    [InlineData("GET / HTTP/1.1", "", "http.host")]
    [InlineData("GET / HTTP/1.1", "Host: a.test\r\nHost: a.test\r\n", "http.host")]
    [InlineData("GET / HTTP/1.1", "Host: a.test\r\nhost: b.test\r\n", "http.host")]
    [InlineData("GET / HTTP/1.1", "Host: a.test\r\n", null)]
    [InlineData("GET / HTTP/1.1", "Host:\r\n", null)]
    [InlineData("GET / HTTP/1.0", "", null)]
    [InlineData("GET http://a.test/ HTTP/1.0", "", null)]
    [InlineData("GET / HTTP/1.0", "Host: a.test\r\nHost: a.test\r\n", "http.host")]
    public void There_is_exactly_one_Host_unless_the_version_knows_none(string line, string fields, string? code) =>
        Assert.Equal(code, Code($"{line}\r\n{fields}\r\n"));

    [Theory]
    [InlineData("http://a.test/", "a.test", true)]
    [InlineData("http://A.TEST/", "a.test", true)]
    [InlineData("HTTP://a.test/", "A.test", true)]
    [InlineData("http://a.test:80/", "a.test", true)]
    [InlineData("http://a.test/", "a.test:80", true)]
    [InlineData("http://a.test:8080/", "a.test:8080", true)]
    [InlineData("http://a.test", "a.test", true)]
    [InlineData("http://a.test?q", "a.test", true)]
    [InlineData("http://[::1]/", "[::1]:80", true)]
    [InlineData("http://a.test/", "b.test", false)]
    [InlineData("http://a.test/", "a.test.b.test", false)]
    [InlineData("http://a.test/", "a.tes", false)]
    [InlineData("http://a.test/", "a.test:8080", false)]
    [InlineData("http://a.test:8080/", "a.test", false)]
    [InlineData("http://a.test:8080/", "a.test:80", false)]
    [InlineData("http://a.test/", "a.test.", false)]
    [InlineData("http://a.test/", "a.test, b.test", false)]
    [InlineData("http://a.test/", "x@a.test", false)]
    [InlineData("http://b.test@a.test/", "a.test", false)]
    [InlineData("http://a.test#@b.test/", "b.test", false)]
    [InlineData("http://a.test/", "", false)]
    public void Host_and_absolute_form_name_the_same_authority(string target, string host, bool isTaken) =>
        Assert.Equal(isTaken ? null : "http.host", Code($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));

    [Theory]
    [InlineData(RequestHead.LineBytesMax - 1, null)]
    [InlineData(RequestHead.LineBytesMax, null)]
    [InlineData(RequestHead.LineBytesMax + 1, "http.line-too-long")]
    public void A_request_line_has_a_limit(int length, string? code) =>
        Assert.Equal(code, Code($"GET /{new string('a', length - "GET / HTTP/1.1".Length)} HTTP/1.1\r\n{HostLine}\r\n"));

    [Theory]
    [InlineData(RequestHead.BytesMax - 1, null)]
    [InlineData(RequestHead.BytesMax, null)]
    [InlineData(RequestHead.BytesMax + 1, "http.line-too-long")]
    public void A_head_has_a_limit(int length, string? code) =>
        Assert.Equal(code, Code(Get($"X: {new string('a', length - Get("X: \r\n").Length)}\r\n")));

    [Theory]
    [InlineData(RequestHead.FieldsMax - 1, null)]
    [InlineData(RequestHead.FieldsMax, null)]
    [InlineData(RequestHead.FieldsMax + 1, "http.too-many-fields")]
    public void The_number_of_fields_has_a_limit(int count, string? code) =>
        Assert.Equal(code, Code(Get(string.Concat(Enumerable.Repeat("X: v\r\n", count - 1)))));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test")]
    [InlineData("GET / HTTP/1.1\r\n")]
    public void A_head_without_its_blank_line_is_refused(string head) => Assert.Equal("http.unterminated", Code(head));

    private static void OnlyThese(Func<char, string> head, Func<char, bool> isTaken)
    {
        for (var value = '\0'; value <= '\u00ff'; value++)
        {
            Assert.True(isTaken(value) == (Code(head(value)) is null), $"byte 0x{(int)value:x2}: {Code(head(value)) ?? "taken"}");
        }
    }
}
