using System.Text;
using Sallyport.Ledger.Tests;

namespace Sallyport.Identity.Tests;

public sealed class RunTokensTests
{
    private readonly RunTokens tokens = new();
    private readonly string token;
    private readonly string otherToken;

    public RunTokensTests()
    {
        (token, var digest) = RunTokens.Create();
        tokens.Add(Entries.Run, digest);
        (otherToken, digest) = RunTokens.Create();
        tokens.Add(Entries.OtherRun, digest);
    }

    [Fact]
    public void The_right_token_names_its_run()
    {
        Assert.Equal(Entries.Run, Identify($"{Entries.Run}:{token}"));
        Assert.Equal(Entries.OtherRun, Identify($"{Entries.OtherRun}:{otherToken}"));
    }

    [Fact]
    public void A_token_is_256_bits_that_need_no_escaping_and_never_come_again()
    {
        string[] many = [.. Enumerable.Range(0, 100).Select(_ => RunTokens.Create().Token)];
        Assert.All(many, one => Assert.Matches("^[A-Za-z0-9_-]{43}$", one));
        Assert.Equal(many.Length, many.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_token_of_another_run_names_nobody()
    {
        Assert.Null(Identify($"{Entries.Run}:{otherToken}"));
        Assert.Null(Identify($"{Entries.OtherRun}:{token}"));
    }

    [Fact]
    public void A_token_that_is_wrong_by_one_character_anywhere_names_nobody()
    {
        for (var i = 0; i < token.Length; i++)
        {
            var wrong = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Null(Identify($"{Entries.Run}:{wrong}"));
        }
    }

    [Fact]
    public void A_token_that_is_cut_or_longer_names_nobody()
    {
        for (var length = 0; length < token.Length; length++)
        {
            Assert.Null(Identify($"{Entries.Run}:{token[..length]}"));
        }

        Assert.Null(Identify($"{Entries.Run}:{token}A"));
        Assert.Null(Identify($"{Entries.Run}:{token} "));
        Assert.Null(Identify($"{Entries.Run}: {token}"));
        Assert.Null(Identify($"{Entries.Run}:{token}\0"));
        Assert.Null(Identify($"{Entries.Run}:{token}:{token}"));
    }

    [Fact]
    public void A_run_without_a_token_names_nobody()
    {
        Assert.Null(Identify($"{Entries.Run}"));
        Assert.Null(Identify($"{Entries.Run}:"));
        Assert.Null(Identify($":{token}"));
        Assert.Null(Identify($"{token}:{Entries.Run}"));
        Assert.Null(Identify(":"));
        Assert.Null(Identify(""));
    }

    [Fact]
    public void A_run_that_is_not_open_names_nobody() => Assert.Null(Identify($"01jd3k5m7n9p1q3r5s7t9v1w3z:{token}"));

    [Fact]
    public void The_token_of_a_run_that_ended_names_nobody()
    {
        tokens.Remove(Entries.Run);
        Assert.Null(Identify($"{Entries.Run}:{token}"));
        Assert.Equal(Entries.OtherRun, Identify($"{Entries.OtherRun}:{otherToken}"));
    }

    // The digest is what lies on the disk: whoever reads it must not be able to use it.
    [Fact]
    public void The_stored_digest_is_no_token()
    {
        var (_, digest) = RunTokens.Create();
        tokens.Add(Entries.Run, digest);
        Assert.Null(Identify($"{Entries.Run}:{Convert.ToBase64String(digest)}"));
        Assert.Null(Identify($"{Entries.Run}:{Encoding.Latin1.GetString(digest)}"));
    }

    [Theory]
    [InlineData("Basic ", true)]
    [InlineData("basic ", true)]
    [InlineData("BASIC  ", true)]
    [InlineData("Basic", false)]
    [InlineData("Basic\t", false)]
    [InlineData("Bearer ", false)]
    [InlineData(" Basic ", false)]
    [InlineData("", false)]
    public void Only_the_Basic_scheme_is_read(string scheme, bool isRead)
    {
        var value = scheme + Base64($"{Entries.Run}:{token}");
        Assert.Equal(isRead ? Entries.Run : null, tokens.Identify(Encoding.Latin1.GetBytes(value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic =")]
    [InlineData("Basic ====")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic YQ")]
    [InlineData("Basic YQ=")]
    [InlineData("Basic YQ==YQ==")]
    [InlineData("Basic \u00e9\u00e9\u00e9\u00e9")]
    [InlineData("Basic \0\0\0\0")]
    [InlineData("Basic Og==")]
    public void What_is_not_Basic_names_nobody(string value) => Assert.Null(tokens.Identify(Encoding.Latin1.GetBytes(value)));

    [Theory]
    [InlineData(128)]
    [InlineData(132)]
    [InlineData(136)]
    [InlineData(1024)]
    [InlineData(8192)]
    public void A_value_of_any_length_names_nobody_and_does_no_harm(int base64Length) =>
        Assert.Null(tokens.Identify(Encoding.ASCII.GetBytes("Basic " + new string('A', base64Length))));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    private RunId? Identify(string credentials) => tokens.Identify(Encoding.ASCII.GetBytes("Basic " + Base64(credentials)));
}
