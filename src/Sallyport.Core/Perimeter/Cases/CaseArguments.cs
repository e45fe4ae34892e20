using System.Text.Json;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>Arguments as people write them in a case, as the JSON that an agent would send.</summary>
/// <remarks>Every value of the file is a text. What the tool declares as a text stays one; anything else is taken for a
/// number, a boolean or null where it looks like one. Arguments for which that is not enough are written as JSON, in
/// one text.</remarks>
internal static class CaseArguments
{
    public static byte[] Write(ConfigNode node, ArgumentType.Record type)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json, node, type);
        }

        return stream.ToArray();
    }

    // Recursion is bounded by the depth that a file may have. A key twice stays twice: the reader of calls refuses it.
    private static void Write(Utf8JsonWriter json, ConfigNode node, ArgumentType? type)
    {
        switch (node)
        {
            case ConfigNode.Mapping mapping:
                json.WriteStartObject();
                foreach (var (key, value) in mapping.Entries)
                {
                    json.WritePropertyName(key.Text);
                    Write(
                        json, value,
                        type is ArgumentType.Record record && record.TryGet(key.Text, out var attribute)
                            ? attribute.Type
                            : null);
                }

                json.WriteEndObject();
                break;
            case ConfigNode.Sequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(json, item, (type as ArgumentType.Set)?.Element);
                }

                json.WriteEndArray();
                break;
            case ConfigNode.Scalar scalar when type is not ArgumentType.String && IsLiteral(scalar.Text):
                json.WriteRawValue(scalar.Text);
                break;
            case ConfigNode.Scalar scalar:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }

    private static bool IsLiteral(string text)
    {
        if (text is "true" or "false" or "null")
        {
            return true;
        }

        try
        {
            return text.Length > 0
                && (char.IsAsciiDigit(text[0]) || text[0] == '-')
                && JsonElement.Parse(text).ValueKind is JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
