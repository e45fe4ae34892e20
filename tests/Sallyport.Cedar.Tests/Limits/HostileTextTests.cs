using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Explaining;
using Sallyport.Cedar.Partial;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Limits;

/// <summary>
/// Hostile text ends in an error; no thread's stack overflows (which would end the process), and nothing takes forever.
/// </summary>
public sealed class HostileTextTests
{
    private const int Deep = 100_000;

    public static TheoryData<string, string> DeepTexts => new()
    {
        { Repeat("(") + "true" + Repeat(")"), "syntax.nesting" },
        { Repeat("[") + Repeat("]"), "syntax.nesting" },
        { Repeat("{a:") + "1" + Repeat("}"), "syntax.nesting" },
        { Repeat("if true then ") + "1" + Repeat(" else 2"), "syntax.nesting" },
        { Repeat("if ") + "true" + Repeat(" then 1 else 2"), "syntax.nesting" },
        { Repeat("if true then 1 else ") + "2", "syntax.nesting" },
        { Repeat("ip(") + "\"x\"" + Repeat(")"), "syntax.nesting" },
        { "context" + Repeat(".a"), "syntax.nesting" },
        { "context" + Repeat("[\"a\"]"), "syntax.nesting" },
        { "context" + Repeat(".isEmpty()"), "syntax.nesting" },
        { "1" + Repeat(" + 1"), "syntax.nesting" },
        { "1" + Repeat(" * 1"), "syntax.nesting" },
        { Repeat("!") + "true", "syntax.operator" },
        { Repeat("!("), "syntax.nesting" },
        { Repeat("[["), "syntax.nesting" },
        { Repeat("A::") + "\"x\"", "syntax.nesting" },
        { "context has a" + Repeat(".a"), "syntax.unexpected" },
    };

    [Theory, MemberData(nameof(DeepTexts), DisableDiscoveryEnumeration = true)]
    public void Deep_expressions_are_refused(string expression, string code) => Assert.Equal(
        code,
            SmallStack.Run(() => PolicySet.Parse($"permit(principal, action, resource) when {{ {expression} }};")).Errors[0].Code);

    [Fact]
    public void Deep_scopes_are_refused() =>
        Assert.NotEmpty(SmallStack.Run(() => PolicySet.Parse($"permit(principal == {Repeat("(")}A::\"b\"")).Errors);

    [Fact]
    public void As_deep_as_is_allowed_everything_works_on_a_small_stack()
    {
        foreach (var expression in AsDeepAsAllowed())
        {
            var response = SmallStack.Run(() =>
            {
                var set = PolicySet.Parse($"permit(principal, action, resource) when {{ {expression} }};")
                    .ValueOrThrow();
                var again = PolicyJson.ParseSet(PolicyJson.Write(PolicySet.Parse(set.ToString()).ValueOrThrow()))
                    .ValueOrThrow();
                Assert.Equal(set.Policies[0].Body, again.Policies[0].Body);
                var policies = CompiledPolicySet.Compile(again);
                var request = new Request(EntityUid.Of("U", "u"), EntityUid.Of("Action", "a"), EntityUid.Of("R", "r"));
                Assert.NotEmpty(policies.Explain(request, EntityStore.Empty).ToString());
                var unknown = PartialRequest.Of(request) with { Context = PartialContext.Unknown };
                Assert.NotEmpty(PartialAuthorizer.Authorize(
                    again, unknown, EntityStore.Empty).Residuals[0].Body.ToString());
                return policies.Authorize(request, EntityStore.Empty);
            });
            Assert.Equal(1, response.Reasons.Length + response.Errors.Length);
        }
    }

    [Fact]
    public void A_chain_is_as_long_as_it_likes()
    {
        var text = $"permit(principal, action, resource) when {{ {string.Join(" || ", Enumerable.Range(0, Deep).Select(i => $"context.n == {i}"))} }};";
        var policies = SmallStack.Run(() => CompiledPolicySet.Compile(PolicySet.Parse(PolicySet.Parse(text)
            .ValueOrThrow().ToString()).ValueOrThrow()));
        var request = new Request(
            EntityUid.Of("U", "u"),
            EntityUid.Of("Action", "a"),
            EntityUid.Of("R", "r"),
            RecordValue.Create(("n", Value.Of(Deep - 1L))));
        Assert.Equal(Decision.Allow, SmallStack.Run(() => policies.Authorize(request, EntityStore.Empty)).Decision);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\",\"arg\":", "}}")]
    public void Deep_JSON_values_are_refused(string open, string close)
    {
        var json =
            $$$"""[{"uid":{"type":"A","id":"a"},"parents":[],"attrs":{"x":{{{Repeat(open)}}}1{{{Repeat(close)}}}}}]""";
        Assert.NotEmpty(SmallStack.Run(() => EntityJson.Parse(json)).Errors);
    }

