namespace Sallyport.Cedar.Schemas;

/// <summary>What JSON syntax allows and what it does not, and what it can say that human syntax cannot.</summary>
public sealed class SchemaJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {}, "additionalAttributes": false}}}, "actions": {}}}""")]
    [InlineData("""{"": {"entityTypes": {"A": {"shape": {"type": "C"}}}, "actions": {}, "commonTypes": {"C": {"type": "Record", "attributes": {}}}}}""")]
    [InlineData("""{"": {"entityTypes": {"A": {}}, "actions": {"a": {"appliesTo": null, "memberOf": null, "attributes": null}}}}""")]
    [InlineData("""{"": {"entityTypes": {"A": {}}, "actions": {"a": {"appliesTo": {"principalTypes": ["A"], "resourceTypes": []}}}}}""")]
    [InlineData("""{"N": {"entityTypes": {"A": {"memberOfTypes": ["B"]}}, "actions": {"a": {"memberOf": [{"id": "b"}]}}}, "": {"entityTypes": {"B": {}}, "actions": {"b": {}}}}""")]
    [InlineData("""{"N": {"entityTypes": {"A": {"enum": ["x"], "annotations": {"a": null}}}, "actions": {}, "annotations": {"a": "b"}}}""")]
    public void This_is_a_schema(string json)
    {
        var document = SchemaDocument.ParseJson(json).ValueOrThrow();
        Assert.True(Schema.Create([document]).Succeeded);
        Assert.Equal(document, SchemaDocument.ParseJson(document.ToJson()).ValueOrThrow());
    }

    [Theory]
    [InlineData("[]", "json.unexpected")]
    [InlineData("{", "json.syntax")]
    [InlineData("{} {}", "json.syntax")]
    [InlineData("""{"": {"actions": {}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "foo": 1}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "actions": {}}}""", "json.duplicate")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "annotations": {}}}""", "json.member")]
    [InlineData("""{"N::": {"entityTypes": {}, "actions": {}}}""", "json.name")]
    [InlineData("""{"__cedar": {"entityTypes": {}, "actions": {}}}""", "json.name")]
    [InlineData("""{"": {"entityTypes": {"A::B": {}}, "actions": {}}}""", "json.name")]
    [InlineData("""{"": {"entityTypes": {"Action": {}}, "actions": {}}}""", "schema.reserved")]
    [InlineData("""{"": {"entityTypes": {"A": {"enum": []}}, "actions": {}}}""", "json.empty")]
    [InlineData("""{"": {"entityTypes": {"A": {"enum": ["a"], "memberOfTypes": []}}, "actions": {}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {"A": {"tags": {"type": "Long", "required": false}}}, "actions": {}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {}, "additionalAttributes": true}}}, "actions": {}}}""", "schema.unsupported")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {"a": {"attributes": {}}}}}""", "schema.unsupported")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {"a": {"appliesTo": {"principalTypes": []}}}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"Long": {"type": "Long"}}}}""", "schema.reserved")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"C": {"type": "Set"}}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"C": {"type": "Long", "name": "x"}}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"C": {"type": "a b"}}}}""", "json.name")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"C": {"type": "Set", "element": {"type": "Long", "annotations": {}}}}}}""", "json.member")]
    [InlineData("""{"": {"entityTypes": {}, "actions": {}, "commonTypes": {"C": {"type": "Extension", "name": "foo"}}}}""", "schema.unknown-type")]
    [InlineData("""{"": {"entityTypes": {"C": {}}, "actions": {}, "commonTypes": {"T": {"type": "C"}}}}""", "schema.unknown-type")]
    [InlineData("""{"": {"entityTypes": {"A": {"shape": {"type": "Long"}}}, "actions": {}}}""", "schema.record")]
    public void This_is_none(string json, string code) =>
        Assert.Equal(code, Schema.ParseJson(System.Text.Encoding.UTF8.GetBytes(json)).Errors[0].Code);

    [Fact]
    public void A_mistake_has_its_line()
    {
        var error = SchemaDocument.ParseJson(
            "{\n  \"\": {\n    \"entityTypes\": {\"A\": {\"foo\": 1}},\n    \"actions\": {}\n  }\n}").Errors[0];
        Assert.Equal(3, error.Position.Line);
    }

    [Theory]
    [InlineData("Long", "Long")]
    [InlineData("Bool", "Bool")]
    [InlineData("Boolean", "Bool")]
    [InlineData("decimal", "decimal")]
    [InlineData("__cedar::ipaddr", "ipaddr")]
    public void A_built_in_type_is_found(string word, string type)
    {
        const string Pattern = """{"": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {"x": {"type": "WORD"}}}}}, "actions": {}}}""";
        var json = Pattern.Replace("WORD", word, StringComparison.Ordinal);
        var document = SchemaDocument.ParseJson(json).ValueOrThrow();
        var schema = Schema.Create([document]).ValueOrThrow();
        Assert.Equal(type, schema.EntityTypes.Single().Attributes.Attributes.Single().Type.ToString());
        Assert.Equal(schema, Schema.Parse(document.ToString()).ValueOrThrow());
    }

    [Fact]
    public void What_human_syntax_cannot_say_is_found()
    {
        const string Hidden = """
            {"": {"entityTypes": {"B": {}, "A": {"shape": {"type": "Record", "attributes": {"x": {"type": "Entity", "name": "B"}}}}},
              "actions": {}, "commonTypes": {"B": {"type": "Long"}}}}
            """;
        var mismatch = Assert.Single(SchemaDocument.ParseJson(Hidden).ValueOrThrow().HumanSyntaxMismatches());
        Assert.Equal("schema.human-syntax", mismatch.Code);
        const string Named = """{"": {"entityTypes": {"A": {"shape": {"type": "C"}}}, "actions": {}, "commonTypes": {"C": {"type": "Record", "attributes": {}}}}}""";
        Assert.Single(SchemaDocument.ParseJson(Named).ValueOrThrow().HumanSyntaxMismatches());
    }
}
