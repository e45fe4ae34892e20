using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Mcp.Tests;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_sample_of_RFC_8785_comes_out_byte_for_byte() => Assert.Equal(
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"""
            + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
        Canonical("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """, CanonicalNumbers.Rfc8785));

    [Fact]
    public void Members_stand_in_the_order_of_UTF_16_units()
    {
        var text = Canonical("""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """, CanonicalNumbers.Rfc8785);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(
            "Carriage Return, One, Control, Latin Small Letter O With Diaeresis, Euro Sign, "
                + "Emoji: Grinning Face, Hebrew Letter Dalet With Dagesh",
            string.Join(", ", document.RootElement.EnumerateObject().Select(member => member.Value.GetString())));
    }

    // RFC 8785, appendix B.
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Doubles_are_printed_as_appendix_B_prints_them(string bits, string expected)
    {
        var number = BitConverter.UInt64BitsToDouble(
            ulong.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        var text = number.ToString("E17", CultureInfo.InvariantCulture);
        Assert.Equal(expected, Canonical(text, CanonicalNumbers.Rfc8785));
        Assert.Equal(expected, Canonical(expected, CanonicalNumbers.Exact));
    }

    [Theory]
    [InlineData("9007199254740993", "9007199254740993", "9007199254740992")]
    [InlineData("0.10000000000000000001", "0.10000000000000000001", "0.1")]
    public void Exact_numbers_are_not_rounded(string text, string exact, string rounded)
    {
        Assert.Equal(exact, Canonical(text, CanonicalNumbers.Exact));
        Assert.Equal(rounded, Canonical(text, CanonicalNumbers.Rfc8785));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("0.000")]
    [InlineData("-0e99999999999999")]
    public void Every_zero_is_one_zero(string text) => Assert.Equal("0", Canonical(text, CanonicalNumbers.Exact));

    private static string Canonical(string text, CanonicalNumbers numbers) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(Texts.Strict(text), numbers));
}
