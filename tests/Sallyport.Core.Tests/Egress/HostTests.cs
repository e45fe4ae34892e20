using System.Net;

namespace Sallyport.Egress.Tests;

public sealed class HostTests
{
    private static readonly string Label63 = new('a', 63);
    private static readonly string Name253 = string.Join('.', Label63, Label63, Label63, new string('a', 61));

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("EXAMPLE.Org", "example.org")]
    [InlineData("example.org.", "example.org")]
    [InlineData("foo_bar.example.org", "foo_bar.example.org")]
    [InlineData("_dmarc.example.org", "_dmarc.example.org")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("r3---sn-x.example", "r3---sn-x.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("1.example", "1.example")]
    [InlineData("0x.7f.example", "0x.7f.example")]
    [InlineData("0xg", "0xg")]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]", "[::1]")]
    [InlineData("[2001:DB8::A]", "[2001:db8::a]")]
    [InlineData("[::ffff:10.0.0.1]", "[::ffff:10.0.0.1]")]
    public void A_host_has_one_spelling(string text, string canonical)
    {
        Assert.True(Host.TryParse(text, out var host));
        Assert.Equal(canonical, host.Text);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(".", "is empty")]
    [InlineData("..", "empty label")]
    [InlineData("example.org..", "empty label")]
    [InlineData(".example.org", "empty label")]
    [InlineData("a..example.org", "empty label")]
    [InlineData("a@example.org", "user information")]
    [InlineData("a\\b.example", "backslash")]
    [InlineData("a%2eexample", "percent")]
    [InlineData("a#b", "fragment")]
    [InlineData("evil\0.example", "NUL")]
    [InlineData("a b", "white space")]
    [InlineData("a\tb", "white space")]
    [InlineData("a\x7f", "control character")]
    [InlineData("bücher.example", "outside ASCII")]
    [InlineData("127。0。0。1", "outside ASCII")]
    [InlineData("１２７.0.0.1", "outside ASCII")]
    [InlineData("-a.example", "'-'")]
    [InlineData("a-.example", "'-'")]
    [InlineData("*.example", "'*'")]
    [InlineData("a]b", "bracket")]
    [InlineData("a:b", "':'")]
    [InlineData("127.1", "number")]
    [InlineData("127.0.0.01", "number")]
    [InlineData("0177.0.0.1", "number")]
    [InlineData("127.0.0.0x1", "number")]
    [InlineData("2130706433", "number")]
    [InlineData("0x7f000001", "number")]
    [InlineData("0X7F000001", "number")]
    [InlineData("0x", "number")]
    [InlineData("256.0.0.1", "number")]
    [InlineData("1.2.3.4.5", "number")]
    [InlineData("1.2.3.4.", "number")]
    [InlineData("example.1", "number")]
    [InlineData("[::1", "brackets")]
    [InlineData("[]", "brackets")]
    [InlineData("[[::1]]", "brackets")]
    [InlineData("[::1%eth0]", "brackets")]
    [InlineData("[fe80::1%1]", "brackets")]
    [InlineData("[127.0.0.1]", "brackets")]
    [InlineData("[::ffff:0177.0.0.1]", "brackets")]
    [InlineData("[::ffff:127.1]", "brackets")]
    [InlineData("[1:2:3:4:5:6:7:8:9]", "brackets")]
    [InlineData("[example.org]", "brackets")]
    public void What_is_no_host_is_told_why(string text, string part)
    {
        Assert.False(Host.TryParse(text, out _, out var flaw));
        Assert.Contains(part, flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_may_have_253_characters_and_a_label_63()
    {
        Assert.Equal(253, Name253.Length);
        Assert.True(HostName.TryParse(Name253, out _));
        Assert.True(HostName.TryParse(Name253 + ".", out _));
        Assert.False(HostName.TryParse(Name253 + "a", out _));
        Assert.False(HostName.TryParse(new string('a', 64) + ".example", out _));
    }

    [Fact]
    public void Hosts_of_one_spelling_are_equal()
    {
        Assert.True(Host.TryParse("[0::1]", out var one));
        Assert.Equal(new HostAddress(IPAddress.IPv6Loopback), one);
        Assert.True(Host.TryParse("A.example.", out var name));
        Assert.True(Host.TryParse("a.EXAMPLE", out var same));
        Assert.Equal(name, same);
    }

    [Fact]
    public void An_excerpt_is_one_bounded_line_of_plain_characters()
    {
        Assert.Equal("plain", Excerpt.Of("plain"));
        Assert.Equal(@"a\u{1b}[31m\u{a}b", Excerpt.Of("a\x1b[31m\nb"));
        Assert.Equal(new string('x', Excerpt.LengthMax) + "...", Excerpt.Of(new string('x', Excerpt.LengthMax + 1)));
    }
}
