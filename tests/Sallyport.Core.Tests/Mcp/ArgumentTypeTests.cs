namespace Sallyport.Mcp.Tests;

// The table of docs/reference/tool-schemas.md: a property's schema, its attribute in Cedar, and what is untyped.
public sealed class ArgumentTypeTests
{
    [Theory]
    [InlineData("""{"type": "string"}""", "a?: String")]
    [InlineData("""{"type": "string", "format": "date-time"}""", "a?: String")]
    [InlineData("""{"type": "string", "format": "date"}""", "a?: String")]
    [InlineData("""{"type": "string", "enum": ["x", "y"]}""", "a?: String")]
    [InlineData("""{"enum": ["x", "y"]}""", "a?: String")]
    [InlineData("""{"enum": ["x", null]}""", "a?: String")]
    [InlineData("""{"enum": [1, 2]}""", "a?: Long")]
    [InlineData("""{"enum": [true]}""", "a?: Bool")]
    [InlineData("""{"const": "x"}""", "a?: String")]
    [InlineData("""{"const": 1.5}""", "a?: decimal")]
    [InlineData("""{"type": "integer"}""", "a?: Long")]
    [InlineData("""{"type": "number"}""", "a?: decimal")]
    [InlineData("""{"type": "boolean"}""", "a?: Bool")]
    [InlineData("""{"type": ["string", "null"]}""", "a?: String")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}], "default": null}""", "a?: String")]
    [InlineData("""{"oneOf": [{"type": "null"}, {"type": "integer"}]}""", "a?: Long")]
    [InlineData("""{"anyOf": [{"type": "string", "format": "uri"}, {"type": "string"}]}""", "a?: String")]
    [InlineData("""{"type": "array", "items": {"type": "string"}}""", "a?: Set<String>")]
    [InlineData("""{"items": {"type": "integer"}}""", "a?: Set<Long>")]
    [InlineData("""{"type": "array", "items": {"type": "number"}}""", "a?: Set<decimal>")]
    [InlineData("""{"anyOf": [{"items": {"type": "string"}, "type": "array"}, {"type": "null"}]}""", "a?: Set<String>")]
    [InlineData("""{"$ref": "#/$defs/text"}""", "a?: String")]
    [InlineData("""{"$ref": "#/$defs/text", "description": "x", "default": "y"}""", "a?: String")]
    [InlineData("""{"$ref": "#/definitions/old%20one"}""", "a?: Long")]
    [InlineData("""{"$ref": "#/$defs/sl~1ash"}""", "a?: Bool")]
    [InlineData("""{"allOf": [{"$ref": "#/$defs/text"}], "default": "x"}""", "a?: String")]
    [InlineData("""{"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}""",
        "a?: { b: String }")]
    [InlineData("""{"properties": {"b": {"type": "number"}}, "required": ["b"]}""", "a?: { b?: decimal }")]
    [InlineData("""{"type": "object", "properties": {}, "additionalProperties": false}""", "a?: {}")]
    [InlineData("""
        {"allOf": [{"properties": {"b": {"type": "string"}}}, {"properties": {"c": {"type": "integer"}}}],
         "properties": {"b": {"type": "string"}}, "required": ["b"]}
        """, "a?: { b: String, c?: Long }")]
    public void A_property_has_a_type(string schema, string attribute)
    {
        var tool = Property(schema, required: false);
        Assert.Equal($"{{ {attribute} }}", Line(tool.Arguments.ToString()));
        Assert.Empty(tool.Untyped);
        Texts.Cedar(tool);
    }

    [Theory]
    [InlineData("true", "/properties/a", "the schema says nothing")]
    [InlineData("{}", "/properties/a", "the schema names no type")]
    [InlineData("""{"type": "null"}""", "/properties/a", "null is the only value")]
    [InlineData("""{"type": ["string", "integer"]}""", "/properties/a", "more than one type")]
    [InlineData("""{"enum": ["x", 1]}""", "/properties/a/enum", "values of different types")]
    [InlineData("""{"const": {}}""", "/properties/a/const", "a constant that is an object or an array")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "integer"}]}""", "/properties/a/anyOf",
        "alternatives of different types")]
    [InlineData("""{"oneOf": [{"properties": {}}, {"properties": {}}]}""", "/properties/a/oneOf",
        "alternatives of different types")]
    [InlineData("""{"type": "array"}""", "/properties/a", "an array without one type for all elements")]
    [InlineData("""{"type": "array", "items": [{"type": "string"}]}""", "/properties/a",
        "an array without one type for all elements")]
    [InlineData("""{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}}""",
        "/properties/a", "an array without one type for all elements")]
    [InlineData("""{"type": "array", "items": {"type": "object", "additionalProperties": true}}""", "/properties/a",
        "an array of something other than texts, numbers or booleans")]
    [InlineData("""{"type": "array", "items": {"type": ["string", "null"]}}""", "/properties/a",
        "an array of something other than texts, numbers or booleans")]
    [InlineData("""{"type": "array", "items": {"type": "array", "items": {"type": "string"}}}""", "/properties/a",
        "an array of something other than texts, numbers or booleans")]
    [InlineData("""{"$ref": "https://example.org/schema"}""", "/properties/a",
        "a reference to something that is not within the schema")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "/properties/a",
        "a reference to something that is not within the schema")]
    [InlineData("""{"$ref": "#anchor"}""", "/properties/a", "a reference to something that is not within the schema")]
    [InlineData("""{"$ref": "#/$defs/text", "type": "integer"}""", "/properties/a",
        "a reference with further keywords beside it")]
    [InlineData("""{"$ref": "#/$defs/loop"}""", "/$defs/loop", "a reference to what it stands in")]
    [InlineData("""{"$dynamicRef": "#x"}""", "/properties/a", "a dynamic reference has no one target")]
    [InlineData("""{"allOf": [{"type": "string"}, {"type": "object"}]}""", "/properties/a/allOf",
        "parts that are not all objects")]
    public void What_has_no_type_is_named(string schema, string place, string reason)
    {
        var tool = Property(schema, required: true);
        Assert.Equal("{}", tool.Arguments.ToString());
        Assert.Equal([new ArgumentType.Untyped(place, reason)], tool.Untyped);
        Texts.Cedar(tool);
    }

    [Theory]
    [InlineData("""{"type": "object"}""", "/properties/a/additionalProperties")]
    [InlineData("""{"properties": {"b": {"type": "string"}}, "additionalProperties": {"type": "string"}}""",
        "/properties/a/additionalProperties")]
    [InlineData("""{"properties": {}, "patternProperties": {"^x": {"type": "string"}}}""",
        "/properties/a/patternProperties")]
    [InlineData("""{"type": "object", "properties": {}, "oneOf": [{"properties": {"b": {}}}]}""",
        "/properties/a/oneOf")]
    [InlineData("""
        {"allOf": [{"properties": {"b": {"type": "string"}}}, {"properties": {"b": {"type": "integer"}}}]}
        """,
        "/properties/a/allOf")]
    public void An_object_that_may_hold_more_is_a_record_and_named(string schema, string place)
    {
        var tool = Property(schema, required: true);
        Assert.True(tool.Arguments.TryGet("a", out var attribute));
        Assert.IsType<ArgumentType.Record>(attribute.Type);
        Assert.Equal(place, Assert.Single(tool.Untyped).Place);
    }

    [Theory]
    [InlineData("""{"type": "string"}""", "a: String")]
    [InlineData("""{"type": "integer"}""", "a: Long")]
    [InlineData("""{"type": "boolean"}""", "a: Bool")]
    [InlineData("""{"items": {"type": "string"}}""", "a: Set<String>")]
    [InlineData("""{"type": ["string", "null"]}""", "a?: String")]
    [InlineData("""{"type": "number"}""", "a?: decimal")]
    [InlineData("""{"items": {"type": "number"}}""", "a?: Set<decimal>")]
    public void Required_in_Cedar_is_what_every_call_can_give(string schema, string attribute) =>
        Assert.Equal($"{{ {attribute} }}", Line(Property(schema, required: true).Arguments.ToString()));

    [Theory]
    [InlineData("a-b", "\"a-b\"")]
    [InlineData("if", "\"if\"")]
    [InlineData("__cedar", "\"__cedar\"")]
    [InlineData("", "\"\"")]
    [InlineData("9", "\"9\"")]
    [InlineData("x\"}; permit", "\"x\\\"}; permit\"")]
    [InlineData("_ok9", "_ok9")]
    [InlineData("é", "\"é\"")]
    public void A_name_that_is_no_identifier_stands_in_quotes(string name, string printed)
    {
        var tool = Texts.Tool($$"""
            {"properties": { {{System.Text.Json.JsonSerializer.Serialize(name)}}: {"type": "string"} } }
            """);
        Assert.Equal($"{{ {printed}?: String }}", Line(tool.Arguments.ToString()));
        Texts.Cedar(tool);
    }

    [Fact]
    public void Records_are_at_most_eight_deep()
    {
        var schema = """{"type": "string"}""";
        for (var i = 0; i < 8; i++)
        {
            schema = $$"""{"type": "object", "properties": {"a": {{schema}} } }""";
        }

        Assert.Empty(Texts.Tool(schema).Untyped);
        var deeper = Texts.Tool($$"""{"type": "object", "properties": {"a": {{schema}} } }""");
        Assert.Equal("more than 8 objects inside one another", Assert.Single(deeper.Untyped).Reason);
        Texts.Cedar(deeper);
    }

    [Fact]
    public void References_that_double_at_each_step_are_refused_quickly()
    {
        var steps = Enumerable.Range(0, 40).Select(i => $$"""
            "d{{i}}": {"anyOf": [{"$ref": "#/$defs/d{{i + 1}}"}, {"$ref": "#/$defs/d{{i + 1}}"}]}
            """);
        var list = Texts.List($$"""
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/d0"} },
             "$defs": { {{string.Join(',', steps)}}, "d40": {"type": "string"} } }
            """);
        Assert.Empty(list.Tools);
        Assert.Equal("tools.schema-too-large", Assert.Single(list.Faults).Code);
    }

    [Fact]
    public void An_object_that_refers_to_itself_ends_where_it_begins_again()
    {
        var tool = Texts.Tool("""
            {"type": "object", "properties": {"tree": {"$ref": "#/$defs/node"}},
             "$defs": {"node": {"type": "object", "properties":
                {"name": {"type": "string"}, "next": {"$ref": "#/$defs/node"} } } } }
            """);
        Assert.Equal("{ tree?: { name?: String } }", Line(tool.Arguments.ToString()));
        Assert.Equal("/$defs/node/properties/next", Assert.Single(tool.Untyped).Place);
    }

    private static ToolDefinition Property(string schema, bool required) => Texts.Tool($$"""
        {"type": "object", "properties": {"a": {{schema}} }, "required": [{{(required ? "\"a\"" : "")}}],
         "$defs": {"text": {"type": "string"}, "loop": {"$ref": "#/$defs/loop"}, "sl/ash": {"type": "boolean"} },
         "definitions": {"old one": {"type": "integer"} } }
        """);

    private static string Line(string text) => string.Join(' ', text.Split(
        (char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
