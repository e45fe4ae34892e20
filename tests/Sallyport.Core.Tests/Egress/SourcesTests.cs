using System.Net;
using Sallyport.Flow;

namespace Sallyport.Egress.Tests;

public sealed class SourcesTests
{
    [Theory]
    [InlineData("a.test", "exact")]
    [InlineData("b.a.test", "below")]
    [InlineData("d.c.a.test", "deeper")]
    [InlineData("c.a.test", "below")]
    [InlineData("ba.test", "undeclared")]
    [InlineData("10.1.2.3", "narrow")]
    [InlineData("10.2.2.3", "wide")]
    [InlineData("11.0.0.1", "undeclared")]
    public void The_narrowest_pattern_names_the_source(string host, string source)
    {
        Assert.True(Host.TryParse(host, out var parsed));
        var sources = Declared(
            ("*.a.test", "below"),
            ("a.test", "exact"),
            ("*.c.a.test", "deeper"),
            ("10.0.0.0/8", "wide"),
            ("10.1.0.0/16", "narrow"));
        Assert.Equal(source, sources.Of(parsed).Source.Name);
    }

    [Theory]
    [InlineData("a.test", "exact")]
    [InlineData("*.c.a.test", "deeper")]
    [InlineData("*.x.a.test", "below")]
    [InlineData("*.a.test", null)]
    [InlineData("*.b.test", "undeclared")]
    [InlineData("10.1.0.0/16", "narrow")]
    [InlineData("10.0.0.0/8", null)]
    public void A_pattern_has_one_upstream_or_several(string pattern, string? source)
    {
        Assert.True(HostPattern.TryParse(pattern, out var parsed, out _));
        var sources = Declared(
            ("*.a.test", "below"),
            ("a.test", "exact"),
            ("*.c.a.test", "deeper"),
            ("10.0.0.0/8", "wide"),
            ("10.1.0.0/16", "narrow"));
        Assert.Equal(source, sources.OfAll(parsed)?.Source.Name);
    }

    [Fact]
    public void A_host_that_no_source_names_is_untrusted()
    {
        Assert.True(Host.TryParse("a.test", out var host));
        var upstream = Sources.None.Of(host);
        Assert.Equal(LabelSet.Untrusted, upstream.Source.Labels);
        Assert.Null(upstream.Dial);
        Assert.Null(upstream.CaPem);
    }

    private static Sources Declared(params (string Host, string Source)[] hosts) => new(hosts.ToDictionary(
        entry =>
            HostPattern.TryParse(entry.Host, out var pattern, out var fault)
                ? pattern
                : throw new ArgumentException(fault.Detail, nameof(hosts)),
        entry => new Upstream(new Source(entry.Source, LabelSet.Empty), new IPEndPoint(IPAddress.Loopback, 1), null)));
}
