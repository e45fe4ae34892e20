using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Evaluation;

/// <summary>Operators on values; every row agrees with the official implementation, 4.13.</summary>
public sealed class EvaluationTests
{
    [Theory]
    [InlineData("false && 1", false)]
    [InlineData("true || 1", true)]
    [InlineData("principal has x", false)]
    [InlineData("context has a.b", false)]
    [InlineData("principal in []", false)]
    [InlineData("principal in [resource, principal]", true)]
    [InlineData("principal is U", true)]
    [InlineData("principal is V in 1", false)]
    [InlineData("principal.hasTag(\"a\")", false)]
    [InlineData("[1, 1] == [1]", true)]
    [InlineData("[1, [2, 1]] == [[1, 2], 1]", true)]
    [InlineData("{a: 1, b: 2} == {b: 2, a: 1}", true)]
    [InlineData("1 == true", false)]
    [InlineData("[1, \"1\", true].containsAll([\"1\", 1])", true)]
    [InlineData("[].containsAll([])", true)]
    [InlineData("[].containsAny([])", false)]
    [InlineData("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].contains(10)", true)]
    [InlineData("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].contains(\"10\")", false)]
    [InlineData("\"string*with*stars\" like \"string\\*with\\*stars\"", true)]
    [InlineData("\"eggs, ham, and spinach\" like \"*ham*\"", true)]
    [InlineData("\"ham and eggs\" like \"*ham\"", false)]
    [InlineData("\"aaab\" like \"*aab\"", true)]
    [InlineData("\"ab\" like \"ab*ab\"", false)]
    [InlineData("\"\" like \"\"", true)]
    [InlineData("\"\" like \"**\"", true)]
    [InlineData("9223372036854775806 + 1 == 9223372036854775807", true)]
    [InlineData("-9223372036854775808 * 1 == -9223372036854775808", true)]
    [InlineData("9007199254740993 == 9007199254740992", false)]
    [InlineData("if 1 == 1 then true else 1 + true", true)]
    public void These_have_a_value(string expression, bool expected) =>
        Assert.Equal(expected ? "satisfied" : "not satisfied", Outcome(expression));

    [Theory]
    [InlineData("1", EvaluationErrorKind.Type)]
    [InlineData("true && 1", EvaluationErrorKind.Type)]
    [InlineData("1 && true", EvaluationErrorKind.Type)]
    [InlineData("true && true && 1", EvaluationErrorKind.Type)]
    [InlineData("false || 1", EvaluationErrorKind.Type)]
    [InlineData("!1", EvaluationErrorKind.Type)]
    [InlineData("-true == 1", EvaluationErrorKind.Type)]
    [InlineData("9223372036854775807 + 1 == 1", EvaluationErrorKind.Overflow)]
    [InlineData("-9223372036854775808 - 1 == 1", EvaluationErrorKind.Overflow)]
    [InlineData("-(-9223372036854775808) == 1", EvaluationErrorKind.Overflow)]
    [InlineData("-9223372036854775808 * -1 == 1", EvaluationErrorKind.Overflow)]
    [InlineData("4294967296 * 4294967296 == 1", EvaluationErrorKind.Overflow)]
    [InlineData("context.x", EvaluationErrorKind.AttributeMissing)]
    [InlineData("principal.x", EvaluationErrorKind.EntityMissing)]
    [InlineData("resource.x", EvaluationErrorKind.AttributeMissing)]
    [InlineData("principal.getTag(\"a\") == 1", EvaluationErrorKind.EntityMissing)]
    [InlineData("resource.getTag(\"a\") == 1", EvaluationErrorKind.TagMissing)]
    [InlineData("1 has x", EvaluationErrorKind.Type)]
    [InlineData("1 in principal", EvaluationErrorKind.Type)]
    [InlineData("principal in [principal, 1]", EvaluationErrorKind.Type)]
    [InlineData("1 is A", EvaluationErrorKind.Type)]
    [InlineData("1 like \"a\"", EvaluationErrorKind.Type)]
    [InlineData("\"a\".contains(1)", EvaluationErrorKind.Type)]
    [InlineData("[1].containsAll(1)", EvaluationErrorKind.Type)]
    [InlineData("1.isEmpty()", EvaluationErrorKind.Type)]
    [InlineData("principal.hasTag(1)", EvaluationErrorKind.Type)]
    [InlineData("\"a\" < \"b\"", EvaluationErrorKind.Type)]
    [InlineData("decimal(\"1.0\") < decimal(\"2.0\")", EvaluationErrorKind.Type)]
    [InlineData("datetime(\"2024-01-01\") < duration(\"2h\")", EvaluationErrorKind.Type)]
    [InlineData("if 1 then true else true", EvaluationErrorKind.Type)]
    [InlineData("ip(1) == 1", EvaluationErrorKind.Type)]
    [InlineData("ip() == 1", EvaluationErrorKind.ArgumentCount)]
    [InlineData("ip(\"1.2.3.4\", \"a\", \"b\") == 1", EvaluationErrorKind.ArgumentCount)]
    [InlineData("ip(\"x\") == 1", EvaluationErrorKind.ExtensionText)]
    [InlineData(
        "datetime(\"1970-01-01\").offset(duration(\"1ms\")).offset(duration(\"9223372036854775807ms\")) == 1", EvaluationErrorKind.Overflow)]
    [InlineData(
        "datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\")).toDate() == 1", EvaluationErrorKind.Overflow)]
    public void These_fail(string expression, EvaluationErrorKind kind) =>
        Assert.Equal(kind.ToString(), Outcome(expression));

    [Fact]
    public void An_error_says_what_failed_and_where()
    {
        const string Text =
            "permit(principal, action, resource) when { context.size > 5 && resource.owner == principal };";
        var response = Authorize(Text, """{"size": 6}""");
        var error = Assert.Single(response.Errors).Error;
        Assert.Equal("The entity R::\"r\" has no attribute 'owner'.", error.Message);
        Assert.Equal("resource.owner", Text.Substring(error.Span.Start, error.Span.Length));
    }

    private static string Outcome(string expression)
    {
        var response = Authorize($"permit(principal, action, resource) when {{ {expression} }};", "{}");
        return response.Errors.Length > 0 ? response.Errors[0].Error.Kind.ToString()
            : response.Decision == Decision.Allow ? "satisfied" : "not satisfied";
    }

    private static Response Authorize(string policies, string context)
    {
        var entities = EntityStore.Create([new Entity(EntityUid.Of("R", "r"))]).ValueOrThrow();
        var request = Request.Parse($$"""{"principal":{"type":"U","id":"u"},"action":{"type":"Action","id":"a"},"resource":{"type":"R","id":"r"},"context":{{context}}}""");
        return CompiledPolicySet.Compile(PolicySet.Parse(policies).ValueOrThrow()).Authorize(request
            .ValueOrThrow(), entities);
    }
}
