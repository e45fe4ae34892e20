namespace Sallyport.Egress.Tests;

public sealed class TargetTests
{
    [Theory]
    [InlineData("http://example.org/", "http://example.org/")]
    [InlineData("HTTP://EXAMPLE.ORG", "http://example.org/")]
    [InlineData("http://example.org:80/a", "http://example.org/a")]
    [InlineData("http://example.org:443/a", "http://example.org:443/a")]
    [InlineData("http://example.org?q=1", "http://example.org/?q=1")]
    [InlineData("http://example.org/a?b=c/../d?e", "http://example.org/a?b=c/../d?e")]
    [InlineData("http://example.org/%7Euser", "http://example.org/%7Euser")]
    [InlineData("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/")]
    [InlineData("http://10.0.0.5/", "http://10.0.0.5/")]
    public void An_absolute_form_has_one_canonical_text_that_reads_back_to_itself(string text, string canonical)
    {
        Assert.True(Target.TryFromAbsoluteForm(text, out var target, out _));
        Assert.Equal(canonical, target.ToString());
        Assert.True(Target.TryFromAbsoluteForm(canonical, out var again, out _));
        Assert.Equal(target, again);
    }

    [Theory]
    [InlineData("https://example.org/", "does not begin with http://")]
    [InlineData("ftp://example.org/", "does not begin with http://")]
    [InlineData("/path", "does not begin with http://")]
    [InlineData("*", "does not begin with http://")]
    [InlineData("", "does not begin with http://")]
    [InlineData("example.org:443", "does not begin with http://")]
    [InlineData("http:/example.org/", "does not begin with http://")]
    [InlineData("http://user@example.org/", "user information")]
    [InlineData("http://user:secret@example.org/", "user information")]
    [InlineData("http://evil.example\\@example.org/", "user information")]
    [InlineData("http://evil.example\\.example.org/", "backslash")]
    [InlineData("http://example.org/#f", "fragment")]
    [InlineData("http://example.org#f", "fragment")]
    [InlineData("http://example.org/?a#f", "fragment")]
    [InlineData("http://example.org:/", "no port")]
    [InlineData("http://example.org:0/", "no port")]
    [InlineData("http://example.org:080/", "no port")]
    [InlineData("http://2001:db8::1/", "no port")]
    [InlineData("http:///", "is empty")]
    [InlineData("http://example.org/a b", "U+0020")]
    [InlineData("http://example.org/\0x", "U+0000")]
    [InlineData("http://example.org/\r\nX: y", "U+000D")]
    [InlineData("http://example.org/é", "U+00E9")]
    public void What_is_no_absolute_form_is_told_why(string text, string part)
    {
        Assert.False(Target.TryFromAbsoluteForm(text, out _, out var fault));
        Assert.Equal("target.malformed", fault.Code);
        Assert.Contains(part, fault.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.org:443", "https://example.org")]
    [InlineData("EXAMPLE.org.:443", "https://example.org")]
    [InlineData("example.org:1", "https://example.org:1")]
    [InlineData("example.org:65535", "https://example.org:65535")]
    [InlineData("example.org:80", "https://example.org:80")]
    [InlineData("[::1]:443", "https://[::1]")]
    public void An_authority_has_no_path_and_reads_back_to_itself(string text, string canonical)
    {
        Assert.True(Target.TryFromAuthority(text, out var target, out _));
        Assert.True(target.IsAuthority);
        Assert.Equal(canonical, target.ToString());
        Assert.True(Target.TryFromAuthority(target.HostAndPort, out var again, out _));
        Assert.Equal(target, again);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("example.org:")]
    [InlineData("example.org:0")]
    [InlineData("example.org:65536")]
    [InlineData("example.org:99999")]
    [InlineData("example.org:100000")]
    [InlineData("example.org:0443")]
    [InlineData("example.org:+443")]
    [InlineData("example.org:-1")]
    [InlineData("example.org: 443")]
    [InlineData("example.org:443 ")]
    [InlineData("example.org:https")]
    [InlineData("example.org:4４3")]
    [InlineData("example.org:443:443")]
    [InlineData(":443")]
    [InlineData("")]
    [InlineData("::1:443")]
    [InlineData("[::1]443")]
    [InlineData("[::1]")]
    [InlineData("[[::1]]:443")]
    [InlineData("[fe80::1%25eth0]:443")]
    [InlineData("a@example.org:443")]
    [InlineData("http://example.org:443/")]
    [InlineData("example.org:443/")]
    [InlineData("evil.example\0.example.org:443")]
    public void What_is_no_authority_is_a_fault(string text)
    {
        Assert.False(Target.TryFromAuthority(text, out _, out var fault));
        Assert.Equal("target.malformed", fault.Code);
    }

    [Fact]
    public void A_request_in_a_tunnel_has_the_tunnels_host_and_its_own_path()
    {
        Assert.True(Target.TryFromAuthority("example.org:8443", out var tunnel, out _));
        Assert.True(Target.TryFromTunnel(tunnel, "/a/b?c=d", out var target, out _));
        Assert.Equal("https://example.org:8443/a/b?c=d", target.ToString());
        Assert.Equal("/a/b", target.Path);
        Assert.False(target.IsAuthority);
        Assert.Throws<ArgumentException>(() => Target.TryFromTunnel(target, "/", out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("a")]
    [InlineData("https://evil.example/")]
    [InlineData("?q")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    public void A_request_in_a_tunnel_is_in_origin_form(string path)
    {
        Assert.True(Target.TryFromAuthority("example.org:443", out var tunnel, out _));
        Assert.False(Target.TryFromTunnel(tunnel, path, out _, out var fault));
        Assert.Equal("target.malformed", fault.Code);
    }

    [Fact]
    public void A_target_has_a_longest_length()
    {
        var longest = "http://example.org/" + new string('a', Target.LengthMax - "http://example.org/".Length);
        Assert.True(Target.TryFromAbsoluteForm(longest, out _, out _));
        Assert.False(Target.TryFromAbsoluteForm(longest + "a", out _, out var fault));
        Assert.Contains("8193", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b/", "/a/b/")]
    [InlineData("/%61%2Db", "/a-b")]
    [InlineData("/%7euser", "/~user")]
    [InlineData("/%40scope/x", "/@scope/x")]
    [InlineData("/caf%c3%a9", "/caf%C3%A9")]
    [InlineData("/a%20b", "/a%20b")]
    [InlineData("/100%25", "/100%25")]
    [InlineData("/100%25/x", "/100%25/x")]
    [InlineData("/100%25%2Dx", "/100%25-x")]
    [InlineData("/%25%25", "/%25%25")]
    [InlineData("/...", "/...")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/a..b", "/a..b")]
    [InlineData("/a%3Fb", "/a%3Fb")]
    [InlineData("/?a/../b;c%2f//", "/")]
    public void Equivalent_paths_are_one_to_the_rules_and_forwarded_as_sent(string sent, string normal)
    {
        var target = Request(sent);
        Assert.Equal(normal, target.Path);
        Assert.Equal(sent, target.PathAndQuery);
        Assert.Equal(PathFlaw.None, target.PathFlaw);
        Assert.Null(target.PathFault);
    }

    [Theory]
    [InlineData("/.", PathFlaw.DotSegment)]
    [InlineData("/..", PathFlaw.DotSegment)]
    [InlineData("/a/../b", PathFlaw.DotSegment)]
    [InlineData("/a/./b", PathFlaw.DotSegment)]
    [InlineData("/a/%2e%2E/b", PathFlaw.DotSegment)]
    [InlineData("/a/.%2e", PathFlaw.DotSegment)]
    [InlineData("/a/%2e%2e%2fadmin", PathFlaw.DotSegment)]
    [InlineData("/a/..%5cadmin", PathFlaw.DotSegment)]
    [InlineData("/a/..\\admin", PathFlaw.DotSegment)]
    [InlineData("/a/..;/admin", PathFlaw.DotSegment)]
    [InlineData("/a/..%3bx/admin", PathFlaw.DotSegment)]
    [InlineData("/a/%252e%252e/admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25252e./admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25%32%65%25%32%65/admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25%32e%25%32e/admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25%32%65%25%32%65%25%32%66admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25%2532e%25%2532e/admin", PathFlaw.DotSegment)]
    [InlineData("/a/%25%25%33%32%65./admin", PathFlaw.DotSegment)]
    [InlineData("/a/%%32%65%2%65/admin", PathFlaw.DotSegment)]
    [InlineData("/a/..;%/admin", PathFlaw.DotSegment)]
    [InlineData("/a//../b", PathFlaw.DotSegment)]
    [InlineData("/a/..%00/b", PathFlaw.DotSegment)]
    [InlineData("//a", PathFlaw.EmptySegment)]
    [InlineData("/a//b", PathFlaw.EmptySegment)]
    [InlineData("/a//", PathFlaw.EmptySegment)]
    [InlineData("/a\\b", PathFlaw.Backslash)]
    [InlineData("/a%2fb", PathFlaw.EncodedSeparator)]
    [InlineData("/a%5Cb", PathFlaw.EncodedSeparator)]
    [InlineData("/a;b=c/d", PathFlaw.Parameter)]
    [InlineData("/a%3bb", PathFlaw.Parameter)]
    [InlineData("/a%", PathFlaw.BrokenEncoding)]
    [InlineData("/a%4", PathFlaw.BrokenEncoding)]
    [InlineData("/a%zz", PathFlaw.BrokenEncoding)]
    [InlineData("/a%00b", PathFlaw.EncodedControl)]
    [InlineData("/a%0d%0ab", PathFlaw.EncodedControl)]
    [InlineData("/a%7f", PathFlaw.EncodedControl)]
    [InlineData("/a%2541", PathFlaw.DoubleEncoding)]
    [InlineData("/%25%37%30rivate/x", PathFlaw.DoubleEncoding)]
    [InlineData("/%25%370rivate/x", PathFlaw.DoubleEncoding)]
    [InlineData("/%257%30rivate/x", PathFlaw.DoubleEncoding)]
    [InlineData("/a%25%32%66b", PathFlaw.DoubleEncoding)]
    public void A_path_that_servers_read_differently_says_so(string sent, PathFlaw flaw)
    {
        var target = Request(sent);
        Assert.Equal(flaw, target.PathFlaw);
        Assert.Equal(sent, target.PathAndQuery);
        Assert.Equal("target.path-not-canonical", target.PathFault?.Code);
    }

    [Fact]
    public void A_path_may_have_256_segments()
    {
        var deepest = string.Concat(Enumerable.Repeat("/a", 256));
        Assert.Equal(PathFlaw.None, Request(deepest).PathFlaw);
        Assert.Equal(PathFlaw.TooDeep, Request(deepest + "/a").PathFlaw);
    }

    private static Target Request(string pathAndQuery)
    {
        Assert.True(Target.TryFromAuthority("example.org:443", out var tunnel, out _));
        Assert.True(Target.TryFromTunnel(tunnel, pathAndQuery, out var target, out var fault), fault?.Detail);
        return target;
    }
}
