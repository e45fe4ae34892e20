namespace Sallyport.Identity;

public sealed class SpiffeIdTests
{
    [Fact]
    public void A_name_is_printed_as_SPIFFE_writes_it_and_parses_back()
    {
        Assert.True(AgentId.TryParse("research", out var agent));
        var id = SpiffeId.Of("example.org", agent);

        Assert.Equal("spiffe://example.org/agent/research", id.ToString());
        Assert.True(SpiffeId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spiffe://")]
    [InlineData("spiffe:///agent/research")]
    [InlineData("SPIFFE://example.org/agent/research")]
    [InlineData("spiffe://Example.org/agent/research")]
    [InlineData("spiffe://example.org:443/agent/research")]
    [InlineData("spiffe://user@example.org/agent/research")]
    [InlineData("spiffe://example.org/agent/")]
    [InlineData("spiffe://example.org/agent/research/")]
    [InlineData("spiffe://example.org/agent/research?x")]
    [InlineData("spiffe://example.org/agent/%72esearch")]
    [InlineData("spiffe://example.org/service/research")]
    [InlineData("https://example.org/agent/research")]
    public void Another_form_is_not_the_name_of_an_agent(string? text) => Assert.False(SpiffeId.TryParse(text, out _));

    [Fact]
    public void A_trust_domain_of_another_form_is_a_bug_of_the_caller()
    {
        Assert.True(AgentId.TryParse("research", out var agent));
        Assert.Throws<ArgumentException>(() => SpiffeId.Of("Example.org", agent));
    }
}
