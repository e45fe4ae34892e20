using System.Text.Json;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>
/// One walk over the arguments of one call. Recursion is bounded by the depth of a <see cref="StrictJson"/>.
/// </summary>
internal sealed class ArgumentsReader
{
    private const int FaultsMax = 16;

    private bool isOverfull;

    /// <summary>What is wrong, the first few.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>Pointers of what is present and cannot be expressed.</summary>
    public List<string> Untyped { get; } = [];

    /// <summary>Scalars and undeclared names.</summary>
    public List<ArgumentLeaf> Leaves { get; } = [];

    /// <summary>The whole; null if it is no object.</summary>
    public RecordValue? Read(JsonElement root, ArgumentType.Record type)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            Refuse(CallFault.WrongType(JsonPointer.Root, "an object", root));
            return null;
        }

        return ReadRecord(root, type, JsonPointer.Root);
    }

    private RecordValue ReadRecord(JsonElement value, ArgumentType.Record type, string pointer)
    {
        var found = new List<(string, Value)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPointer.Join(pointer, member.Name);
            if (!type.TryGet(member.Name, out var attribute))
            {
                AddLeaf(new ArgumentLeaf.MemberName(at, member.Name));
                Untyped.Add(at);
                ReadUntyped(member.Value, at);
                continue;
            }

            seen.Add(member.Name);
            if (member.Value.ValueKind is JsonValueKind.Null && attribute.IsNullable)
            {
                continue;
            }

            if (ReadValue(member.Value, attribute.Type, at) is { } read)
            {
                found.Add((member.Name, read));
            }
        }

        foreach (var attribute in type.Attributes)
        {
            if (attribute.IsRequired && !seen.Contains(attribute.Name))
            {
                Refuse(CallFault.Missing(JsonPointer.Join(pointer, attribute.Name)));
            }
        }

        return RecordValue.Create([.. found]);
    }

    // Null where there is a fault, or where the value is untyped in this call.
    private Value? ReadValue(JsonElement value, ArgumentType type, string pointer)
    {
        switch (type)
        {
            case ArgumentType.Record record when value.ValueKind is JsonValueKind.Object:
                return Value.Of(ReadRecord(value, record, pointer));
            case ArgumentType.Set set when value.ValueKind is JsonValueKind.Array:
                return ReadSet(value, set.Element, pointer);
            case ArgumentType.Untyped:
                Untyped.Add(pointer);
                ReadUntyped(value, pointer);
                return null;
            case ArgumentType.Record or ArgumentType.Set:
                Refuse(CallFault.WrongType(pointer, type is ArgumentType.Set ? "an array" : "an object", value));
                return null;
            default:
                var read = ReadScalar(value, type, pointer);
                if (read is null)
                {
                    Untyped.Add(pointer);
                }

                return read;
        }
    }

    private Value? ReadSet(JsonElement value, ArgumentType element, string pointer)
    {
        var elements = new List<Value>(value.GetArrayLength());
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (ReadScalar(item, element, JsonPointer.Join(pointer, index++)) is { } read)
            {
                elements.Add(read);
            }
        }

        // A set with some of the elements would be a lie that containsAll believes: all of them, or none.
        if (elements.Count == index)
        {
            return Value.Of(SetValue.Create([.. elements]));
        }

        Untyped.Add(pointer);
        return null;
    }

    private Value? ReadScalar(JsonElement value, ArgumentType type, string pointer)
    {
        AddScalar(value, pointer);
        switch (type, value.ValueKind)
        {
            case (ArgumentType.String, JsonValueKind.String):
                return Value.Of(value.GetString() ?? "");
            case (ArgumentType.Bool, JsonValueKind.True or JsonValueKind.False):
                return Value.Of(value.GetBoolean());
            case (ArgumentType.Long, JsonValueKind.Number):
                var whole = Parse(value);
                if (whole.TryGetLong(out var number))
                {
                    return Value.Of(number);
                }

                Refuse(whole.IsWhole
                    ? CallFault.BeyondLong(pointer)
                    : CallFault.WrongType(pointer, "a whole number", value));
                return null;
            case (ArgumentType.Decimal, JsonValueKind.Number):
                return Parse(value).TryGetDecimal(out var fraction) ? Value.Of(fraction) : null;
            default:
                Refuse(CallFault.WrongType(pointer, WantedOf(type), value));
                return null;
        }
    }

    private void ReadUntyped(JsonElement value, string pointer)
    {
        if (value.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                var at = JsonPointer.Join(pointer, member.Name);
                AddLeaf(new ArgumentLeaf.MemberName(at, member.Name));
                ReadUntyped(member.Value, at);
            }
        }
        else if (value.ValueKind is JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                ReadUntyped(item, JsonPointer.Join(pointer, index++));
            }
        }
        else
        {
            AddScalar(value, pointer);
        }
    }

    private void AddScalar(JsonElement value, string pointer)
    {
        ArgumentLeaf? leaf = value.ValueKind switch
        {
            JsonValueKind.String => new ArgumentLeaf.Text(pointer, value.GetString() ?? ""),
            JsonValueKind.Number => new ArgumentLeaf.Number(
                pointer, value.GetRawText(), CanonicalJson.NumberOf(value)),
            JsonValueKind.True or JsonValueKind.False => new ArgumentLeaf.Flag(pointer, value.GetBoolean()),
            _ => null,
        };
        if (leaf is not null)
        {
            AddLeaf(leaf);
        }
    }

    private void AddLeaf(ArgumentLeaf leaf)
    {
        if (Leaves.Count < ToolArguments.LeavesMax)
        {
            Leaves.Add(leaf);
        }
        else if (!isOverfull)
        {
            // First, so that the bound on faults never hides it.
            isOverfull = true;
            Faults.Insert(0, CallFault.TooManyLeaves());
        }
    }

    private void Refuse(Fault fault)
    {
        if (Faults.Count < FaultsMax)
        {
            Faults.Add(fault);
        }
    }

    // A StrictJson holds no number that does not parse.
    private static JsonNumber Parse(JsonElement value) =>
        JsonNumber.TryParse(value.GetRawText(), out var number) ? number : throw new ArgumentException(
            "The number was not checked.", nameof(value));

    private static string WantedOf(ArgumentType type) => type switch
    {
        ArgumentType.String => "a text",
        ArgumentType.Bool => "a boolean",
        ArgumentType.Long => "a whole number",
        ArgumentType.Decimal => "a number",
        _ => "another kind of value",
    };
}