    [Theory]
    [InlineData("{\"!\":{\"arg\":", "}}")]
    [InlineData("{\"Set\":[", "]}")]
    [InlineData("{\"&&\":{\"left\":", ",\"right\":{\"Value\":true}}}")]
    [InlineData("{\"ip\":[", "]}")]
    public void Deep_JSON_expressions_are_refused(string open, string close)
    {
        var json = $$"""{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":{{Repeat(open)}}{"Value":true}{{Repeat(close)}}}]}""";
        Assert.NotEmpty(SmallStack.Run(() => PolicyJson.ParseBody(json)).Errors);
    }

    [Fact]
    public void Many_mistakes_are_not_all_reported()
    {
        var errors = PolicySet.Parse(string.Concat(Enumerable.Repeat("x;", Deep))).Errors;
        Assert.InRange(errors.Length, 1, 200);
    }

    [Fact]
    public void A_pattern_that_repeats_is_matched_in_linear_time()
    {
        // Naively ten thousand million comparisons.
        var pattern = new Pattern(["", new string('a', 50_000) + "b", ""]);
        Assert.False(pattern.Matches(new string('a', 1_000_000)));
        Assert.True(pattern.Matches(new string('a', 1_000_000) + "b"));
    }

    [Fact]
    public void A_hundred_thousand_annotations_are_read_and_a_name_that_stands_twice_is_found()
    {
        var many = string.Concat(Enumerable.Range(0, Deep).Select(i => $"@a{i}(\"x\")"));
        var policies = PolicySet.Parse($"{many} permit(principal, action, resource);").ValueOrThrow();
        Assert.Equal(Deep, policies.Policies[0].Body.Annotations.Length);
        Assert.Equal(
            "syntax.duplicate", PolicySet.Parse($"{many}@a7 permit(principal, action, resource);").Errors[0].Code);
        Assert.Equal("schema.duplicate", Schemas.Schema.Parse($"{many}@a7 entity A;").Errors[0].Code);
    }

    [Fact]
    public void Many_stars_in_a_pattern_do_not_multiply()
    {
        // A matcher that goes back to every star in turn would need 100 over 50 attempts.
        var pattern = new Pattern([.. Enumerable.Repeat("a", 100), "b"]);
        Assert.False(pattern.Matches(new string('a', 10_000)));
        Assert.True(pattern.Matches(new string('a', 10_000) + "b"));
    }

