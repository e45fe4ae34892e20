using System.Collections.Immutable;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>What became of a tool's input schema.</summary>
internal sealed record MappedSchema(ArgumentType.Record Type, ImmutableArray<ArgumentType.Untyped> Untyped);

/// <summary>
/// Maps one input schema (JSON Schema 2020-12, and draft-07 as servers still send it) to <see cref="ArgumentType"/>.
/// Keywords that only narrow values (pattern, minimum, not, if) are the server's to check and change nothing here.
/// </summary>
internal sealed partial class SchemaReader(JsonElement root, int nodesMax)
{
    /// <summary>Schemas visited for one tool, those behind references each time anew.</summary>
    public const int NodesMax = 4096;

    /// <summary>Records inside one another.</summary>
    public const int RecordDepthMax = 8;

    private const int FaultsMax = 16;

    private readonly List<Fault> faults = [];
    private readonly List<ArgumentType.Untyped> untyped = [];
    private readonly HashSet<string> following = new(StringComparer.Ordinal);

    /// <summary>Schemas visited.</summary>
    public int Nodes { get; private set; }

    /// <summary>What is wrong; a tool with a fault is withheld.</summary>
    public IReadOnlyList<Fault> Faults => faults;

    /// <summary>The mapping of a tool of which nothing is known.</summary>
    public static MappedSchema Missing(string reason) =>
        new(ArgumentType.Record.Empty, [new ArgumentType.Untyped(JsonPointer.Root, reason)]);

    /// <summary>Maps the whole; null if there are <see cref="Faults"/>.</summary>
    public MappedSchema? Read()
    {
        var mapped = Map(root, JsonPointer.Root, 1).Type;
        if (Nodes > nodesMax)
        {
            faults.Clear();
            faults.Add(ToolFault.SchemaTooLarge(
                JsonPointer.Root, $"{nodesMax} parts, those behind references counted"));
        }
        else if (mapped is not ArgumentType.Record and not ArgumentType.Untyped)
        {
            Fault(JsonPointer.Root, "the schema of an object");
        }

        return faults.Count > 0 ? null : new MappedSchema(
            mapped as ArgumentType.Record ?? ArgumentType.Record.Empty,
            [
                .. untyped.DistinctBy(part => part.Place, StringComparer.Ordinal)
                    .OrderBy(part => part.Place, StringComparer.Ordinal),
            ]);
    }

