using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>How numbers that no double holds are written.</summary>
internal enum CanonicalNumbers
{
    /// <summary>As their exact decimal: what a server that reads exactly tells apart has different bytes.</summary>
    Exact,

    /// <summary>As the nearest double (RFC 8785, 3.2.2.3).</summary>
    Rfc8785,
}

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one spelling for each value. Members stand in the order of their
/// names' UTF-16 units; no white space; the escapes of RFC 8785, 3.2.2.2.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The bytes of a value.</summary>
    public static byte[] Write(StrictJson json, CanonicalNumbers numbers = CanonicalNumbers.Exact) =>
        Write(json.Root, numbers);

    /// <summary>The bytes of a part of a <see cref="StrictJson"/>.</summary>
    public static byte[] Write(JsonElement part, CanonicalNumbers numbers = CanonicalNumbers.Exact)
    {
        var to = new ArrayBufferWriter<byte>(256);
        Append(to, part, numbers);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Appends a text in quotes.</summary>
    public static void AppendText(ArrayBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (EscapeOf(text[i]) is { } escape)
            {
                Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), to);
                Encoding.UTF8.GetBytes(escape, to);
                start = i + 1;
            }
        }

        Encoding.UTF8.GetBytes(text.AsSpan(start), to);
        to.Write("\""u8);
    }

    /// <summary>Appends a value. Recursion is bounded by the depth of a <see cref="StrictJson"/>.</summary>
    public static void Append(ArrayBufferWriter<byte> to, JsonElement value, CanonicalNumbers numbers)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(to, value, numbers);
                break;
            case JsonValueKind.Array:
                to.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    to.Write(first ? ""u8 : ","u8);
                    first = false;
                    Append(to, item, numbers);
                }

                to.Write("]"u8);
                break;
            case JsonValueKind.String:
                AppendText(to, value.GetString() ?? "");
                break;
            case JsonValueKind.Number:
                Encoding.UTF8.GetBytes(NumberOf(value, numbers), to);
                break;
            case JsonValueKind.True:
                to.Write("true"u8);
                break;
            case JsonValueKind.False:
                to.Write("false"u8);
                break;
            case JsonValueKind.Null:
                to.Write("null"u8);
                break;
            case JsonValueKind.Undefined:
            default:
                throw new ArgumentException("There is no value.", nameof(value));
        }
    }

    /// <summary>The canonical text of a number.</summary>
    public static string NumberOf(JsonElement number, CanonicalNumbers numbers = CanonicalNumbers.Exact)
    {
        var text = numbers is CanonicalNumbers.Rfc8785
            ? number.GetDouble().ToString("R", CultureInfo.InvariantCulture)
            : number.GetRawText();
        return JsonNumber.TryParse(text, out var parsed)
            ? parsed.ToString()
            : throw new ArgumentException("The number was not checked.", nameof(number));
    }

    private static void AppendObject(ArrayBufferWriter<byte> to, JsonElement value, CanonicalNumbers numbers)
    {
        var members = value.EnumerateObject().Select(member => (member.Name, member.Value)).ToArray();
        Array.Sort(members, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        to.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            to.Write(i == 0 ? ""u8 : ","u8);
            AppendText(to, members[i].Name);
            to.Write(":"u8);
            Append(to, members[i].Value, numbers);
        }

        to.Write("}"u8);
    }

    private static string? EscapeOf(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => $"\\u{(int)c:x4}",
        _ => null,
    };
}
