namespace Sallyport.Perimeter.Tests;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("alow", "Did you mean 'allow'?")]
    [InlineData("alolw", "Did you mean 'allow'?")]
    [InlineData("allows", "Did you mean 'allow'?")]
    [InlineData("Allow", "Did you mean 'allow'?")]
    [InlineData("denied", "It can be: allow, deny, organisation")]
    [InlineData("organization", "Did you mean 'organisation'?")]
    [InlineData("xyz", "It can be: allow, deny, organisation")]
    [InlineData("", "It can be: allow, deny, organisation")]
    public void A_word_is_guessed_only_when_it_is_near(string word, string mend) =>
        Assert.Equal(mend, Spelling.Mend(word, ["allow", "deny", "organisation"]));

    [Fact]
    public void Many_known_words_are_cut_short_and_none_is_said()
    {
        Assert.EndsWith(
            ", ...",
            Spelling.Mend("nothing-like-it", [.. Enumerable.Range(10, 20).Select(i => $"{i}")]),
            StringComparison.Ordinal);
        Assert.Equal("There is none yet", Spelling.Mend("reader", []));
    }

    [Theory]
    [InlineData("127.0.0.1:3128", "127.0.0.1:3128")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("[::1]:65535", "[::1]:65535")]
    [InlineData("localhost:3128", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("127.0.0.1:65536", null)]
    [InlineData("127.0.0.1:-1", null)]
    [InlineData("127.0.0.1:999999999999", null)]
    [InlineData("127.1:80", null)]
    [InlineData("::1:80", null)]
    [InlineData("", null)]
    public void An_endpoint_is_an_address_and_a_port(string text, string? endpoint) =>
        Assert.Equal(endpoint, Endpoint.TryParse(text, out var parsed) ? parsed.ToString() : null);
}
