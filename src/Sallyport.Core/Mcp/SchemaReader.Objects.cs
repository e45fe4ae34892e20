using System.Text.Json;

namespace Sallyport.Mcp;

// Objects, what is merged into them, and references.
internal sealed partial class SchemaReader
{
    // Keywords that describe values; beside a $ref they would have to be merged with what it points to.
    private static readonly string[] Describing =
        ["type", "properties", "items", "prefixItems", "enum", "const", "anyOf", "oneOf", "allOf", "required"];

    private static bool IsObjectLike(JsonElement schema) =>
        schema.TryGetProperty("properties", out _)
        || schema.TryGetProperty("allOf", out _)
        || schema.TryGetProperty("patternProperties", out _)
        || schema.TryGetProperty("additionalProperties", out _);

    private Mapped MapReference(JsonElement schema, JsonElement reference, string pointer, int depth)
    {
        if (reference.ValueKind is not JsonValueKind.String)
        {
            return Fault(JsonPointer.Join(pointer, "$ref"), "a text");
        }

        if (Describing.Any(keyword => schema.TryGetProperty(keyword, out _)))
        {
            return Unknown(pointer, "a reference with further keywords beside it");
        }

        var text = reference.GetString() ?? "";
        if (!text.StartsWith('#')
            || !JsonPointer.TrySplit(Uri.UnescapeDataString(text[1..]), out var tokens)
            || !TryResolve(tokens, out var target))
        {
            return Unknown(pointer, "a reference to something that is not within the schema");
        }

        var place = tokens.Aggregate(JsonPointer.Root, JsonPointer.Join);
        if (!following.Add(place))
        {
            return Unknown(pointer, "a reference to what it stands in");
        }

        var mapped = Map(target, place, depth);
        following.Remove(place);
        return mapped;
    }

    private bool TryResolve(string[] tokens, out JsonElement target)
    {
        target = root;
        foreach (var token in tokens)
        {
            if (target.ValueKind is JsonValueKind.Array
                && int.TryParse(token, out var index) && index >= 0 && index < target.GetArrayLength())
            {
                target = target[index];
            }
            else if (target.ValueKind is not JsonValueKind.Object || !target.TryGetProperty(token, out target))
            {
                return false;
            }
        }

        return true;
    }