    [Fact]
    public void A_set_or_record_as_wide_as_the_limit_is_taken_and_one_wider_is_not()
    {
        var limits = new CedarLimits { WidthMax = 1_000 };
        static string When(string condition) => $"permit(principal, action, resource) when {{ {condition} }};";
        static string Set(int count) => When($"[{string.Join(',', Enumerable.Range(0, count))}].isEmpty()");
        static string Record(int count) =>
            When("{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"a{i}: 1")) + "} == 1");
        static string Attributes(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"a{i}\":1"));
        static string Json(int count) =>
            "[{\"uid\":{\"type\":\"A\",\"id\":\"a\"},\"parents\":[],\"attrs\":{" + Attributes(count) + "}}]";
        Assert.Empty(PolicySet.Parse(Set(1_000), limits).Errors);
        Assert.Equal("syntax.width", PolicySet.Parse(Set(1_001), limits).Errors[0].Code);
        Assert.Empty(PolicySet.Parse(Record(1_000), limits).Errors);
        Assert.Equal("syntax.width", PolicySet.Parse(Record(1_001), limits).Errors[0].Code);
        Assert.Empty(EntityJson.Parse(Json(1_000), limits).Errors);
        Assert.Equal("json.width", EntityJson.Parse(Json(1_001), limits).Errors[0].Code);
    }

    [Fact]
    public void Every_limit_is_an_error_that_names_it()
    {
        var limits = new CedarLimits
        {
            TextLengthMax = 200,
            PoliciesMax = 2,
            WidthMax = 3,
            EntitiesMax = 2,
            AncestorsMax = 3,
            JsonBytesMax = 300
        };
        string PolicyError(string text) => PolicySet.Parse(text, limits).Errors[0].Code;
        string EntityError(string json) => EntityJson.Parse(json, limits).Errors[0].Code;
        Assert.Equal("syntax.too-long", PolicyError(new string(' ', 201)));
        Assert.Equal(
            "policy.too-many",
            PolicyError(string.Concat(Enumerable.Repeat("permit(principal,action,resource);", 3))));
        Assert.Equal("syntax.width", PolicyError("permit(principal,action,resource) when { [1,2,3,4].isEmpty() };"));
        Assert.Equal("syntax.width", PolicyError("permit(principal,action,resource) when { {a:1,b:2,c:3,d:4} == 1 };"));
        Assert.Equal("json.too-long", EntityError(new string(' ', 301)));
        Assert.Equal(
            "json.width",
            EntityError("""[{"uid":{"type":"A","id":"a"},"parents":[],"attrs":{"x":[1,2,3,4]}}]"""));
        Assert.Equal(
            "entities.too-many",
            EntityError("[" + string.Join(',', Enumerable.Range(0, 3)
                .Select(i => $$$"""{"uid":{"type":"A","id":"{{{i}}}"},"parents":[],"attrs":{}}""")) + "]"));
        Assert.Equal(
            "entities.ancestors",
            EntityError("""[{"uid":{"type":"A","id":"a"},"attrs":{},"parents":[{"type":"A","id":"1"},{"type":"A","id":"2"},{"type":"A","id":"3"},{"type":"A","id":"4"}]}]"""));
    }

    [Fact]
    public void A_long_chain_of_parents_ends_at_the_limit_and_not_in_a_stack_overflow()
    {
        var chain = Enumerable.Range(0, Deep)
            .Select(i => new Entity(EntityUid.Of("T", $"{i}"), parents: [EntityUid.Of("T", $"{i + 1}")])).ToList();
        var limits = new CedarLimits { AncestorsMax = 1_000_000 };
        Assert.Equal("entities.ancestors", SmallStack.Run(() => EntityStore.Create(chain, limits)).Errors[0].Code);
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Deep));

    private static IEnumerable<string> AsDeepAsAllowed()
    {
        static string Times(int count, string text) => string.Concat(Enumerable.Repeat(text, count));
        yield return Times(120, "(") + "true" + Times(120, ")");
        yield return Times(120, "!(") + "true" + Times(120, ")");
        yield return Times(120, "if context has a then false else ") + "true";
        yield return Times(60, "[") + "1" + Times(60, "]") + ".contains(1) || true";
        yield return "context" + Times(250, ".a");
        yield return "1" + Times(250, " + 1") + " > 0";
        yield return Times(60, "true && (false || (") + "true" + Times(60, "))");
    }
}
