using System.Text;

namespace Sallyport.Mcp.Tests;

public sealed class ToolListTests
{
    [Theory]
    [InlineData("""{"tools": [{"name": "t", "inputSchema": {"type": "object"}}], "nextCursor": "x"}""")]
    [InlineData("""[{"name": "t", "inputSchema": {"type": "object"}}]""")]
    [InlineData("""{"suite": "x", "tools": [{"name": "t", "input_schema": {"type": "object"}}]}""")]
    [InlineData("""[{"name": "t"}]""")]
    [InlineData("""[{"name": "t", "description": null, "inputSchema": true}]""")]
    public void The_forms_of_a_list_are_read(string text)
    {
        var list = Read(text);
        Assert.Empty(list.Faults);
        Assert.Equal("s__t", Assert.Single(list.Tools).Name.ToString());
        Assert.NotEmpty(list.Tools[0].Untyped);
    }

    [Theory]
    [InlineData("{}", "tools.malformed", "'tools'")]
    [InlineData("""{"tools": {}}""", "tools.malformed", "'tools'")]
    [InlineData("[", "tools.malformed", "line 1")]
    [InlineData("[1]", "tools.malformed", "/0")]
    [InlineData("[{}]", "tools.malformed", "/0")]
    [InlineData("""{"tools": [{"name": "a b"}]}""", "tools.name", "/tools/0/name")]
    [InlineData("""[{"name": "t", "description": 1}]""", "tools.malformed", "/0/description")]
    [InlineData("""[{"name": "t", "inputSchema": {}, "input_schema": {}}]""", "tools.malformed", "/0")]
    [InlineData("""[{"name": "t", "inputSchema": 1}]""", "tools.schema", "/0/inputSchema")]
    [InlineData("""[{"name": "t", "inputSchema": {"type": "string"}}]""", "tools.schema", "/0/inputSchema")]
    [InlineData("""[{"name": "t", "inputSchema": {"type": "objekt"}}]""", "tools.schema", "/type")]
    [InlineData("""[{"name": "t", "inputSchema": {"type": []}}]""", "tools.schema", "/type")]
    [InlineData("""[{"name": "t", "inputSchema": {"properties": []}}]""", "tools.schema", "/properties")]
    [InlineData("""[{"name": "t", "inputSchema": {"properties": {"a": 1}}}]""", "tools.schema", "/properties/a")]
    [InlineData("""[{"name": "t", "inputSchema": {"type": "object", "required": [1]}}]""", "tools.schema", "/required")]
    [InlineData("""[{"name": "t", "inputSchema": {"anyOf": []}}]""", "tools.schema", "/anyOf")]
    [InlineData("""[{"name": "t", "inputSchema": {"allOf": {}}}]""", "tools.schema", "/allOf")]
    [InlineData("""[{"name": "t", "inputSchema": {"$ref": 1}}]""", "tools.schema", "/$ref")]
    [InlineData("""[{"name": "t", "name": "u"}]""", "tools.duplicate-key", "/0/name")]
    public void What_is_wrong_is_named_with_its_place_and_a_mend(string text, string code, string place)
    {
        var list = Read(text);
        Assert.Empty(list.Tools);
        var fault = Assert.Single(list.Faults);
        Assert.Equal(code, fault.Code);
        Assert.Contains(place, fault.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Mend);
    }

    [Fact]
    public void A_wrong_tool_does_not_take_the_others_with_it()
    {
        var list = Read("""[{"name": "b"}, {"name": "no way"}, {"name": "a"}]""");
        Assert.Equal("s__a s__b", string.Join(' ', list.Tools.Select(tool => tool.Name)));
        Assert.Single(list.Faults);
    }

    [Theory]
    [InlineData("""[{"name": "t"}, {"name": "t"}, {"name": "t"}]""")]
    [InlineData("""[{"name": "t", "inputSchema": 1}, {"name": "t"}]""")]
    public void Tools_of_one_name_are_all_withheld(string text)
    {
        var list = Read(text);
        Assert.Empty(list.Tools);
        Assert.Contains(list.Faults, fault => fault.Code == "tools.duplicate");
    }

    [Fact]
    public void A_list_has_at_most_1024_tools()
    {
        Assert.Equal(1024, Read(Many(1024)).Tools.Length);
        Assert.Equal("tools.too-many", Assert.Single(Read(Many(1025)).Faults).Code);
    }

    [Fact]
    public void A_schema_has_at_most_128_KiB()
    {
        Assert.Empty(Read(Sized(ToolList.SchemaBytesMax)).Faults);
        Assert.Equal("tools.schema-too-large", Assert.Single(Read(Sized(ToolList.SchemaBytesMax + 1)).Faults).Code);
    }

    [Fact]
    public void A_server_whose_name_does_not_fit_has_no_tools()
    {
        var list = ToolList.Read("a__b", """[{"name": "t"}]"""u8);
        Assert.Empty(list.Tools);
        Assert.Equal("tools.server-name", Assert.Single(list.Faults).Code);
    }

    [Fact]
    public void Many_large_schemas_share_one_bound()
    {
        var properties = string.Join(',', Enumerable.Range(0, 4000).Select(i => $"\"p{i}\": true"));
        var tools = Enumerable.Range(0, 40).Select(i => $$"""
            {"name": "t{{i}}", "inputSchema": {"properties": { {{properties}} } } }
            """);
        var list = Read($"[{string.Join(',', tools)}]");
        Assert.Equal(16, list.Tools.Length);
        Assert.All(list.Faults, fault => Assert.Equal("tools.schema-too-large", fault.Code));
    }

    [Fact]
    public void The_fingerprint_is_of_name_description_and_schema_alone()
    {
        var first = Fingerprint("""{"name": "t", "description": "d", "inputSchema": {"type": "object", "x": 1.0}}""");
        Assert.Equal(first, Fingerprint(
            """{"title": 1, "inputSchema": { "x": 1, "type": "\u006fbject" }, "description": "d", "name": "t"}"""));
        Assert.Equal("""{"description":"d","inputSchema":{"type":"object","x":1},"name":"t"}""" is var canonical
            ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))
            : "", first);
        foreach (var changed in (string[])
            [
                """{"name": "u", "description": "d", "inputSchema": {"type": "object", "x": 1.0}}""",
                """{"name": "t", "description": "e", "inputSchema": {"type": "object", "x": 1.0}}""",
                """{"name": "t", "inputSchema": {"type": "object", "x": 1.0}}""",
                """{"name": "t", "description": "d", "inputSchema": {"type": "object", "x": 2}}""",
                """{"name": "t", "description": "d"}""",
            ])
        {
            Assert.False(first == Fingerprint(changed), changed);
        }
    }

    private static string Fingerprint(string tool) => Assert.Single(Read($"[{tool}]").Tools).Fingerprint.Hex;

    private static string Many(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name": "t{{i}}"}"""))}]";

    private static string Sized(int bytes)
    {
        const string frame = """{"type": "object", "description": ""}""";
        var padding = $"\"{new string('x', bytes - frame.Length)}\"";
        var schema = frame.Replace("\"\"", padding, StringComparison.Ordinal);
        return $$"""[{"name": "t", "inputSchema": {{schema}} }]""";
    }

    private static ToolList Read(string text) => ToolList.Read("s", Encoding.UTF8.GetBytes(text));
}
