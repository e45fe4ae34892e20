using System.Globalization;
using System.Text;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// String literals: the escapes of Rust string literals (Cedar grammar, STR): <c>\" \' \\ \n \r \t \0 \xHH
/// \u{H...}</c>, and <c>\*</c> inside a pattern (PAT).
/// </summary>
internal static class StringEscapes
{
    /// <summary>
    /// What <see cref="TryUnescape"/> puts for an unescaped star of a pattern; no text can hold it (a lone surrogate).
    /// </summary>
    public const char Wildcard = '\uDC00';

    /// <summary>Unescapes the inside of a literal.</summary>
    /// <param name="raw">The text between the quotes.</param>
    /// <param name="pattern">Whether <c>\*</c> is allowed, and a bare star becomes <see cref="Wildcard"/>.</param>
    /// <param name="text">The text that the literal stands for.</param>
    /// <param name="bad">Offset and length of the escape that is wrong.</param>
    public static bool TryUnescape(ReadOnlySpan<char> raw, bool pattern, out string text, out SourceSpan bad)
    {
        bad = default;
        if (!raw.ContainsAny('\\', '\r') && !(pattern && raw.Contains('*')))
        {
            text = raw.ToString();
            return true;
        }

        var built = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length;)
        {
            var c = raw[i];
            if (c == '\\')
            {
                var length = ReadEscape(raw[i..], pattern, out var rune);
                if (length < 0)
                {
                    text = "";
                    bad = new SourceSpan(i, Math.Min(-length, raw.Length - i));
                    return false;
                }

                built.Append(rune);
                i += length;
            }
            else if (c == '\r')
            {
                // Rust refuses a bare carriage return in a literal, so that a literal means the same after a change of
                // line ends.
                text = "";
                bad = new SourceSpan(i, 1);
                return false;
            }
            else
            {
                built.Append(pattern && c == '*' ? Wildcard : c);
                i++;
            }
        }

        text = built.ToString();
        return true;
    }

    /// <summary>Writes a literal that reads back as the same text.</summary>
    public static string Quote(string text)
    {
        var built = new StringBuilder(text.Length + 2).Append('"');
        AppendEscaped(built, text, pattern: false);
        return built.Append('"').ToString();
    }

    /// <summary>Appends the inside of a literal.</summary>
    public static void AppendEscaped(StringBuilder to, ReadOnlySpan<char> text, bool pattern)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => to.Append("\\\""),
                '\\' => to.Append("\\\\"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                '\0' => to.Append("\\0"),
                '*' when pattern => to.Append("\\*"),
                _ when IsUnseen(c) => to.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x}}}"),
                _ => to.Append(c),
            };
        }
    }

    /// <summary>
    /// Control and format characters are escaped, so that a printed policy shows what it holds (bidirectional overrides
    /// too).
    /// </summary>
    private static bool IsUnseen(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Reads one escape; returns its length, or minus the length of the part that is wrong.</summary>
    private static int ReadEscape(ReadOnlySpan<char> raw, bool pattern, out Rune rune)
    {
        rune = default;
        if (raw.Length < 2)
        {
            return -1;
        }

        switch (raw[1])
        {
            case '"' or '\'' or '\\': rune = new Rune(raw[1]); return 2;
            case 'n': rune = new Rune('\n'); return 2;
            case 'r': rune = new Rune('\r'); return 2;
            case 't': rune = new Rune('\t'); return 2;
            case '0': rune = new Rune('\0'); return 2;
            case '*' when pattern: rune = new Rune('*'); return 2;
            case 'x': return ReadAscii(raw, out rune);
            case 'u': return ReadUnicode(raw, out rune);
            default: return -2;
        }
    }

    private static int ReadAscii(ReadOnlySpan<char> raw, out Rune rune)
    {
        rune = default;
        if (raw.Length < 4 || !char.IsAsciiHexDigit(raw[2]) || !char.IsAsciiHexDigit(raw[3]))
        {
            return -4;
        }

        var value = (FromHex(raw[2]) << 4) | FromHex(raw[3]);
        rune = new Rune((char)(value & 0x7F));
        return value <= 0x7F ? 4 : -4;
    }

    private static int ReadUnicode(ReadOnlySpan<char> raw, out Rune rune)
    {
        rune = default;
        var close = raw.IndexOf('}');
        if (raw.Length < 3 || raw[2] != '{' || close < 0)
        {
            return -3;
        }

        var (value, digits) = (0, 0);
        foreach (var c in raw[3..close])
        {
            if (c == '_' && digits > 0)
            {
                continue;
            }

            if (!char.IsAsciiHexDigit(c) || ++digits > 6)
            {
                return -(close + 1);
            }

            value = (value << 4) | FromHex(c);
        }

        return digits > 0 && Rune.TryCreate(value, out rune) ? close + 1 : -(close + 1);
    }

    private static int FromHex(char c) => c switch
    {
        <= '9' => c - '0',
        <= 'F' => c - 'A' + 10,
        _ => c - 'a' + 10,
    };
}
