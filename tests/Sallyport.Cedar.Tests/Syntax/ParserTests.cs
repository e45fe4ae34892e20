using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>What the grammar takes and refuses; every row agrees with the official implementation, 4.13.</summary>
public sealed class ParserTests
{
    [Theory]
    [InlineData("permit(principal,action,resource,);")]
    [InlineData("permit(principal,action,resource) when {true} unless {false};")]
    [InlineData("@a @b(\"x\") @if(\"y\") permit(principal,action,resource);")]
    [InlineData("permit(principal == User::\"a\",action in [Action::\"x\",],resource is A::B in C::\"d\");")]
    [InlineData("permit(principal,action in [],resource);")]
    [InlineData("permit(principal,action == A::Action::\"x\",resource);")]
    [InlineData("permit(principal == (A::\"b\"),action,resource);")]
    [InlineData("")]
    [InlineData("  // only a comment")]
    [InlineData("permit(principal in ?principal,action,resource is T in ?resource);")]
    public void These_are_policies(string text) => Assert.Empty(PolicySet.Parse(text).Errors);

    [Theory]
    [InlineData("permit(principal,action,resource) when {};", "syntax.unexpected")]
    [InlineData("@a @a permit(principal,action,resource);", "syntax.duplicate")]
    [InlineData("@a() permit(principal,action,resource);", "syntax.unexpected")]
    [InlineData("@a('x') permit(principal,action,resource);", "syntax.token")]
    [InlineData("permit(principal,action == Foo::\"x\",resource);", "syntax.scope")]
    [InlineData("permit(principal,action in [Foo::\"x\"],resource);", "syntax.scope")]
    [InlineData("permit(principal,action is Action,resource);", "syntax.scope")]
    [InlineData("permit(principal == ?resource,action,resource);", "syntax.scope")]
    [InlineData("permit(principal in [A::\"b\"],action,resource);", "syntax.scope")]
    [InlineData("permit(principal is \"A\",action,resource);", "syntax.type")]
    [InlineData("permit(principal is A == A::\"x\",action,resource);", "syntax.scope")]
    [InlineData("permit(principal, action == [Action::\"a\"], resource);", "syntax.scope")]
    [InlineData("permit(principal : A, action, resource);", "syntax.scope")]
    [InlineData("permit(action, principal, resource);", "syntax.scope")]
    [InlineData("permit(principal, action);", "syntax.unexpected")]
    [InlineData("PERMIT(principal,action,resource);", "syntax.unexpected")]
    [InlineData("permit(principal,action,resource)", "syntax.unexpected")]
    [InlineData(";", "syntax.unexpected")]
    [InlineData("permit(principal in principal,action,resource);", "syntax.unexpected")]
    public void These_are_none(string text, string code) =>
        Assert.Equal(code, Assert.Single(PolicySet.Parse(text).Errors).Code);

    [Theory]
    [InlineData("!!!!true")]
    [InlineData("----1 == 1")]
    [InlineData("-9223372036854775808 == 1")]
    [InlineData("--9223372036854775808 == 1")]
    [InlineData("007 == 7")]
    [InlineData("if true then true else if false then true else false")]
    [InlineData("(if true then 1 else 2) + 1 == 2")]
    [InlineData("[1,2,].contains(1)")]
    [InlineData("{a:1,} == {\"if\":1, principal:2}")]
    [InlineData("context.permit")]
    [InlineData("context[\"a b\"]")]
    [InlineData("context has a .b.c")]
    [InlineData("context has principal")]
    [InlineData("context is A::B in [C::\"d\"]")]
    [InlineData("ip()")]
    [InlineData("ip(\"a\",\"b\")")]
    [InlineData("ip(\"a\").isIpv4(1)")]
    [InlineData("1.lessThan(2)")]
    [InlineData("context.contains")]
    [InlineData("ip::\"x\" == principal::\"y\"")]
    [InlineData("\"\\x7f\\'\\u{1_0}\\0\" like \"a\nb\"")]
    [InlineData("A :: B :: \"c\" == 1 // comment\n == 1", false)]
    [InlineData("1 // comment\n == 1")]
    [InlineData("true\u00a0&&\u2003true")]
    [InlineData("1--1 == 2")]
    [InlineData("\"a\" in 1")]
    public void These_are_expressions(string text, bool isOne = true) =>
        Assert.Equal(isOne, PolicyParser.ParseExpression(text, CedarLimits.Default).Succeeded);

