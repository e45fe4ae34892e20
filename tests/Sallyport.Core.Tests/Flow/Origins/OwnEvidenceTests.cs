namespace Sallyport.Flow.Origins.Tests;

// What is too weak to be evidence for trust, and is evidence all the same against it. Found by ./bench origins.
public sealed class OwnEvidenceTests
{
    [Theory]
    [InlineData("try v2 of it", "2")]
    [InlineData("mail lena-b14@x.org", "14")]
    [InlineData("take 2 of them", "2.000")]
    [InlineData("pay 2,000", "2")]
    [InlineData("pay 2.500", "2.5")]
    [InlineData("see https://x.org/?from=2026-05-13", "2026")]
    [InlineData("see https://x.org/?from=2026-05-13", "13")]
    [InlineData("on 2026/05/13 then", "2026")]
    [InlineData("at 14:30", "14")]
    [InlineData("at 14:05", "5")]
    [InlineData("order ord-3cd6a0e8 now", "8")]
    [InlineData("mail ann@x.org", "ann@")]
    [InlineData("mail ann@x.org", "@x.org")]
    [InlineData("the id abc-1-2", "abc-")]
    [InlineData("see https://x.org/v2/orders/7", "https://")]
    public void A_part_or_another_reading_of_what_the_brief_says_is_not_the_brief(string brief, string value)
    {
        var run = new Reader().Brief(brief).Untrusted("and something else");
        Assert.Equal(TextOrigins.None, run.Whole(value));
        Assert.Equal(Standing.Untrusted, run.Standing(value));
    }

    // Its words are known, and it goes elsewhere.
    [Fact]
    public void The_beginning_of_a_URL_is_composed_at_most()
    {
        var run = new Reader().Brief("see https://x.org/v2/orders/7").Untrusted("and something else");
        Assert.Equal(TextOrigins.None, run.Whole("https://x.org/v2/orders/"));
        Assert.Equal(Standing.Composed, run.Standing("https://x.org/v2/orders/"));
    }

    // Against trust a guess is enough.
    [Theory]
    [InlineData("try 2 of it", "2,000")]
    [InlineData("pay 2,000", "2")]
    [InlineData("at 14:05", "5")]
    [InlineData("on 2026/05/13 then", "2026")]
    [InlineData("mail ann@x.org", "ann@")]
    [InlineData("see https://x.org/v2/orders/7", "https://x.org/v2/orders/")]
    public void The_same_of_untrusted_text_is_untrusted(string text, string value) =>
        Assert.Equal(TextOrigins.Untrusted, new Reader().Untrusted(text).Whole(value));

    [Theory]
    [InlineData("pay 2,000", "2000")]
    [InlineData("pay 2000", "2,000")]
    [InlineData("pay 2,000", "$2,000.00")]
    [InlineData("weighs 1.098 kg", "1.098")]
    [InlineData("pay 1,098", "1.098")]
    [InlineData("it was -50 then", "50")]
    [InlineData("weighs 7kg", "7")]
    [InlineData("on 2026-05-13", "2026-05-13")]
    [InlineData("see https://x.org/v2/orders/", "https://x.org/v2/orders/")]
    [InlineData("put it under /srv/reports/7/x.txt", "/srv/reports/7")]
    [InlineData("order 12, then 13.", "13")]
    [InlineData("costs USD98.70", "98.7")]
    public void What_the_brief_says_is_the_brief(string brief, string value) =>
        Assert.Equal(Standing.Brief, new Reader().Brief(brief).Untrusted("and something else").Standing(value));
}
