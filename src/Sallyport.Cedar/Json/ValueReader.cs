using System.Runtime.InteropServices;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Json;

/// <summary>
/// Reads Cedar values from JSON (Cedar documentation, "Entities and context syntax"): texts, 64-bit integers, Booleans,
/// arrays as sets, objects as records, and the escapes <c>__entity</c> and <c>__extn</c>. Every reader method enters at
/// the value's first token and leaves at its last.
/// </summary>
/// <remarks>
/// Stricter than the official implementation in one point: an object that has the key of an escape and is not that
/// escape, whole and alone, is an error, not a record.
/// </remarks>
internal sealed class ValueReader(CedarLimits limits)
{
    private const int CacheMax = 32;

    // Used as stacks, so that nested arrays and objects share two buffers.
    private readonly List<Value> _values = [];
    private readonly List<string> _names = [];

    // Names recur within a document: comparing bytes is cheaper than making, checking and hashing the same text again.
    private readonly List<EntityTypeName> _knownTypes = [];
    private readonly List<string> _knownNames = [];

    public static JsonReaderOptions Options(CedarLimits limits) => new() { MaxDepth = limits.JsonDepthMax + 8 };

    public Value ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Value.Of(ReadText(ref reader)),
        JsonTokenType.Number => reader.TryGetInt64(out var number) ? Value.Of(number) : throw NotLong(reader),
        JsonTokenType.True => Value.True,
        JsonTokenType.False => Value.False,
        JsonTokenType.StartArray => Value.Of(ReadSet(ref reader)),
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.Null =>
            throw new JsonFault("json.null", "Cedar has no null.", "Leave the attribute out.", reader.TokenStartIndex),
        _ => throw JsonFault.Expected("a value", reader),
    };

    /// <summary>An object as a record whose keys are no escapes: attributes, tags, context.</summary>
    public RecordValue ReadRecord(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an object", reader);
        }

        var start = reader.TokenStartIndex;
        var (firstName, firstValue) = (_names.Count, _values.Count);
        while (Read(ref reader) == JsonTokenType.PropertyName)
        {
            _names.Add(ReadName(ref reader));
            Read(ref reader);
            var value = ReadValue(ref reader);
            _values.Add(value);
            RequireWidth(_names.Count - firstName, reader);
        }

        return TakeRecord(firstName, firstValue, start);
    }

    /// <summary>A uid: <c>{"type", "id"}</c>, alone or as the value of <c>__entity</c>.</summary>
    public EntityUid ReadUid(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an entity as {\"type\": ..., \"id\": ...}", reader);
        }

        EntityTypeName? type = null;
        string? id = null;
        while (Read(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8) && type is null)
            {
                Read(ref reader);
                type = ReadTypeName(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8) && id is null)
            {
                Read(ref reader);
                id = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("__entity"u8) && type is null && id is null)
            {
                Read(ref reader);
                var uid = ReadUid(ref reader);
                RequireEnd(ref reader, "__entity");
                return uid;
            }
            else
            {
                throw new JsonFault(
                    "json.entity", $"'{ReadText(ref reader)}' is not, or not again, a member of an entity reference.",
                    "Write {\"type\": ..., \"id\": ...}.", reader.TokenStartIndex);
            }
        }

        return type is not null && id is not null
            ? new EntityUid(type, id)
            : throw new JsonFault(
                "json.entity",
                "An entity reference needs type and id.",
                "Write {\"type\": ..., \"id\": ...}.",
                reader.TokenStartIndex);
    }

    public EntityTypeName ReadTypeName(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw JsonFault.Expected("the name of an entity type", reader);
        }

        foreach (var known in _knownTypes)
        {
            if (reader.ValueTextEquals(known.Name))
            {
                return known;
            }
        }

        var text = ReadText(ref reader);
        if (!EntityTypeName.TryParse(text, out var type))
        {
            throw new JsonFault("json.type", $"'{text}' is not the name of an entity type.",
                "Write identifiers joined by '::', without whitespace and reserved words.", reader.TokenStartIndex);
        }

        if (_knownTypes.Count < CacheMax)
        {
            _knownTypes.Add(type);
        }

        return type;
    }

    public static string ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw JsonFault.Expected("a text", reader);
        }

        try
        {
            // Not null: the token is no null.
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonFault(
                "json.text", "The text is no valid Unicode.", "Escape whole surrogate pairs.", reader.TokenStartIndex);
        }
    }

    /// <summary>The next token; the document may not end here.</summary>
    public static JsonTokenType Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonFault("json.syntax", "The document ends too early.", "", reader.BytesConsumed);
        }

        if (reader.ValueIsEscaped)
        {
            // An escaped half of a surrogate pair is found here: comparing such a text would throw.
            ReadText(ref reader);
        }

        return reader.TokenType;
    }

    private static void RequireEnd(ref Utf8JsonReader reader, string escape)
    {
        if (Read(ref reader) != JsonTokenType.EndObject)
        {
            throw new JsonFault(
                "json.escape",
                $"'{escape}' stands alone in its object.",
                "Move the other members out.",
                reader.TokenStartIndex);
        }
    }

    private SetValue ReadSet(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        var first = _values.Count;
        while (Read(ref reader) != JsonTokenType.EndArray)
        {
            var value = ReadValue(ref reader);
            RequireDepth(value, start);
            _values.Add(value);
            RequireWidth(_values.Count - first, reader);
        }

        var set = SetValue.Create(CollectionsMarshal.AsSpan(_values)[first..]);
        _values.RemoveRange(first, _values.Count - first);
        return set;
    }

    private Value ReadObject(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        var (firstName, firstValue) = (_names.Count, _values.Count);
        while (Read(ref reader) == JsonTokenType.PropertyName)
        {
            if (IsEscape(reader))
            {
                if (_names.Count > firstName)
                {
                    throw new JsonFault(
                        "json.escape",
                        $"'{ReadText(ref reader)}' stands alone in its object.",
                        "Move the other members out.",
                        reader.TokenStartIndex);
                }

                return ReadEscape(ref reader);
            }

            _names.Add(ReadName(ref reader));
            Read(ref reader);
            var value = ReadValue(ref reader);
            RequireDepth(value, start);
            _values.Add(value);
            RequireWidth(_names.Count - firstName, reader);
        }

        return Value.Of(TakeRecord(firstName, firstValue, start));
    }

    private static bool IsEscape(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("__entity"u8) || reader.ValueTextEquals("__extn"u8)
            || reader.ValueTextEquals("__expr"u8);

    private Value ReadEscape(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        var isEntity = reader.ValueTextEquals("__entity"u8);
        if (reader.ValueTextEquals("__expr"u8))
        {
            throw new JsonFault(
                "json.escape", "The escape '__expr' is no longer part of Cedar.", "Use __entity or __extn.", start);
        }

        Read(ref reader);
        var value = isEntity ? Value.Of(ReadUid(ref reader)) : ReadExtension(ref reader, start);
        RequireEnd(ref reader, isEntity ? "__entity" : "__extn");
        return value;
    }

    /// <summary>
    /// <c>{"fn": name, "arg": value}</c> or <c>{"fn": name, "args": [values]}</c>: the function is called.
    /// </summary>
    private Value ReadExtension(ref Utf8JsonReader reader, long start)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("{\"fn\": ..., \"arg\": ...}", reader);
        }

        string? name = null;
        List<Value>? arguments = null;
        while (Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ReadText(ref reader);
            Read(ref reader);
            switch (member)
            {
                case "fn" when name is null:
                    name = ReadText(ref reader);
                    break;
                case "arg" when arguments is null:
                    arguments = [ReadValue(ref reader)];
                    break;
                case "args" when arguments is null && reader.TokenType == JsonTokenType.StartArray:
                    arguments = [];
                    while (Read(ref reader) != JsonTokenType.EndArray)
                    {
                        arguments.Add(ReadValue(ref reader));
                        RequireWidth(arguments.Count, reader);
                    }

                    break;
                default:
                    throw new JsonFault(
                        "json.escape", $"'{member}' is not, or not again, a member of an extension value.",
                        "Write {\"fn\": ..., \"arg\": ...}.", reader.TokenStartIndex);
            }
        }

        if (name is null || arguments is null)
        {
            throw new JsonFault(
                "json.escape", "An extension value needs fn and arg.", "Write {\"fn\": ..., \"arg\": ...}.", start);
        }

        if (!ExtensionFunction.TryFind(name, out var function))
        {
            throw new JsonFault(
                "json.function",
                $"There is no extension function '{name}'.",
                "There are decimal, ip, datetime and duration.",
                start);
        }

        return ExtensionCalls.TryCall(function, CollectionsMarshal.AsSpan(arguments), out var value, out var fault)
            ? value
            : throw new JsonFault("json.extension", fault, "", start);
    }

    private string ReadName(ref Utf8JsonReader reader)
    {
        foreach (var known in _knownNames)
        {
            if (reader.ValueTextEquals(known))
            {
                return known;
            }
        }

        var name = ReadText(ref reader);
        if (_knownNames.Count < CacheMax)
        {
            _knownNames.Add(name);
        }

        return name;
    }

    private RecordValue TakeRecord(int firstName, int firstValue, long start)
    {
        var names = CollectionsMarshal.AsSpan(_names)[firstName..].ToArray();
        var values = CollectionsMarshal.AsSpan(_values)[firstValue..].ToArray();
        _names.RemoveRange(firstName, names.Length);
        _values.RemoveRange(firstValue, values.Length);
        return RecordValue.TryAdopt(names, values, out var record, out var duplicate)
            ? record
            : throw (duplicate is null
                ? TooDeep(start)
                : new JsonFault("json.duplicate", $"'{duplicate}' is given twice.", "Keep one of them.", start));
    }

    private void RequireWidth(int width, in Utf8JsonReader reader)
    {
        if (width > limits.WidthMax)
        {
            throw new JsonFault(
                "json.width",
                $"More than {limits.WidthMax} elements.",
                "Put them into several entities.",
                reader.TokenStartIndex);
        }
    }

    private static void RequireDepth(in Value value, long start)
    {
        if (value.Depth >= Value.DepthMax - 1)
        {
            throw TooDeep(start);
        }
    }

    private static JsonFault TooDeep(long offset) =>
        new(
            "json.nesting",
            $"More than {Value.DepthMax} sets and records inside one another.",
            "Make the value flatter.",
            offset);

    private static JsonFault NotLong(in Utf8JsonReader reader) =>
        new(
            "json.number",
            "The number is no 64-bit integer.",
            "Write a decimal as {\"__extn\": {\"fn\": \"decimal\", \"arg\": \"1.5\"}}.",
            reader.TokenStartIndex);
}