    private Mapped MapObject(JsonElement schema, string pointer, int depth)
    {
        if (depth > RecordDepthMax)
        {
            return Unknown(pointer, $"more than {RecordDepthMax} objects inside one another");
        }

        var marks = untyped.Count;
        var merged = new Dictionary<string, ArgumentType.Attribute>(StringComparer.Ordinal);
        if (schema.TryGetProperty("allOf", out var parts))
        {
            var index = 0;
            var at = JsonPointer.Join(pointer, "allOf");
            if (parts.ValueKind is not JsonValueKind.Array)
            {
                return Fault(at, "an array of schemas");
            }

            foreach (var part in parts.EnumerateArray())
            {
                var mapped = Map(part, JsonPointer.Join(at, index++), depth);
                if (parts.GetArrayLength() == 1 && !HasShape(schema))
                {
                    return mapped;
                }

                if (mapped is not { Type: ArgumentType.Record record, IsNullable: false })
                {
                    untyped.RemoveRange(marks, untyped.Count - marks);
                    return Unknown(at, "parts that are not all objects");
                }

                foreach (var attribute in record.Attributes)
                {
                    Merge(merged, attribute, at);
                }
            }
        }

        AddProperties(schema, pointer, depth, merged);
        MarkOpen(schema, pointer, merged.Count == 0);
        return new Mapped(new ArgumentType.Record(
            [.. merged.Values.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)]));
    }

    private void AddProperties(
        JsonElement schema, string pointer, int depth, Dictionary<string, ArgumentType.Attribute> merged)
    {
        var required = Required(schema, pointer);
        if (schema.TryGetProperty("properties", out var properties))
        {
            var at = JsonPointer.Join(pointer, "properties");
            if (properties.ValueKind is not JsonValueKind.Object)
            {
                Fault(at, "an object of schemas");
                return;
            }

            foreach (var property in properties.EnumerateObject())
            {
                var place = JsonPointer.Join(at, property.Name);
                var mapped = Map(property.Value, place, depth + 1);
                var type = mapped.Type ?? Unknown(place, "null is the only value").Type!; // Unknown always has a type
                var presence = (required.Remove(property.Name) ? Presence.Required : Presence.None)
                    | (mapped.IsNullable ? Presence.Nullable : Presence.None);
                Merge(merged, new ArgumentType.Attribute(property.Name, type, presence), place);
            }
        }

        // Required and described in a part, or not described at all: a call without it is refused either way.
        foreach (var name in required)
        {
            var place = JsonPointer.Join(pointer, "required");
            merged[name] = merged.TryGetValue(name, out var known)
                ? known with { Presence = known.Presence | Presence.Required }
                : new ArgumentType.Attribute(
                    name, Unknown(place, "required, and not described").Type!, // Unknown always has a type
                    Presence.Required | Presence.Nullable);
        }
    }

    private SortedSet<string> Required(JsonElement schema, string pointer)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (schema.TryGetProperty("required", out var required))
        {
            // Draft-04 has a boolean in the property itself; nobody reads it any more, so it says nothing.
            if (required.ValueKind is not JsonValueKind.Array
                || required.EnumerateArray().Any(name => name.ValueKind is not JsonValueKind.String))
            {
                Fault(JsonPointer.Join(pointer, "required"), "an array of names");
                return names;
            }

            names.UnionWith(required.EnumerateArray().Select(name => name.GetString() ?? ""));
        }

        return names;
    }

    // Two descriptions of one property hold both. Where they are one type that is it; else nothing is known.
    private void Merge(
        Dictionary<string, ArgumentType.Attribute> merged, ArgumentType.Attribute attribute, string pointer)
    {
        if (!merged.TryGetValue(attribute.Name, out var known))
        {
            merged[attribute.Name] = attribute;
            return;
        }

        var presence = ((known.Presence | attribute.Presence) & Presence.Required)
            | (known.Presence & attribute.Presence & Presence.Nullable);
        var type = known.Type is not ArgumentType.Record and not ArgumentType.Untyped && known.Type == attribute.Type
            ? known.Type
            : Unknown(pointer, "described twice, differently").Type!; // Unknown always has a type
        merged[attribute.Name] = new ArgumentType.Attribute(attribute.Name, type, presence);
    }

    // Names what a call may hold that no attribute stands for, where the schema says so in as many words.
    private void MarkOpen(JsonElement schema, string pointer, bool isEmpty)
    {
        if (schema.TryGetProperty("patternProperties", out _))
        {
            Unknown(JsonPointer.Join(pointer, "patternProperties"), "names are known only in the call");
        }

        if (schema.TryGetProperty("additionalProperties", out var open) ? open.ValueKind is not JsonValueKind.False
            : isEmpty && !schema.TryGetProperty("properties", out _))
        {
            Unknown(JsonPointer.Join(pointer, "additionalProperties"), "names are known only in the call");
        }

        foreach (var keyword in (string[])["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var branches)
                && branches.ValueKind is JsonValueKind.Array
                && branches.EnumerateArray().Any(branch =>
                    branch.ValueKind is JsonValueKind.Object && (branch.TryGetProperty("properties", out _)
                        || branch.TryGetProperty("$ref", out _))))
            {
                Unknown(JsonPointer.Join(pointer, keyword), "alternatives beside the properties");
            }
        }
    }

    private static bool HasShape(JsonElement schema) =>
        schema.TryGetProperty("properties", out _)
        || schema.TryGetProperty("required", out _)
        || schema.TryGetProperty("type", out _)
        || schema.TryGetProperty("patternProperties", out _);
}
