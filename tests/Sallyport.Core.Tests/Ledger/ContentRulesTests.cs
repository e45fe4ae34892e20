using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

public sealed class ContentRulesTests
{
    private static readonly AgentId Agent = AgentId.TryParse("research", out var id) ? id : throw new FormatException();
    private static readonly AgentId Other = AgentId.TryParse("billing", out var id) ? id : throw new FormatException();
    private static readonly RoleName Role =
        RoleName.TryParse("reader", out var name) ? name : throw new FormatException();

    [Theory]
    [InlineData("1m", 60)]
    [InlineData("12h", 43_200)]
    [InlineData("30d", 2_592_000)]
    [InlineData("3660d", 316_224_000)]
    public void A_time_to_keep_is_a_number_with_a_unit(string text, long seconds)
    {
        Assert.True(RetentionTime.TryParse(text, out var time));
        Assert.Equal((text, seconds), (time.Text, (long)time.Span.TotalSeconds));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("030d")]
    [InlineData("3661d")]
    [InlineData("-1d")]
    [InlineData("30s")]
    [InlineData("30")]
    [InlineData("../30d")]
    [InlineData("99999999d")]
    [InlineData("1 d")]
    public void No_other_text_is_a_time_to_keep_and_so_the_name_of_a_folder(string? text) =>
        Assert.False(RetentionTime.TryParse(text, out _));

    [Fact]
    public void A_rule_names_the_bodies_that_fit_all_that_it_says()
    {
        var rules = new ContentRules(1, [Rule(ContentSides.Responses) with { Source = "wiki", Agent = Agent }]);
        Assert.Single(rules.Of(Agent, Role, "wiki", ContentSides.Responses));
        Assert.Empty(rules.Of(Agent, Role, "wiki", ContentSides.Requests));
        Assert.Empty(rules.Of(Agent, Role, "feed", ContentSides.Responses));
        Assert.Empty(rules.Of(Other, Role, "wiki", ContentSides.Responses));
    }

    [Fact]
    public void Nothing_is_kept_where_nothing_is_said() =>
        Assert.Empty(ContentRules.None.Of(Agent, Role, "wiki", ContentSides.Responses));

    [Theory]
    [InlineData("agent:research")]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3x agent:research since:2026-01-31T09:30:05Z")]
    [InlineData("digest:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void A_scope_has_one_text(string text)
    {
        Assert.True(ContentScope.TryParse(text, out var scope));
        Assert.Equal(text, $"{scope}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("agent:")]
    [InlineData("agent:research agent:research")]
    [InlineData("agent:research run:01jd3k5m7n9p1q3r5s7t9v1w3x")]
    [InlineData("agent:research since:2026-01-31")]
    [InlineData("agent:research everything")]
    [InlineData("digest:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("digest:ba7816bf")]
    public void Nothing_else_is_a_scope(string? text) => Assert.False(ContentScope.TryParse(text, out _));

    private static ContentRule Rule(ContentSides sides) => new(
        sides, RetentionTime.TryParse("30d", out var time) ? time : throw new FormatException(), 1024);
}
