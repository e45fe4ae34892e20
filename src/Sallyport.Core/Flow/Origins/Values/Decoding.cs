using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Undoes one encoding: percent, base64 (both alphabets, padded or not), hex. Null: it is none of these, or no text.
/// </summary>
internal static class Decoding
{
    /// <summary>Shorter runs of letters are words, not encodings.</summary>
    public const int RunMin = 16;

    /// <summary>Letters of base64 in both alphabets, which hold those of hex.</summary>
    public static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="u8);

    /// <summary>Percent (RFC 3986, 2.1); null where there is nothing to decode.</summary>
    public static byte[]? Percent(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%' && at + 2 < text.Length && HexDigit(text[at + 1]) is >= 0 and var high
                && HexDigit(text[at + 2]) is >= 0 and var low)
            {
                decoded[length++] = (byte)((high << 4) | low);
                at += 2;
            }
            else
            {
                decoded[length++] = text[at];
            }
        }

        return length < text.Length ? decoded[..length] : null;
    }

    /// <summary>
    /// Hex or base64 of a run of <see cref="Alphabet"/>; a run that is none may end in one after a divider.
    /// </summary>
    public static byte[]? Run(ReadOnlySpan<byte> run)
    {
        for (; run.Length >= RunMin; run = run[(run[..^1].IndexOfAny("/-_="u8) + 1)..])
        {
            if ((Hex(run) ?? Base64Of(run)) is { } decoded)
            {
                return decoded;
            }

            if (run[..^1].IndexOfAny("/-_="u8) < 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whether bytes are text that an agent could read: UTF-8 without control characters.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
            {
                return false;
            }
        }

        return bytes.Length > 0 && Utf8.IsValid(bytes);
    }

    private static byte[]? Hex(ReadOnlySpan<byte> run)
    {
        if (run.Length % 2 != 0)
        {
            return null;
        }

        var decoded = new byte[run.Length / 2];
        for (var at = 0; at < run.Length; at++)
        {
            if (HexDigit(run[at]) is not (>= 0 and var digit))
            {
                return null;
            }

            decoded[at / 2] = (byte)((decoded[at / 2] << 4) | digit);
        }

        return IsText(decoded) ? decoded : null;
    }

    private static byte[]? Base64Of(ReadOnlySpan<byte> run)
    {
        run = run.TrimEnd((byte)'=');
        if (run.Length % 4 == 1 || run.Contains((byte)'='))
        {
            return null;
        }

        var standard = new byte[(run.Length + 3) / 4 * 4];
        run.CopyTo(standard);
        standard.AsSpan(run.Length).Fill((byte)'=');
        standard.AsSpan().Replace((byte)'-', (byte)'+');
        standard.AsSpan().Replace((byte)'_', (byte)'/');
        var decoded = new byte[standard.Length];
        return Base64.DecodeFromUtf8(standard, decoded, out _, out var written) == OperationStatus.Done
            && IsText(decoded.AsSpan(0, written))
            ? decoded[..written]
            : null;
    }

    private static int HexDigit(byte value) =>
        char.IsAsciiHexDigit((char)value) ? (value & 0xF) + (value > '9' ? 9 : 0) : -1;
}

/// <summary>Runs of base64 or hex in a body as it arrives; what they hold is handed on, decoded once.</summary>
internal sealed class EncodedRuns
{
    // A multiple of four, so that a longer run is decoded piece by piece; pieces share their ends.
    private const int PieceLength = 12 * 1024;
    private const int PieceOverlap = 1368;
    private readonly List<byte> carried = [];
    private long carriedFrom;

    /// <summary>Looks through a chunk.</summary>
    /// <param name="chunk">The body's text, in its own case.</param>
    /// <param name="original">Where in the body it begins.</param>
    /// <param name="decoded">Takes what a run holds, with the run's place in the body.</param>
    public void Scan(ReadOnlySpan<byte> chunk, long original, Action<byte[], long, int> decoded)
    {
        for (var at = 0; at < chunk.Length;)
        {
            var length = chunk[at..].IndexOfAnyExcept(Decoding.Alphabet);
            if (length < 0)
            {
                Carry(chunk[at..], original + at, decoded);
                return;
            }

            if (carried.Count > 0)
            {
                Carry(chunk.Slice(at, length), original + at, decoded);
                Complete(decoded);
            }
            else if (length > PieceLength)
            {
                Carry(chunk.Slice(at, length), original + at, decoded);
                Complete(decoded);
            }
            else if (length >= Decoding.RunMin && Decoding.Run(chunk.Slice(at, length)) is { } text)
            {
                decoded(text, original + at, length);
            }

            at += length;
            var next = chunk[at..].IndexOfAny(Decoding.Alphabet);
            at = next < 0 ? chunk.Length : at + next;
        }
    }

    /// <summary>The text ends here.</summary>
    public void Complete(Action<byte[], long, int> decoded)
    {
        Peek(decoded);
        carried.Clear();
    }

    /// <summary>Hands on what the run under way holds so far.</summary>
    public void Peek(Action<byte[], long, int> decoded)
    {
        if (carried.Count >= Decoding.RunMin
            && Decoding.Run(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(carried)) is { } text)
        {
            decoded(text, carriedFrom, carried.Count);
        }
    }

    private void Carry(ReadOnlySpan<byte> run, long original, Action<byte[], long, int> decoded)
    {
        while (run.Length > 0)
        {
            carriedFrom = carried.Count == 0 ? original : carriedFrom;
            var taken = Math.Min(run.Length, PieceLength - carried.Count);
            carried.AddRange(run[..taken]);
            run = run[taken..];
            original += taken;
            if (carried.Count == PieceLength)
            {
                var piece = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(carried);
                if (Decoding.Run(piece) is { } text)
                {
                    decoded(text, carriedFrom, PieceLength);
                }

                carried.RemoveRange(0, PieceLength - PieceOverlap);
                carriedFrom += PieceLength - PieceOverlap;
            }
        }
    }
}
