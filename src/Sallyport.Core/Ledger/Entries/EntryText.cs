using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Ledger;

/// <summary>How a text stands in an entry: printable ASCII only, so that whatever a stranger wrote is inert in a
/// terminal and in a page.</summary>
/// <remarks><c>"</c> and <c>\</c> get a backslash; every UTF-16 unit outside 0x20..0x7e, and <c>&lt;</c>, becomes
/// <c>\uxxxx</c> in lower case. There is no other escape, so a text has exactly one form. Half a surrogate pair
/// survives.</remarks>
internal static class EntryText
{
    /// <summary>Longest form of a word of ours, a host, a digest or a method, in bytes between the quotes.</summary>
    public const int WordMax = 512;

    /// <summary>Longest form of a rule, or of a reason in somebody's words.</summary>
    public const int PhraseMax = 4_096;

    /// <summary>Longest form of a target.</summary>
    public const int TargetMax = 16_384;

    private const int EscapeLength = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5f).Select(c => (char)c).Except(['"', '\\', '<'])]);

    /// <summary>Writes the form of <paramref name="text"/>, cut to <paramref name="max"/> bytes if it must be. Returns
    /// its length.</summary>
    public static int Write(ReadOnlySpan<char> text, int max, Span<byte> destination)
    {
        if (text.Length <= max && !text.ContainsAnyExcept(Plain))
        {
            return Encoding.ASCII.GetBytes(text, destination);
        }

        if (text.Length <= max && FormLength(text) <= max)
        {
            return Escape(text, destination);
        }

        // The mark is part of the text from here on: a cut text is within the limit and is never cut again.
        var mark = CutMark(text);
        var kept = text[..PrefixWithin(text, max - mark.Length)];
        var length = Escape(kept, destination);
        return length + Encoding.ASCII.GetBytes(mark, destination[length..]);
    }

    /// <summary>Reads a form back. False when it is not the one form of its text, or is longer than
    /// <paramref name="max"/> bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> form, int max, out string text)
    {
        text = "";
        if (form.Length > max)
        {
            return false;
        }

        var rented = ArrayPool<char>.Shared.Rent(form.Length + 1);
        var read = TryUnescape(form, rented, out var length);
        text = read ? new string(rented, 0, length) : "";
        ArrayPool<char>.Shared.Return(rented);
        return read;
    }

    private static string CutMark(ReadOnlySpan<char> text)
    {
        var whole = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, whole);
        return $" [cut from {text.Length} characters, sha256:{Convert.ToHexStringLower(SHA256.HashData(whole))}]";
    }

    private static int PrefixWithin(ReadOnlySpan<char> text, int bytes)
    {
        var end = 0;
        for (var used = 0; end < text.Length; end++)
        {
            used += FormLength(text[end]);
            if (used > bytes)
            {
                break;
            }
        }

        return end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }

    private static int FormLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        foreach (var c in text)
        {
            length += FormLength(c);
        }

        return length;
    }

    private static int FormLength(char c) => c is '"' or '\\' ? 2 : Plain.Contains(c) ? 1 : EscapeLength;

    private static int Escape(ReadOnlySpan<char> text, Span<byte> destination)
    {
        var length = 0;
        foreach (var c in text)
        {
            switch (FormLength(c))
            {
                case 1:
                    destination[length++] = (byte)c;
                    break;
                case 2:
                    destination[length++] = (byte)'\\';
                    destination[length++] = (byte)c;
                    break;
                default:
                    @"\u"u8.CopyTo(destination[length..]);
                    ((ushort)c).TryFormat(destination[(length + 2)..], out _, "x4");
                    length += EscapeLength;
                    break;
            }
        }

        return length;
    }

    private static bool TryUnescape(ReadOnlySpan<byte> form, Span<char> destination, out int length)
    {
        length = 0;
        while (!form.IsEmpty)
        {
            var plain = form.IndexOf((byte)'\\') is var slash and >= 0 ? slash : form.Length;
            foreach (var b in form[..plain])
            {
                if (!Plain.Contains((char)b))
                {
                    return false;
                }

                destination[length++] = (char)b;
            }

            form = form[plain..];
            if (form.IsEmpty)
            {
                break;
            }

            if (!TryEscape(form, out var c, out var used))
            {
                return false;
            }

            destination[length++] = c;
            form = form[used..];
        }

        return true;
    }

    // The escape at the start of the form; only one that this character needs is accepted.
    private static bool TryEscape(ReadOnlySpan<byte> form, out char c, out int used)
    {
        (c, used) = ('\0', 2);
        if (form.Length >= 2 && form[1] is (byte)'"' or (byte)'\\')
        {
            c = (char)form[1];
            return true;
        }

        used = EscapeLength;
        if (form.Length < EscapeLength || form[1] != (byte)'u' || !TryHex(form[2..EscapeLength], out var code))
        {
            return false;
        }

        c = (char)code;
        return FormLength(c) == EscapeLength;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out int code)
    {
        code = 0;
        foreach (var digit in digits)
        {
            var value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                return false;
            }

            code = (code << 4) | value;
        }

        return true;
    }
}