    [Theory]
    [InlineData("1 < 2 < 3", "syntax.operator")]
    [InlineData("principal has a == true", "syntax.operator")]
    [InlineData("principal in A::\"b\" in C::\"d\"", "syntax.operator")]
    [InlineData("!!!!!true", "syntax.operator")]
    [InlineData("!-1", "syntax.unexpected")]
    [InlineData("9223372036854775808", "syntax.integer")]
    [InlineData("-(9223372036854775808)", "syntax.integer")]
    [InlineData("18446744073709551616", "syntax.integer")]
    [InlineData("1 + if true then 1 else 2", "syntax.unexpected")]
    [InlineData("[,]", "syntax.unexpected")]
    [InlineData("{a:1,\"a\":2}", "syntax.duplicate")]
    [InlineData("{if:1}", "syntax.reserved")]
    [InlineData("context.in", "syntax.reserved")]
    [InlineData("context.__cedar", "syntax.reserved")]
    [InlineData("A::__cedar::\"x\" == 1", "syntax.reserved")]
    [InlineData("context[a]", "syntax.unexpected")]
    [InlineData("[1,2][0]", "syntax.unexpected")]
    [InlineData("context has \"a\".b", "syntax.has")]
    [InlineData("context has if", "syntax.reserved")]
    [InlineData("context like a", "syntax.unexpected")]
    [InlineData("context is \"A\"", "syntax.type")]
    [InlineData("foo(\"a\")", "syntax.function")]
    [InlineData("context.foo()", "syntax.function")]
    [InlineData("isIpv4(ip(\"a\"))", "syntax.function")]
    [InlineData("\"a\".ip()", "syntax.function")]
    [InlineData("a::ip(\"x\")", "syntax.function")]
    [InlineData("context.contains(1,2)", "syntax.arguments")]
    [InlineData("context.isEmpty(1)", "syntax.arguments")]
    [InlineData("User", "syntax.variable")]
    [InlineData("\"\\*\"", "syntax.escape")]
    [InlineData("\"\\x80\"", "syntax.escape")]
    [InlineData("\"\\u{d800}\"", "syntax.escape")]
    [InlineData("\"\\u{110000}\"", "syntax.escape")]
    [InlineData("\"\\u{}\"", "syntax.escape")]
    [InlineData("\"a\rb\"", "syntax.escape")]
    [InlineData("\"open", "syntax.string")]
    [InlineData("/* x */ true", "syntax.operator")]
    [InlineData("?principal", "syntax.slot")]
    [InlineData("true & true", "syntax.token")]
    [InlineData("true = true", "syntax.unexpected")]
    [InlineData("1 / 2", "syntax.operator")]
    [InlineData("context.\u00e9", "syntax.token")]
    [InlineData("not true", "syntax.variable")]
    [InlineData("{1:2}", "syntax.unexpected")]
    public void These_are_no_expressions(string text, string code) =>
        Assert.Equal(code, PolicyParser.ParseExpression(text, CedarLimits.Default).Errors[0].Code);

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_text() =>
        Assert.Equal(
            "syntax.token",
            PolicyParser.ParseExpression($"\"a{(char)0xD800}b\"", CedarLimits.Default).Errors[0].Code);

    [Fact]
    public void Every_statement_with_a_mistake_is_reported_with_its_place_and_a_mend()
    {
        var errors = PolicySet.Parse("permit(principal, action, resource) when { context.a = 1 };\npermit(principal, action, resource);\n  forbid(principal action, resource);").Errors;
        Assert.Equal(
            """
            1:54: '=' is no operator; expected an operator or '}'. [syntax.unexpected] To compare, write ==.
            3:20: Expected ',' and the action, found 'action'. [syntax.unexpected]
            """.ReplaceLineEndings("\n"),
            string.Join('\n', errors));
    }

    [Fact]
    public void Every_expression_knows_its_place()
    {
        const string Text = "permit(principal is User in Group::\"g\", action, resource == Doc::\"d\") when { (context.a + 1) == 2 && !context.b };";
        var body = PolicySet.Parse(Text).ValueOrThrow().Policies[0].Body;
        string Of(SourceSpan span) => Text.Substring(span.Start, span.Length);
        var and = Assert.IsType<Expr.And>(body.Conditions[0].Body);
        Assert.Equal("(context.a + 1) == 2 && !context.b", Of(and.Span));
        Assert.Equal("(context.a + 1) == 2|!context.b", string.Join('|', and.Operands.Select(o => Of(o.Span))));
        Assert.Equal("context.a + 1", Of(((Expr.Binary)and.Operands[0]).Left.Span));
        Assert.Equal(
            ("principal is User in Group::\"g\"", "action", "resource == Doc::\"d\""),
            (Of(body.ScopeSpans.Principal), Of(body.ScopeSpans.Action), Of(body.ScopeSpans.Resource)));
    }
}
