using System.Text;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp.Tests;

// What the tests of this room share: JSON texts, one tool from a schema, and a schema of Cedar around its arguments.
internal static class Texts
{
    public static StrictJson Strict(string text, JsonBounds? bounds = null)
    {
        Assert.True(
            StrictJson.TryParse(Encoding.UTF8.GetBytes(text), bounds ?? JsonBounds.Tools, out var json, out var fault),
            $"{text}: {fault}");
        return json;
    }

    public static ToolList List(string schema) =>
        ToolList.Read("s", Encoding.UTF8.GetBytes($$"""[{"name": "t", "inputSchema": {{schema}}}]"""));

    public static ToolDefinition Tool(string schema)
    {
        var list = List(schema);
        Assert.True(list.Tools.Length == 1, $"{schema}: {string.Join('\n', list.Faults)}");
        return list.Tools[0];
    }

    public static ToolArguments Arguments(ToolDefinition tool, string text)
    {
        Assert.True(
            ToolArguments.TryRead(tool.Arguments, Encoding.UTF8.GetBytes(text), out var arguments, out var faults),
            $"{text}: {string.Join('\n', faults)}");
        return arguments;
    }

    // The printed type in the place that it is meant for.
    public static Schema Cedar(ToolDefinition tool)
    {
        var text = $$"""
            entity Agent;
            entity Tool;
            action "{{tool.Name}}" appliesTo {
              principal: Agent, resource: Tool, context: { args: {{tool.Arguments}} } };
            """;
        var parsed = Schema.Parse(text);
        Assert.True(parsed.Succeeded, $"{text}\n{string.Join('\n', parsed.Errors)}");
        return parsed.ValueOrThrow();
    }

    public static void Conforms(Schema schema, ToolDefinition tool, ToolArguments arguments)
    {
        var request = new Request(
            EntityUid.Of("Agent", "a"), EntityUid.Of("Action", tool.Name.ToString()), EntityUid.Of("Tool", "t"),
            RecordValue.Create(("args", Value.Of(arguments.Record))));
        var mistakes = schema.Check(request);
        Assert.True(mistakes.IsEmpty, $"{tool.Arguments}\n{arguments.Record}\n{string.Join('\n', mistakes)}");
    }
}
