using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Entities;

public sealed class EntityJsonTests
{
    [Theory]
    [InlineData("null", "json.null")]
    [InlineData("[null]", "json.null")]
    [InlineData("1.5", "json.number")]
    [InlineData("1e2", "json.number")]
    [InlineData("9223372036854775808", "json.number")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\",\"arg\":\"x\"}}", "json.extension")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\",\"arg\":1}}", "json.extension")]
    [InlineData("{\"__extn\":{\"fn\":\"foo\",\"arg\":\"x\"}}", "json.function")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\"}}", "json.escape")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\",\"arg\":\"1.2.3.4\"},\"x\":1}", "json.escape")]
    [InlineData("{\"__entity\":{\"type\":\"A\"}}", "json.entity")]
    [InlineData("{\"__entity\":{\"type\":\"A \",\"id\":\"b\"}}", "json.type")]
    [InlineData("{\"__expr\":\"1\"}", "json.escape")]
    [InlineData("{\"a\":1,\"a\":2}", "json.duplicate")]
    [InlineData("\"\\ud800\"", "json.text")]
    [InlineData("[1,", "json.syntax")]
    public void These_are_no_values(string json, string code) =>
        Assert.Equal(code, Assert.Single(Parse(json).Errors).Code);

    [Theory]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("[1,\"a\",true,[2],{\"b c\":1}]", "[1, \"a\", true, [2], {\"b c\": 1}]")]
    [InlineData("[1,1]", "[1]")]
    [InlineData("{\"__entity\":{\"type\":\"A::B\",\"id\":\"\\u0000\\\"\"}}", "A::B::\"\\0\\\"\"")]
    [InlineData("{\"__extn\":{\"fn\":\"ip\",\"args\":[\"1.2.3.4\"]}}", "ip(\"1.2.3.4\")")]
    [InlineData(
        "{\"__extn\":{\"fn\":\"offset\",\"args\":[{\"__extn\":{\"fn\":\"datetime\",\"arg\":\"2024-01-01\"}},{\"__extn\":{\"fn\":\"duration\",\"arg\":\"1h\"}}]}}", "datetime(\"2024-01-01T01:00:00.000Z\")")]
    [InlineData("{\"type\":\"A\",\"id\":\"b\"}", "{id: \"b\", type: \"A\"}")]
    public void These_are_values(string json, string expected)
    {
        Assert.True(Parse(json).ValueOrThrow().TryGet(EntityUid.Of("A", "a"), out var entity));
        Assert.True(entity.Attributes.TryGet("x", out var value));
        Assert.Equal(expected, value.ToString());
    }

    [Theory]
    [InlineData("""[{"uid":{"type":"A","id":"a"},"attrs":{}}]""")]
    [InlineData("""[{"uid":{"type":"A","id":"a"},"parents":[]}]""")]
    [InlineData("""[{"uid":{"type":"A","id":"a"},"attrs":null,"parents":[]}]""")]
    [InlineData("""[{"uid":"A::\"a\"","attrs":{},"parents":[]}]""")]
    [InlineData("""[{"uid":{"type":"__cedar::A","id":"a"},"attrs":{},"parents":[]}]""")]
    [InlineData("""[{"uid":{"type":"if","id":"a"},"attrs":{},"parents":[]}]""")]
    [InlineData("""[{"uid":{"type":"A","id":"a"},"attrs":{},"parents":[{"type":"A","id":"a"}]}]""")]
    [InlineData(
        """[{"uid":{"type":"A","id":"a"},"attrs":{},"parents":[]},{"uid":{"type":"A","id":"a"},"attrs":{"x":1},"parents":[]}]""")]
    [InlineData("""{}""")]
    [InlineData("""[] []""")]
    public void These_are_no_entities(string json) => Assert.NotEmpty(EntityJson.Parse(json).Errors);

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        foreach (var seed in Seeds.Of(300))
        {
            var random = new Random(seed);
            var (store, request) = (World.Entities(random), World.Request(random));
            var again = EntityJson.Parse(EntityJson.Write(store)).ValueOrThrow();
            Assert.True(store.Entities.Zip(again.Entities).All(pair => pair.First.SaysSame(pair.Second)), $"seed {seed}");
            Assert.Equal(store.Count, again.Count);
            Assert.Equal(request, Authorization.Request.Parse(request.ToJson()).ValueOrThrow());
        }
    }

    [Theory]
    [InlineData("decimal(\"-1.5\")")]
    [InlineData("ip(\"10.0.0.0/8\")")]
    [InlineData("duration(\"-1d5ms\")")]
    [InlineData("datetime(\"2024-02-29T01:02:03.004Z\")")]
    [InlineData("datetime(\"1970-01-01\").offset(duration(\"9223372036854775807ms\"))")]
    [InlineData("[{a: -9223372036854775808}, [\"é\", true], T::\"\\0\"]")]
    public void Every_kind_of_value_is_written(string expression)
    {
        var set = Policies.PolicySet.Parse($"permit(principal, action, resource) when {{ context.x == {expression} }};");
        var policies = Authorization.CompiledPolicySet.Compile(set.ValueOrThrow());
        var value = new Evaluation.ExprCompiler()
            .Compile(((Policies.Expr.Binary)policies.Source.Policies[0].Body.Conditions[0].Body).Right)
            .Evaluate(new Evaluation.EvaluationState());
        var request = new Authorization.Request(
            EntityUid.Of("U", ""), EntityUid.Of("Action", ""), EntityUid.Of("R", ""), RecordValue.Create(("x", value)));
        var again = Authorization.Request.Parse(request.ToJson()).ValueOrThrow();
        Assert.Equal(Authorization.Decision.Allow, policies.Authorize(again, EntityStore.Empty).Decision);
    }

    [Fact]
    public void A_mistake_has_its_line() =>
        Assert.Equal("3:34: Cedar has no null. [json.null] Leave the attribute out.", Assert.Single(EntityJson.Parse(
            "[\n  {\"uid\": {\"type\": \"A\", \"id\": \"a\"}, \"parents\": [],\n   \"attrs\": {\"ok\": 1, \"missing\": null}}\n]").Errors).ToString());

    [Fact]
    public void Ancestors_are_found_through_parents_that_are_described_later_or_never()
    {
        var store = EntityStore.Create(
        [
            new Entity(
                EntityUid.Of("T", "a"),
                parents: [EntityUid.Of("T", "b"), EntityUid.Of("T", "c"), EntityUid.Of("T", "b")]),
            new Entity(EntityUid.Of("T", "c"), parents: [EntityUid.Of("T", "d")]),
            new Entity(EntityUid.Of("T", "b"), parents: [EntityUid.Of("T", "c")]),
        ]).ValueOrThrow();
        Assert.Equal(["b", "c", "d"], store.AncestorsOf(EntityUid.Of("T", "a")).Select(u => u.Id)
            .Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.True(store.IsIn(EntityUid.Of("T", "a"), EntityUid.Of("T", "d")));
        Assert.True(store.IsIn(EntityUid.Of("T", "z"), EntityUid.Of("T", "z")));
        Assert.False(store.IsIn(EntityUid.Of("T", "d"), EntityUid.Of("T", "a")));
    }

    [Fact]
    public void A_cycle_is_an_error_that_names_it()
    {
        var error = Assert.Single(EntityStore.Create(
        [
            new Entity(EntityUid.Of("T", "a"), parents: [EntityUid.Of("T", "b")]),
            new Entity(EntityUid.Of("T", "b"), parents: [EntityUid.Of("T", "a")]),
        ]).Errors);
        Assert.Equal("entities.cycle", error.Code);
    }

    private static Parsed<EntityStore> Parse(string value) =>
        EntityJson.Parse($$$"""[{"uid":{"type":"A","id":"a"},"attrs":{"x":{{{value}}}},"parents":[]}]""");
}
