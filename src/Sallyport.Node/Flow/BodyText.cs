using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow;

/// <summary>
/// Turns an inflated body into the text that the agent's program would make of it: charset, then escapes.
/// </summary>
internal sealed class BodyText(ReadingWriter writer, ContentKind kind, string charset)
{
    private const int EscapeMax = 40;

    // Windows-1252, which is also what the name ISO-8859-1 means on the web (WHATWG Encoding, 4.2).
    private const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private readonly List<byte> held = [];
    private Charset? decided;
    private char highSurrogate;

    private enum Charset
    {
        Utf8,
        Latin1,
        Utf16Little,
        Utf16Big,
        Unknown,
    }

    /// <summary>Takes bytes of the body.</summary>
    public void Take(ReadOnlySpan<byte> body)
    {
        held.AddRange(body);
        Drain(isLast: false);
    }

    /// <summary>The end. False: the charset is not known, or the body ends inside a character.</summary>
    public bool Complete()
    {
        Drain(isLast: true);
        writer.Complete();
        return decided is not Charset.Unknown && held.Count == 0 && highSurrogate == 0;
    }

    private void Drain(bool isLast)
    {
        if (decided is null && (held.Count >= 3 || isLast))
        {
            decided = Decide();
        }

        var body = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(held);
        var taken = decided switch
        {
            null => 0,
            Charset.Utf8 => Utf8(body, isLast),
            Charset.Latin1 => Latin1(body),
            Charset.Utf16Little or Charset.Utf16Big => Utf16(body, decided is Charset.Utf16Big),
            Charset.Unknown => body.Length,
            _ => throw new InvalidOperationException($"No charset {decided}."),
        };
        held.RemoveRange(0, taken);
    }

    // A byte-order mark goes before the name (WHATWG Encoding, 6).
    private Charset Decide() => held switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Charset.Utf8,
        [0xFF, 0xFE, ..] => Charset.Utf16Little,
        [0xFE, 0xFF, ..] => Charset.Utf16Big,
        _ => charset switch
        {
            "" or "utf-8" or "utf8" or "us-ascii" or "ascii" => Charset.Utf8,
            "iso-8859-1" or "latin1" or "windows-1252" or "cp1252" => Charset.Latin1,
            "utf-16" or "utf-16le" => Charset.Utf16Little,
            "utf-16be" => Charset.Utf16Big,
            _ => Charset.Unknown,
        },
    };

    // Returns what was taken: an escape that is not whole yet is held back.
    private int Utf8(ReadOnlySpan<byte> body, bool isLast)
    {
        var mark = kind switch
        {
            ContentKind.Json => (byte)'\\',
            ContentKind.Markup => (byte)'&',
            ContentKind.Plain => (byte)0,
        };
        var at = 0;
        while (at < body.Length)
        {
            var plain = kind != ContentKind.Plain && body[at..].IndexOf(mark) is >= 0 and var found
                ? found
                : body.Length - at;
            writer.Append(body.Slice(at, plain));
            at += plain;
            if (at == body.Length)
            {
                break;
            }

            var length = kind == ContentKind.Json ? JsonEscape(body[at..]) : Reference(body[at..]);
            if (length == 0 && !isLast && body.Length - at < EscapeMax)
            {
                return at;
            }

            if (length == 0)
            {
                writer.Append(body.Slice(at, 1));
                length = 1;
            }

            at += length;
        }

        return at;
    }

    // RFC 8259, section 7. Returns the length of the escape, or 0.
    private int JsonEscape(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] != 'u')
        {
            writer.Append(text[1] switch
            {
                (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f' or (byte)'b' => " "u8,
                _ => text.Slice(1, 1),
            }, originalLength: 2);
            return 2;
        }

        if (!Unit(text, out var unit))
        {
            return 0;
        }

        if (!char.IsHighSurrogate(unit))
        {
            Write(char.IsSurrogate(unit) ? Rune.ReplacementChar : new Rune(unit), 6);
            return 6;
        }

        if (text.Length < 12)
        {
            return text.Length > 6 && text[6] != '\\' ? Lone() : 0;
        }

        if (text[6] == '\\' && Unit(text[6..], out var low) && char.IsLowSurrogate(low))
        {
            Write(new Rune(unit, low), 12);
            return 12;
        }

        return Lone();
    }

    private int Lone()
    {
        Write(Rune.ReplacementChar, 6);
        return 6;
    }

    private static bool Unit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[1] != 'u'
            || !ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }

    // &amp; &#38; &#x26; and the names that HTML 4 knows. Returns its length, or 0.
    private int Reference(ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, EscapeMax)].IndexOf((byte)';');
        if (end < 2 || text[1..end].ContainsAnyExcept(ReferenceLetters))
        {
            return 0;
        }

        var reference = Encoding.ASCII.GetString(text[..(end + 1)]);
        var decoded = WebUtility.HtmlDecode(reference);
        if (decoded == reference)
        {
            return 0;
        }

        writer.Append(Encoding.UTF8.GetBytes(decoded), end + 1);
        return end + 1;
    }

    private static readonly SearchValues<byte> ReferenceLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#"u8);

    private int Latin1(ReadOnlySpan<byte> body)
    {
        foreach (var value in body)
        {
            Write(new Rune(value is >= 0x80 and < 0xA0 ? Windows1252[value - 0x80] : (char)value), 1);
        }

        return body.Length;
    }

    private int Utf16(ReadOnlySpan<byte> body, bool isBig)
    {
        var at = 0;
        for (; at + 1 < body.Length; at += 2)
        {
            var unit = (char)(isBig ? (body[at] << 8) | body[at + 1] : (body[at + 1] << 8) | body[at]);
            if (char.IsHighSurrogate(unit))
            {
                highSurrogate = unit;
                continue;
            }

            Write(char.IsLowSurrogate(unit)
                ? highSurrogate == 0 ? Rune.ReplacementChar : new Rune(highSurrogate, unit)
                : new Rune(unit), char.IsLowSurrogate(unit) ? 4 : 2);
            highSurrogate = default;
        }

        return at;
    }

    private void Write(Rune rune, int originalLength)
    {
        Span<byte> utf8 = stackalloc byte[4];
        writer.Append(utf8[..rune.EncodeToUtf8(utf8)], originalLength);
    }
}
