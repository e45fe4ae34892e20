using Sallyport.Decisions;
using Sallyport.Flow.Origins;

namespace Sallyport.Egress.Tests;

public sealed class RuleWordsTests
{
    // Which parts of the address the rule spells out itself.
    [Theory]
    [InlineData("api.test", "http://api.test/a", "host")]
    [InlineData("*.api.test", "http://x.api.test/a", "")]
    [InlineData("api.test/**", "http://api.test/a", "host")]
    [InlineData("api.test/v1/send", "http://api.test/v1/send", "host path/0 path/1")]
    [InlineData("api.test/v1/*", "http://api.test/v1/send", "host path/0")]
    [InlineData("api.test/v1/*/send", "http://api.test/v1/x/send", "host path/0")]
    [InlineData("api.test/v1/**", "http://api.test/v1/a/b", "host path/0")]
    [InlineData("api.test/v1/send", "http://api.test/v1/send?q=1", "host path/0 path/1")]
    [InlineData("api.test/v1/send", "http://api.test/v1/sen%64", "host")]
    [InlineData("api.test/v1/send", "http://api.test/v1/send?/v1/send", "host path/0 path/1")]
    public void A_rule_vouches_for_what_it_spells_out(string rule, string url, string expected)
    {
        Assert.True(RulePattern.TryParse(rule, out var pattern, out _));
        Assert.True(Target.TryFromAbsoluteForm(url, out var target, out _));
        var index = new TextIndex(TextIndexLimits.Default, 7);
        var parts = ArgumentOrigins.OfUrl(index, url, _ => default);
        var vouched = RuleWords.Vouch(parts, new EgressRule(new RuleReference("a:1", rule), pattern), target)
            .Where(part => part.Words is ["brief"])
            .Select(part => part.Place.TrimStart('/'));
        Assert.Equal(expected, string.Join(' ', vouched));
    }

    // A stranger who names the very address adds nothing to what the operator said.
    [Theory]
    [InlineData("api.test/v1/send", "http://api.test/v1/send", true)]
    [InlineData("api.test/v1/*", "http://api.test/v1/send", false)]
    [InlineData("api.test/v1/send", "http://api.test/v1/send?q=1", false)]
    public void The_whole_address_is_said_only_when_every_part_is(string rule, string url, bool isSaid)
    {
        Assert.True(RulePattern.TryParse(rule, out var pattern, out _));
        Assert.True(Target.TryFromAbsoluteForm(url, out var target, out _));
        var index = new TextIndex(TextIndexLimits.Default, 7);
        var reading = index.Begin(TextTrust.Untrusted, 0);
        reading.Append(System.Text.Encoding.UTF8.GetBytes($"go to {url} now"));
        reading.Complete();
        var parts = ArgumentOrigins.OfUrl(index, url, _ => new ReadingEntry("1-1", TextTrust.Untrusted, "feed"));
        Assert.Contains(parts, part => part.Place.Length == 0);
        var vouched = RuleWords.Vouch(parts, new EgressRule(new RuleReference("a:1", rule), pattern), target);
        Assert.Equal(isSaid, vouched.All(part => part.Words is ["brief"]));
    }
}
