using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Cuts folded text into tokens: runs of letters and digits. In scripts that write no spaces each character is a token.
/// A token over <see cref="LengthMax"/> bytes is cut into pieces of that length, counted from its start.
/// </summary>
internal ref struct Tokens(ReadOnlySpan<byte> text, uint seed)
{
    /// <summary>Bytes of the longest token.</summary>
    public const int LengthMax = 256;

    /// <summary>Bytes that mark a derived value; folded text never holds them.</summary>
    public const byte NumberMark = 1, DateMark = 2, GroupMark = 3;

    private const uint Prime = 16777619;
    private readonly ReadOnlySpan<byte> text = text;
    private uint hash;
    private int at;

    /// <summary>First byte of the token.</summary>
    public int Start { get; private set; }

    /// <summary>One past its last byte.</summary>
    public int End => at;

    /// <summary>Of its bytes, mixed.</summary>
    public readonly uint Hash => Mix(hash);

    /// <summary>Whether it was cut for its length and goes on.</summary>
    public readonly bool IsCut => at - Start >= LengthMax && at < text.Length && KindAt(text, at, out _) == Kind.Letter;

    /// <summary>Moves to the next token.</summary>
    public bool MoveNext()
    {
        var position = at;
        var width = 1;
        while (position < text.Length && KindAt(text, position, out width) == Kind.Space)
        {
            position += width;
        }

        Start = position;
        if (position >= text.Length)
        {
            at = position;
            return false;
        }

        var mixed = seed ^ 2166136261;
        if (KindAt(text, position, out width) == Kind.Single)
        {
            at = position + width;
            hash = Add(mixed, text[position..at]);
            return true;
        }

        var last = Math.Min(text.Length, position + LengthMax);
        while (position < last && KindAt(text, position, out width) == Kind.Letter)
        {
            for (var end = position + width; position < end; position++)
            {
                mixed = (mixed ^ text[position]) * Prime;
            }
        }

        (at, hash) = (position, mixed);
        return true;
    }

    /// <summary>Hash of three tokens in a row.</summary>
    public static uint Run(uint first, uint second, uint third) =>
        Mix((first * 0x9E3779B1) ^ (second * 0x85EBCA77) ^ (third * 0xC2B2AE3D));

    /// <summary>Hash of a piece of a long token.</summary>
    public static uint Piece(uint seed, ReadOnlySpan<byte> piece) => Mix(Add(seed ^ 0x5BD1E995, piece));

    /// <summary>What the character at a position is, and how many bytes it takes.</summary>
    public static Kind KindAt(ReadOnlySpan<byte> text, int position, out int width)
    {
        var first = text[position];
        width = 1;
        if (first < 0x80)
        {
            return IsAsciiWord(first) ? Kind.Letter : Kind.Space;
        }

        return Rune.DecodeFromUtf8(text[position..], out var rune, out width) == System.Buffers.OperationStatus.Done
            ? KindOf(rune.Value)
            : Kind.Space;
    }

    /// <summary>Whether an ASCII byte of folded text belongs to a token.</summary>
    public static bool IsAsciiWord(byte value) =>
        (uint)(value - 'a') < 26 || (uint)(value - '0') < 10 || (uint)(value - NumberMark) < GroupMark;

    private static Kind KindOf(int code) => code switch
    {
        < 0xC0 or 0xD7 or 0xF7 => Kind.Space,
        < 0xE00 => Kind.Letter,
        < 0x10A0 => Kind.Single,                                            // Thai to Myanmar
        >= 0x1780 and < 0x1800 => Kind.Single,                              // Khmer
        >= 0x2000 and < 0x2C00 => Kind.Space,                               // punctuation, symbols, arrows
        >= 0x2E00 and < 0x2E80 => Kind.Space,
        >= 0x3000 and < 0x3005 or >= 0x3008 and < 0x3040 => Kind.Space,
        >= 0x2E80 and < 0x3130 or >= 0x3190 and < 0xA000 => Kind.Single,    // Kana, Han
        >= 0xFE10 and < 0xFE70 or 0xFFFD => Kind.Space,
        >= 0x1F000 and < 0x1FB00 => Kind.Space,                             // emoji
        >= 0x20000 and < 0x40000 => Kind.Single,
        _ => Kind.Letter,
    };

    private static uint Add(uint mixed, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            mixed = (mixed ^ value) * Prime;
        }

        return mixed;
    }

    private static uint Mix(uint value)
    {
        value = (value ^ (value >> 15)) * 0x2C1B3C6D;
        return value ^ (value >> 13);
    }

    /// <summary>What a character is to a token.</summary>
    internal enum Kind
    {
        /// <summary>Divides tokens.</summary>
        Space,

        /// <summary>Belongs to one.</summary>
        Letter,

        /// <summary>Is one.</summary>
        Single,
    }
}
