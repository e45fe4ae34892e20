using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sallyport.Tlog.Text;

/// <summary>
/// The spellings that C2SP texts share, each with exactly one form: what has two spellings can be altered without
/// notice.
/// </summary>
internal static class Strict
{
    /// <summary>ASCII decimal without sign or leading zeroes, at most 2^63 - 1.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 19 || (text[0] == (byte)'0' && text.Length > 1))
        {
            return false;
        }

        ulong sum = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            sum = (sum * 10) + (ulong)(digit - '0'); // 19 digits stay below 2^64
        }

        value = unchecked((long)sum);
        return sum <= long.MaxValue;
    }

    /// <summary>
    /// RFC 4648 section 4 with padding, without blanks, and with the unused bits zero. The framework's decoder is more
    /// lenient, so what it read is printed again and compared.
    /// </summary>
    public static bool TryBase64(ReadOnlySpan<byte> text, out byte[] value)
    {
        value = [];
        if (text.Length % 4 != 0)
        {
            return false;
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out var consumed, out var written) != OperationStatus.Done
            || consumed != text.Length)
        {
            return false;
        }

        var again = ArrayPool<byte>.Shared.Rent(text.Length);
        Base64.EncodeToUtf8(bytes.AsSpan(0, written), again, out _, out var length);
        var same = again.AsSpan(0, length).SequenceEqual(text);
        ArrayPool<byte>.Shared.Return(again);
        value = written == bytes.Length ? bytes : bytes[..written];
        return same;
    }

    /// <summary>Foreign text for a message: at most 60 characters, controls and non-ASCII shown as escapes.</summary>
    public static string Show(ReadOnlySpan<byte> foreign)
    {
        var shown = new StringBuilder("'");
        foreach (var octet in foreign[..Math.Min(foreign.Length, 60)])
        {
            _ = octet is >= 0x20 and < 0x7F
                ? shown.Append((char)octet)
                : shown.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
        }

        return shown.Append(foreign.Length > 60 ? "…'" : "'").ToString();
    }

    /// <inheritdoc cref="Show(ReadOnlySpan{byte})"/>
    public static string Show(string foreign) =>
        Show(Encoding.UTF8.GetBytes(foreign.Length > 64 ? foreign[..64] : foreign));
}