    private Mapped Map(JsonElement schema, string pointer, int depth)
    {
        if (++Nodes > nodesMax)
        {
            return new Mapped(new ArgumentType.Untyped(pointer, "the schema is too large"));
        }

        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return Unknown(pointer, "the schema says nothing");
        }

        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return Fault(pointer, "a schema: an object or a boolean");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return MapReference(schema, reference, pointer, depth);
        }

        if (schema.TryGetProperty("$dynamicRef", out _) || schema.TryGetProperty("$recursiveRef", out _))
        {
            return Unknown(pointer, "a dynamic reference has no one target");
        }

        if (schema.TryGetProperty("type", out var type))
        {
            return MapTyped(schema, type, pointer, depth);
        }

        if (IsObjectLike(schema))
        {
            return MapObject(schema, pointer, depth);
        }

        return schema.TryGetProperty("items", out _) ? MapArray(schema, pointer, depth)
            : schema.TryGetProperty("enum", out var values) ? MapEnum(values, JsonPointer.Join(pointer, "enum"))
            : schema.TryGetProperty("const", out var value) ? MapValue(value, pointer)
            : schema.TryGetProperty("anyOf", out var any) ? MapUnion(any, JsonPointer.Join(pointer, "anyOf"), depth)
            : schema.TryGetProperty("oneOf", out var one) ? MapUnion(one, JsonPointer.Join(pointer, "oneOf"), depth)
            : Unknown(pointer, "the schema names no type");
    }

    private Mapped MapTyped(JsonElement schema, JsonElement type, string pointer, int depth)
    {
        if (type.ValueKind is JsonValueKind.String)
        {
            return MapNamed(schema, type.GetString() ?? "", pointer, depth);
        }

        var names = new List<string>();
        if (type.ValueKind is JsonValueKind.Array)
        {
            foreach (var name in type.EnumerateArray())
            {
                names.Add(name.ValueKind is JsonValueKind.String ? name.GetString() ?? "" : "");
            }
        }

        if (names.Count == 0)
        {
            return Fault(JsonPointer.Join(pointer, "type"), "the name of a type or an array of them");
        }

        var isNullable = names.RemoveAll(name => name == "null") > 0;
        return names.Count == 1
            ? MapNamed(schema, names[0], pointer, depth).OrNull(isNullable)
            : names.Count == 0 ? new Mapped(null, IsNullable: true)
            : Unknown(pointer, "more than one type").OrNull(isNullable);
    }

    private Mapped MapNamed(JsonElement schema, string type, string pointer, int depth) => type switch
    {
        "string" => new Mapped(new ArgumentType.String()),
        "integer" => new Mapped(new ArgumentType.Long()),
        "number" => new Mapped(new ArgumentType.Decimal()),
        "boolean" => new Mapped(new ArgumentType.Bool()),
        "array" => MapArray(schema, pointer, depth),
        "object" => MapObject(schema, pointer, depth),
        "null" => new Mapped(null, IsNullable: true),
        _ => Fault(JsonPointer.Join(pointer, "type"), "one of string, integer, number, boolean, array, object, null"),
    };

    private Mapped MapArray(JsonElement schema, string pointer, int depth)
    {
        var at = JsonPointer.Join(pointer, "items");
        if (schema.TryGetProperty("prefixItems", out _)
            || !schema.TryGetProperty("items", out var items)
            || items.ValueKind is JsonValueKind.Array)
        {
            return Unknown(pointer, "an array without one type for all elements");
        }

        var marks = untyped.Count;
        var element = Map(items, at, depth);
        var isScalar = element.Type
            is ArgumentType.String or ArgumentType.Long or ArgumentType.Decimal or ArgumentType.Bool;
        if (isScalar && !element.IsNullable)
        {
            return new Mapped(new ArgumentType.Set(element.Type!)); // a scalar is no null
        }

        // One finding for the array; what is untyped within it would only repeat it.
        untyped.RemoveRange(marks, untyped.Count - marks);
        return Unknown(pointer, "an array of something other than texts, numbers or booleans");
    }

    private Mapped MapUnion(JsonElement branches, string pointer, int depth)
    {
        if (branches.ValueKind is not JsonValueKind.Array || branches.GetArrayLength() == 0)
        {
            return Fault(pointer, "an array of schemas");
        }

        var marks = untyped.Count;
        Mapped? result = null;
        var (isNullable, isOne) = (false, true);
        var index = 0;
        foreach (var branch in branches.EnumerateArray())
        {
            var mapped = Map(branch, JsonPointer.Join(pointer, index++), depth);
            isNullable |= mapped.IsNullable;
            if (mapped.Type is not null)
            {
                // Scalars alone compare by value; two objects are two types even where they look alike.
                isOne &= result is null || (result.Type is not ArgumentType.Record && mapped.Type == result.Type);
                result ??= mapped;
            }
        }

        if (isOne)
        {
            return result is null ? new Mapped(null, IsNullable: true) : result.OrNull(isNullable);
        }

        untyped.RemoveRange(marks, untyped.Count - marks);
        return Unknown(pointer, "alternatives of different types").OrNull(isNullable);
    }

    private Mapped MapEnum(JsonElement values, string pointer)
    {
        if (values.ValueKind is not JsonValueKind.Array || values.GetArrayLength() == 0)
        {
            return Fault(pointer, "an array of values");
        }

        Mapped? result = null;
        var (isNullable, isOne) = (false, true);
        foreach (var value in values.EnumerateArray())
        {
            var mapped = TypeOf(value);
            isNullable |= value.ValueKind is JsonValueKind.Null;
            isOne &= value.ValueKind is JsonValueKind.Null
                || (mapped is not null && (result is null || mapped == result.Type));
            result ??= mapped is null ? null : new Mapped(mapped);
        }

        return (isOne ? result ?? new Mapped(null) : Unknown(pointer, "values of different types")).OrNull(isNullable);
    }

    private Mapped MapValue(JsonElement value, string pointer) =>
        value.ValueKind is JsonValueKind.Null ? new Mapped(null, IsNullable: true)
        : TypeOf(value) is { } type ? new Mapped(type)
        : Unknown(JsonPointer.Join(pointer, "const"), "a constant that is an object or an array");

    private static ArgumentType? TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new ArgumentType.String(),
        JsonValueKind.True or JsonValueKind.False => new ArgumentType.Bool(),
        JsonValueKind.Number => JsonNumber.TryParse(value.GetRawText(), out var number) && number.TryGetLong(out _)
            ? new ArgumentType.Long()
            : new ArgumentType.Decimal(),
        _ => null,
    };

    private Mapped Unknown(string pointer, string reason)
    {
        var type = new ArgumentType.Untyped(pointer, reason);
        untyped.Add(type);
        return new Mapped(type);
    }

    private Mapped Fault(string pointer, string wanted)
    {
        if (faults.Count < FaultsMax)
        {
            faults.Add(ToolFault.Schema(pointer, wanted));
        }

        return new Mapped(new ArgumentType.Untyped(pointer, "the schema is wrong"));
    }

    /// <summary>A type that may be null; null alone has no type.</summary>
    private sealed record Mapped(ArgumentType? Type, bool IsNullable = false)
    {
        public Mapped OrNull(bool isNullable) => isNullable && !IsNullable ? this with { IsNullable = true } : this;
    }
}
