using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>Where a JSON pointer leads to in a text, for people who look for it with an editor.</summary>
internal static class JsonPlace
{
    /// <summary>Line and column, from 1, of the deepest place on the way that is there; of the flaw where the text is
    /// no JSON.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="pointer">A JSON pointer; what is none stands for the whole.</param>
    public static (int Line, int Column) Of(ReadOnlySpan<byte> utf8, string pointer)
    {
        var steps = JsonPointer.TrySplit(pointer, out var split) ? split : [];
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1024 });
        try
        {
            reader.Read();
            var offset = reader.TokenStartIndex;
            foreach (var step in steps)
            {
                if (!TryEnter(ref reader, step, ref offset))
                {
                    break;
                }
            }

            // A pointer to the whole is what a fault has whose text does not parse: then the flaw is the place.
            while (steps.Length == 0 && reader.Read())
            {
            }

            return At(utf8, (int)offset);
        }
        catch (JsonException flaw)
        {
            return ((int)(flaw.LineNumber ?? 0) + 1, (int)(flaw.BytePositionInLine ?? 0) + 1);
        }
    }

    private static bool TryEnter(ref Utf8JsonReader reader, string step, ref long offset)
    {
        var isObject = reader.TokenType is JsonTokenType.StartObject;
        if (!isObject && reader.TokenType is not JsonTokenType.StartArray)
        {
            return false;
        }

        for (var index = 0; Next(ref reader); index++)
        {
            var isIt = isObject ? reader.ValueTextEquals(step) : step == $"{index}";
            var start = reader.TokenStartIndex;
            if (isObject)
            {
                reader.Read();
            }

            if (isIt)
            {
                offset = start;
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool Next(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray);

    private static (int Line, int Column) At(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }
}
