using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>One tool that may be offered.</summary>
/// <param name="Name">Its name in Sallyport.</param>
/// <param name="Description">What its server says of it: a stranger's text, empty if there is none.</param>
/// <param name="Arguments">What Cedar can know of its arguments.</param>
/// <param name="Untyped">What it cannot know of them, in the order of the pointers.</param>
/// <param name="Fingerprint">What is pinned at review.</param>
public sealed record ToolDefinition(
    ToolName Name,
    string Description,
    ArgumentType.Record Arguments,
    ImmutableArray<ArgumentType.Untyped> Untyped,
    ToolFingerprint Fingerprint);

/// <summary>
/// The tools of one server, from what it answers to <c>tools/list</c> (MCP 2025-11-25). The answer is hostile input: a
/// tool that is wrong in any way is withheld with a fault, the others stay.
/// </summary>
/// <param name="Tools">What may be offered, in the order of the names.</param>
/// <param name="Faults">What is wrong, each with a JSON pointer into the text as it came.</param>
public sealed record ToolList(ImmutableArray<ToolDefinition> Tools, ImmutableArray<Fault> Faults)
{
    /// <summary>Tools in one list.</summary>
    public const int ToolsMax = 1024;

    /// <summary>UTF-8 bytes of one tool's input schema.</summary>
    public const int SchemaBytesMax = 128 * 1024;

    /// <summary>UTF-16 units of one tool's description.</summary>
    public const int DescriptionLengthMax = 16_384;

    // A list of many tools may not ask for the bound of one tool each time.
    private const int ListNodesMax = 65_536;

    /// <summary>
    /// Reads a list: <c>{"tools": [...]}</c> or the array, each with <c>inputSchema</c> or <c>input_schema</c>.
    /// </summary>
    /// <param name="server">The server, as the configuration names it.</param>
    /// <param name="utf8">The JSON text.</param>
    public static ToolList Read(string server, ReadOnlySpan<byte> utf8) =>
        StrictJson.TryParse(utf8, JsonBounds.Tools, out var json, out var fault)
            ? Read(server, json)
            : new ToolList([], [fault]);

    /// <summary>Reads a list that was checked.</summary>
    public static ToolList Read(string server, StrictJson json)
    {
        var (pointer, tools) = json.Root.ValueKind is JsonValueKind.Array
            ? (JsonPointer.Root, json.Root)
            : json.Root.ValueKind is JsonValueKind.Object && json.Root.TryGetProperty("tools", out var member)
                ? ("/tools", member)
                : (JsonPointer.Root, default);
        if (tools.ValueKind is not JsonValueKind.Array)
        {
            return new ToolList([], [ToolFault.NoList()]);
        }

        if (tools.GetArrayLength() > ToolsMax)
        {
            return new ToolList([], [ToolFault.TooMany(tools.GetArrayLength())]);
        }

        var reading = new Reading(server);
        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            reading.Add(tool, JsonPointer.Join(pointer, index++));
        }

        return reading.Finish();
    }

    private sealed class Reading(string server)
    {
        private readonly Dictionary<string, ToolDefinition?> tools = new(StringComparer.Ordinal);
        private readonly List<Fault> faults = [];
        private int nodesLeft = ListNodesMax;

        public ToolList Finish() => new(
            [.. tools.Values.OfType<ToolDefinition>().OrderBy(t => t.Name.ToString(), StringComparer.Ordinal)],
            [.. faults]);

        public void Add(JsonElement tool, string pointer)
        {
            if (tool.ValueKind is not JsonValueKind.Object
                || !tool.TryGetProperty("name", out var named)
                || named.ValueKind is not JsonValueKind.String)
            {
                faults.Add(ToolFault.Member(pointer, "an object with a text 'name'"));
                return;
            }

            // GetString is null for JSON null only.
            var own = named.GetString() ?? "";
            if (!ToolName.TryJoin(server, own, out var name, out var fault))
            {
                faults.Add(ToolFault.At(JsonPointer.Join(pointer, "name"), fault));
                return;
            }

            // Which of two is meant nobody can say, so neither is offered, not even where one is also wrong.
            if (tools.ContainsKey(name.ToString()))
            {
                tools[name.ToString()] = null;
                faults.Add(ToolFault.Twice(pointer, name));
                return;
            }

            tools[name.ToString()] = Define(tool, pointer, name);
        }

        private ToolDefinition? Define(JsonElement tool, string pointer, ToolName name)
        {
            string? description = null;
            if (tool.TryGetProperty("description", out var described) && described.ValueKind is not JsonValueKind.Null)
            {
                description = described.ValueKind is JsonValueKind.String ? described.GetString() : null;
                if (description is not { Length: <= DescriptionLengthMax })
                {
                    faults.Add(ToolFault.Member(
                        JsonPointer.Join(pointer, "description"),
                        $"a text of at most {DescriptionLengthMax} characters"));
                    return null;
                }
            }

            var hasSchema = tool.TryGetProperty("inputSchema", out var schema);
            var member = hasSchema ? "inputSchema" : "input_schema";
            if (tool.TryGetProperty("input_schema", out var other))
            {
                if (hasSchema)
                {
                    faults.Add(ToolFault.TwoSchemas(pointer));
                    return null;
                }

                (hasSchema, schema) = (true, other);
            }

            var mapped = hasSchema
                ? Map(schema, JsonPointer.Join(pointer, member))
                : SchemaReader.Missing("the tool has no input schema");
            return mapped is null ? null : new ToolDefinition(
                name,
                description ?? "",
                mapped.Type,
                mapped.Untyped,
                ToolFingerprint.Of(name.Tool, description, hasSchema ? schema : null));
        }

        private MappedSchema? Map(JsonElement schema, string pointer)
        {
            if (JsonMarshal.GetRawUtf8Value(schema).Length > SchemaBytesMax)
            {
                faults.Add(ToolFault.SchemaTooLarge(pointer, $"{SchemaBytesMax} bytes"));
                return null;
            }

            var reader = new SchemaReader(schema, Math.Min(nodesLeft, SchemaReader.NodesMax));
            var mapped = reader.Read();
            nodesLeft -= reader.Nodes;
            faults.AddRange(reader.Faults.Select(fault => ToolFault.At(pointer, fault)));
            return mapped;
        }
    }
}
