using System.Text;

namespace Sallyport.Cedar.Schemas;

/// <summary>Hostile schemas end in an error that names the limit; none takes long, none overflows the stack.</summary>
public sealed class SchemaLimitTests
{
    [Fact]
    public void Deep_text_is_refused()
    {
        Assert.Equal("syntax.nesting", FirstCode($"type T = {string.Concat(Enumerable.Repeat("Set<", 100_000))}Long;"));
        Assert.Equal("syntax.nesting", FirstCode($"type T = {string.Concat(Enumerable.Repeat("{a:", 100_000))}Long;"));
        Assert.Equal("syntax.nesting", FirstCode($"type T = A{string.Concat(Enumerable.Repeat("::A", 100_000))};"));
    }

    [Fact]
    public void Deep_json_is_refused()
    {
        var json = $$"""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"T": {{string.Concat(Enumerable.Repeat("""{"type": "Set", "element": """, 100_000))}}""";
        Assert.Equal("json.syntax", SchemaDocument.ParseJson(json).Errors[0].Code);
    }

    [Fact]
    public void Types_that_double_at_each_step_are_refused()
    {
        var text = new StringBuilder("type T0 = {a: Long};");
        for (var i = 1; i <= 100; i++)
        {
            text.Append($"type T{i} = {{a: T{i - 1}, b: T{i - 1}}};");
        }

        Assert.Equal("schema.size", FirstCode(text.ToString()));
    }

    [Theory]
    [InlineData("type T{0} = T{1};")]
    [InlineData("type T{0} = Set<T{1}>;")]
    [InlineData("type T{0} = {{a: Set<T{1}>}};")]
    public void Long_chains_of_types_are_refused_in_either_order(string pattern)
    {
        var links = Enumerable.Range(1, 50_000).Select(i => string.Format(null, pattern, i, i - 1)).ToList();
        Assert.Equal("schema.nesting", FirstCode($"type T0 = Long; {string.Concat(links)}"));
        links.Reverse();
        Assert.Equal("schema.nesting", FirstCode($"type T0 = Long; {string.Concat(links)}"));
    }

    [Fact]
    public void A_chain_within_the_limit_is_read_in_either_order()
    {
        var links = Enumerable.Range(1, 90).Select(i => $"type T{i} = Set<T{i - 1}>;").ToList();
        var schema = Schema.Parse($"type T0 = Long; {string.Concat(links)} entity A = {{a: T90}};").ValueOrThrow();
        links.Reverse();
        Assert.Equal(schema,
            Schema.Parse($"type T0 = Long; {string.Concat(links)} entity A = {{a: T90}};").ValueOrThrow());
    }

    [Fact]
    public void Huge_hierarchies_are_refused()
    {
        var limits = CedarLimits.Default with { AncestorsMax = 10_000 };
        var types = string.Concat(Enumerable.Range(1, 1000).Select(i => $"entity E{i} in E{i - 1};"));
        Assert.Equal("schema.hierarchy", Schema.Parse($"entity E0; {types}", limits).Errors[0].Code);
        var actions = string.Concat(Enumerable.Range(1, 1000).Select(i => $"action a{i} in a{i - 1};"));
        Assert.Equal("schema.hierarchy", Schema.Parse($"action a0; {actions}", limits).Errors[0].Code);
    }

    [Fact]
    public void Too_many_environments_are_refused()
    {
        var types = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"E{i}"));
        Assert.Equal("schema.environments",
            FirstCode($"entity {types}; action a appliesTo {{principal: [{types}], resource: [{types}]}};"));
    }

    [Fact]
    public void Too_many_declarations_are_refused()
    {
        var limits = CedarLimits.Default with { SchemaDeclarationsMax = 10 };
        Assert.Equal("schema.too-many",
            Schema.Parse(string.Concat(Enumerable.Range(0, 11).Select(i => $"entity E{i};")), limits).Errors[0].Code);
        var many = string.Join(", ", Enumerable.Range(0, 11).Select(i => $"E{i}"));
        Assert.Equal("schema.too-many", Schema.Parse($"entity {many};", limits).Errors[0].Code);
    }

    [Fact]
    public void Many_unknown_names_cost_no_more_than_their_errors()
    {
        var names = string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"Missing{i}"));
        var errors = Schema.Parse(
            $"entity {string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"Present{i}"))}; entity A in [{names}];").Errors;
        Assert.InRange(errors.Length, 1, 100);
    }

    private static string FirstCode(string text) => Schema.Parse(text).Errors[0].Code;
}
