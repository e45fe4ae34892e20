using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Sallyport.Mcp;

/// <summary>
/// JSON that has one meaning for every reader: valid UTF-8, no member twice, no half of a surrogate pair, no number
/// beyond a double, and within bounds. The type is the proof: what is built on it does not check again.
/// </summary>
public sealed class StrictJson
{
    private StrictJson(JsonElement root) => Root = root;

    /// <summary>The value; it owns its bytes.</summary>
    public JsonElement Root { get; }

    /// <summary>The empty object: a call without arguments.</summary>
    public static StrictJson EmptyObject { get; } = new(JsonElement.Parse("{}"));

    /// <summary>Reads a text; the bytes are copied.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        JsonBounds bounds,
        [NotNullWhen(true)] out StrictJson? json,
        [NotNullWhen(false)] out Fault? fault)
    {
        json = null;
        fault = utf8.Length > bounds.BytesMax ? JsonFault.TooLarge(bounds)
            : Utf8.IsValid(utf8) ? null : JsonFault.InvalidText(bounds, JsonPointer.Root);
        if (fault is not null)
        {
            return false;
        }

        try
        {
            // The parser keeps its place in a bit array, so depth costs no stack; the walk below has our own bound.
            var root = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = 1024 });
            fault = new Walk(bounds).Check(root, 1);
            json = fault is null ? new StrictJson(root) : null;
        }
        catch (JsonException error)
        {
            fault = JsonFault.Malformed(bounds, error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        }

        return fault is null;
    }

    /// <summary>Checks a value that somebody else parsed. An undefined one is the empty object.</summary>
    public static bool TryCheck(
        JsonElement element,
        JsonBounds bounds,
        [NotNullWhen(true)] out StrictJson? json,
        [NotNullWhen(false)] out Fault? fault)
    {
        if (element.ValueKind is JsonValueKind.Undefined)
        {
            (json, fault) = (EmptyObject, null);
            return true;
        }

        // Parsed afresh: the element may lie in a pooled buffer, and may have been read with lenient options.
        return TryParse(JsonMarshal.GetRawUtf8Value(element), bounds, out json, out fault);
    }

    // The way to where it is, for the pointer of a fault; recursion is bounded by DepthMax.
    private sealed class Walk(JsonBounds bounds)
    {
        private readonly List<string> way = [];
        private int nodes;

        public Fault? Check(JsonElement element, int depth)
        {
            if (++nodes > bounds.NodesMax)
            {
                return JsonFault.TooMany(bounds);
            }

            switch (element.ValueKind)
            {
                case JsonValueKind.Object or JsonValueKind.Array when depth > bounds.DepthMax:
                    return JsonFault.TooDeep(bounds, Here());
                case JsonValueKind.Object:
                    return CheckObject(element, depth);
                case JsonValueKind.Array:
                    return CheckArray(element, depth);
                case JsonValueKind.String:
                    return IsText(element) ? null : JsonFault.InvalidText(bounds, Here());
                case JsonValueKind.Number:
                    return IsNumber(element) ? null : JsonFault.Number(bounds, Here());
                default:
                    return null;
            }
        }

        private Fault? CheckObject(JsonElement element, int depth)
        {
            if (element.GetPropertyCount() > bounds.WidthMax)
            {
                return JsonFault.TooWide(bounds, Here());
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in element.EnumerateObject())
            {
                if (!TryName(member, out var name))
                {
                    return JsonFault.InvalidText(bounds, Here());
                }

                way.Add(name);
                var fault = name.Length > bounds.NameLengthMax ? JsonFault.LongName(bounds, Here())
                    : !seen.Add(name) ? JsonFault.Duplicate(bounds, Here())
                    : Check(member.Value, depth + 1);
                if (fault is not null)
                {
                    return fault;
                }

                way.RemoveAt(way.Count - 1);
            }

            return null;
        }

        private Fault? CheckArray(JsonElement element, int depth)
        {
            if (element.GetArrayLength() > bounds.WidthMax)
            {
                return JsonFault.TooWide(bounds, Here());
            }

            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                way.Add(index++.ToString(CultureInfo.InvariantCulture));
                if (Check(item, depth + 1) is { } fault)
                {
                    return fault;
                }

                way.RemoveAt(way.Count - 1);
            }

            return null;
        }

        private string Here() => way.Aggregate(JsonPointer.Root, JsonPointer.Join);

        private static bool TryName(JsonProperty member, out string name)
        {
            try
            {
                name = member.Name;
                return true;
            }
            catch (InvalidOperationException)
            {
                name = "";
                return false;
            }
        }

        // Only an escape can still be wrong, "\ud800" without its other half: the bytes are valid UTF-8.
        private static bool IsText(JsonElement element)
        {
            if (JsonMarshal.GetRawUtf8Value(element).IndexOf((byte)'\\') < 0)
            {
                return true;
            }

            try
            {
                _ = element.GetString();
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }

        private static bool IsNumber(JsonElement element) =>
            JsonMarshal.GetRawUtf8Value(element).Length <= JsonBounds.NumberLengthMax
            && JsonNumber.TryParse(element.GetRawText(), out _)
            && double.IsFinite(element.GetDouble());
    }
}
