using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

public sealed class PrinterTests
{
    [Fact]
    public void What_is_printed_reads_back_as_an_equal_policy()
    {
        foreach (var seed in Seeds.Of(20_000))
        {
            var body = World.Policy(new Random(seed), depth: 1 + (seed % 5));
            var text = body.ToString();
            var again = PolicySet.Parse(text);
            Assert.True(again.Succeeded, $"seed {seed}: {string.Join('\n', again.Errors)}\n{text}");
            Assert.True(
                body.Equals(again.ValueOrThrow().Policies[0].Body),
                $"seed {seed}:\n{text}\n{again.ValueOrThrow()}");
        }
    }

    [Theory]
    [InlineData("-5", "-5")]
    [InlineData("- 5", "-5")]
    [InlineData("-(5)", "-(5)")]
    [InlineData("--5", "-(-5)")]
    [InlineData("(-1).lessThan(context.a)", "(-1).lessThan(context.a)")]
    [InlineData("-1.lessThan(context.a)", "-1.lessThan(context.a)")]
    [InlineData("((1 + 2)) * 3", "(1 + 2) * 3")]
    [InlineData("1 - (2 - 3) - 4", "1 - (2 - 3) - 4")]
    [InlineData("true && (true && false)", "true && (true && false)")]
    [InlineData("(true && true) && false", "true && true && false")]
    [InlineData("context[\"a b\"].c[\"if\"]", "context[\"a b\"].c[\"if\"]")]
    [InlineData("context has \"a\"", "context has a")]
    [InlineData("{\"a\": 1, \"b c\": 2}", "{a: 1, \"b c\": 2}")]
    [InlineData("context.x like \"a\\*b*\\u{202e}\"", "context.x like \"a\\*b*\\u{202e}\"")]
    [InlineData("(if true then 1 else 2) == 1", "(if true then 1 else 2) == 1")]
    [InlineData("!(principal in resource)", "!(principal in resource)")]
    public void Expressions_are_printed_with_the_parentheses_they_need(string given, string expected) =>
        Assert.Equal(expected, PolicyParser.ParseExpression(given, CedarLimits.Default).ValueOrThrow().ToString());

    [Fact]
    public void A_policy_is_printed_in_the_usual_layout() => Assert.Equal(
        """
        @id("x")
        @shadow
        permit (
          principal is User in Group::"g",
          action in [Action::"a", Action::"b"],
          resource
        )
        when { context.mfa }
        unless { resource.private };
        """.ReplaceLineEndings("\n"),
        PolicySet.Parse("@id(\"x\")@shadow permit(principal is User in Group::\"g\",action in[Action::\"a\",Action::\"b\"],resource)when{context.mfa}unless{resource.private};").ValueOrThrow().ToString());
}
