using System.Text;
using System.Text.Json;

namespace Sallyport.Mcp.Tests;

public sealed class StrictJsonTests
{
    private static readonly JsonBounds Small = JsonBounds.Call with
    {
        BytesMax = 64,
        DepthMax = 3,
        NodesMax = 8,
        WidthMax = 4,
        NameLengthMax = 5,
    };

    [Theory]
    [InlineData("""{"a": 1, "b": [true, null, "x"]}""", null)]
    [InlineData("""{"a": 1, "\u0061": 2}""", "call.duplicate-key")]
    [InlineData("""{"a": {"b": 1, "b": 1}}""", "call.duplicate-key")]
    [InlineData("""["\ud800"]""", "call.invalid-text")]
    [InlineData("""{"\udc00": 1}""", "call.invalid-text")]
    [InlineData("""["\ud83d\ude00"]""", null)]
    [InlineData("""[1e308]""", null)]
    [InlineData("""[1e309]""", "call.number-range")]
    [InlineData("""[1e99999999999]""", "call.number-range")]
    [InlineData("""[1e-99999999999]""", "call.number-range")]
    [InlineData("""{"a":}""", "call.malformed")]
    [InlineData("""{} {}""", "call.malformed")]
    [InlineData("""[1,]""", "call.malformed")]
    [InlineData("""// no""", "call.malformed")]
    [InlineData("", "call.malformed")]
    [InlineData("[[[1]]]", null)]
    [InlineData("[[[[]]]]", "call.too-deep")]
    [InlineData("[1, 2, 3, 4]", null)]
    [InlineData("[1, 2, 3, 4, 5]", "call.too-large")]
    [InlineData("""{"a":1,"b":1,"c":1,"d":1,"e":1}""", "call.too-large")]
    [InlineData("[[1,2],[3,4],5]", null)]
    [InlineData("[[1,2],[3,4],5,6]", "call.too-large")]
    [InlineData("""{"abcde": 1}""", null)]
    [InlineData("""{"abcdef": 1}""", "call.too-large")]
    public void What_has_one_meaning_is_read(string text, string? code) =>
        Assert.Equal(code, Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_bound_on_bytes_is_exact()
    {
        Assert.Null(Read(Encoding.UTF8.GetBytes($"\"{new string('x', 62)}\"")));
        Assert.Equal("call.too-large", Read(Encoding.UTF8.GetBytes($"\"{new string('x', 63)}\"")));
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused() =>
        Assert.Equal("call.invalid-text", Read([(byte)'"', 0xC3, 0x28, (byte)'"']));

    [Fact]
    public void A_million_brackets_are_a_fault_and_not_a_stack_overflow() =>
        Assert.False(StrictJson.TryParse(
            Encoding.UTF8.GetBytes(new string('[', 1_000_000)), JsonBounds.Call, out _, out _));

    [Fact]
    public void A_number_may_have_64_characters()
    {
        var bounds = Small with { BytesMax = 1000 };
        Assert.True(StrictJson.TryParse(Encoding.UTF8.GetBytes(new string('1', 64)), bounds, out _, out _));
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(new string('1', 65)), bounds, out _, out _));
    }

    [Fact]
    public void A_fault_names_the_place_and_not_the_value()
    {
        Assert.False(StrictJson.TryParse(
            "{\"a/b\": [0, {\"k\": 1, \"k\": \"secret\"}]}"u8, JsonBounds.Call, out _, out var fault));
        Assert.Contains("/a~1b/1/k", fault.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_of_a_pooled_document_outlives_it()
    {
        StrictJson? json;
        using (var document = JsonDocument.Parse("""{"a": {"b": "kept"}}"""))
        {
            Assert.True(StrictJson.TryCheck(
                document.RootElement.GetProperty("a"), JsonBounds.Call, out json, out _));
        }

        Assert.Equal("kept", json.Root.GetProperty("b").GetString());
    }

    private static string? Read(byte[] utf8) =>
        StrictJson.TryParse(utf8, Small, out _, out var fault) ? null : fault.Code;
}
