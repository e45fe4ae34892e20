using System.Text;
using System.Text.Json.Nodes;

namespace Sallyport.Mcp.Tests;

// Whatever a server lists and whatever a caller sends: what is accepted parses and conforms, what is not is a fault.
public sealed class ToolFuzzTests
{
    private static readonly string[] Names =
    [
        "a", "b", "", "if", "has", "__cedar", "__entity", "\"", "\\", "\n\r\0", "\u202e", "é", "😀", "x\"};", "*",
        "a.b", "/~1", "Set<String>", "//", "\u2028", "type",
    ];

    private static readonly string[] Words = ["string", "integer", "number", "boolean", "null", "object", "array"];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void An_accepted_tool_has_a_schema_that_parses_and_an_accepted_call_conforms(int seed)
    {
        var random = new Random(seed);
        var (accepted, read) = (0, 0);
        for (var i = 0; i < 50; i++)
        {
            var schema = Schema(random, 4, []);
            schema["type"] = "object";
            schema["$defs"] = new JsonObject { ["d"] = Schema(random, 2, []), ["e"] = Schema(random, 2, []) };
            var list = Texts.List(schema.ToJsonString());
            Assert.True(list.Tools.Length == 1 || list.Faults.Length > 0, $"seed {seed}, step {i}");
            foreach (var tool in list.Tools)
            {
                accepted++;
                var cedar = Texts.Cedar(tool);
                for (var j = 0; j < 20; j++)
                {
                    var call = Encoding.UTF8.GetBytes(Call(random, tool.Arguments).ToJsonString());
                    if (ToolArguments.TryRead(tool.Arguments, call, out var arguments, out var faults))
                    {
                        read++;
                        Texts.Conforms(cedar, tool, arguments);
                        Assert.True(
                            arguments.Untyped.Order(StringComparer.Ordinal).SequenceEqual(
                                arguments.Untyped, StringComparer.Ordinal), $"seed {seed}, step {i}");
                    }
                    else
                    {
                        Assert.NotEmpty(faults);
                    }
                }
            }
        }

        // A generator that is always refused would prove nothing.
        Assert.True(accepted > 10 && read > 50, $"seed {seed}: {accepted} tools, {read} calls");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Bytes_that_were_changed_anywhere_are_read_or_refused_and_never_thrown_at(int seed)
    {
        var random = new Random(seed);
        var tool = Texts.Tool("""
            {"properties": {"a": {"type": "string"}, "b": {"items": {"type": "number"}}, "c": {"type": "integer"}}}
            """);
        var fact = FactDefinition.TryCreate(
            new FactOptions("f", ["*"], "/a", ["base64", "url", "json", "each", "host-of"], "Set<String>"),
            out var made, out _) ? made : null;
        for (var i = 0; i < 300; i++)
        {
            var bytes = """{"a": "eyJ4IjogMX0=", "b": [1.5, -2e3], "c": 12, "\u00e9": {"x": [null, true]}}"""u8
                .ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0
                    ? (byte)random.Next(256)
                    : "\"\\{}[],:0e-u"u8[random.Next(12)];
            }

            var cut = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length);
            if (ToolArguments.TryRead(tool.Arguments, cut, out var arguments, out var faults))
            {
                Assert.NotNull(fact);
                _ = FactExtractor.Extract(fact, arguments.Json);
                Assert.Equal(64, arguments.Digest.Hex.Length);
            }
            else
            {
                Assert.NotEmpty(faults);
            }

            _ = ToolList.Read("s", cut);
        }
    }

    private static JsonObject Schema(Random random, int depth, JsonObject schema)
    {
        switch (random.Next(depth > 0 ? 14 : 6))
        {
            case < 5:
                schema["type"] = Words[random.Next(4)];
                break;
            case 5:
                schema["type"] = new JsonArray([.. Words.OrderBy(_ => random.Next()).Take(random.Next(1, 3))
                    .Select(word => JsonValue.Create(word))]);
                break;
            case < 10:
                var properties = new JsonObject();
                foreach (var name in Names.OrderBy(_ => random.Next()).Take(random.Next(5)))
                {
                    properties[name] = random.Next(20) == 0 ? true : Schema(random, depth - 1, []);
                }

                schema["type"] = "object";
                schema["required"] = new JsonArray([.. properties.Where(_ => random.Next(2) == 0)
                    .Select(property => JsonValue.Create(property.Key))]);
                schema["properties"] = properties;
                break;
            case 10:
                schema["type"] = "array";
                schema["items"] = Schema(random, depth - 1, []);
                break;
            case 11:
                schema[random.Next(2) == 0 ? "anyOf" : "allOf"] = new JsonArray(
                    Schema(random, depth - 1, []), Schema(random, depth - 1, []));
                break;
            case 12:
                schema["enum"] = new JsonArray("x", random.Next(2) == 0 ? "y" : 1);
                break;
            default:
                schema["$ref"] = random.Next(8) == 0 ? "#" : random.Next(2) == 0 ? "#/$defs/d" : "#/$defs/e";
                break;
        }

        return schema;
    }

    // Mostly what the type wants, sometimes something else.
    private static JsonNode Call(Random random, ArgumentType type)
    {
        if (random.Next(40) == 0)
        {
            return new JsonArray(1, "x", null);
        }

        switch (type)
        {
            case ArgumentType.Record record:
                var members = new JsonObject();
                foreach (var attribute in record.Attributes.Where(a => a.IsRequired || random.Next(2) == 0))
                {
                    members[attribute.Name] = attribute.IsNullable && random.Next(3) == 0
                        ? null
                        : Call(random, attribute.Type);
                }

                if (random.Next(4) == 0)
                {
                    members[$"own{random.Next(3)}"] = new JsonObject { [Names[random.Next(Names.Length)]] = 1 };
                }

                return members;
            case ArgumentType.Set set:
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Call(random, set.Element))]);
            case ArgumentType.String:
                return Names[random.Next(Names.Length)];
            case ArgumentType.Bool:
                return random.Next(2) == 0;
            case ArgumentType.Long:
                return random.NextInt64(long.MinValue, long.MaxValue);
            case ArgumentType.Decimal:
                return JsonNode.Parse($"{random.Next(-1000, 1000)}.{random.Next(200_000)}") ?? 0;
            default:
                return new JsonObject { ["x"] = new JsonArray(null, 1.5, "t") };
        }
    }
}
