using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Identity;

/// <summary>One life of an agent. A version 7 UUID, printed as 26 characters of lower-case Crockford base 32.</summary>
/// <remarks>The short form is what people read aloud and paste: no <c>i l o u</c>, no hyphens, and it sorts by time.</remarks>
public sealed record RunId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int TextLength = 26;

    private RunId(string text) => Text = text;

    /// <summary>The 26 characters.</summary>
    public string Text { get; }

    /// <summary>When it started, as its id says: the first 48 of 128 bits are milliseconds since 1970 (RFC 9562,
    /// 5.7).</summary>
    public DateTimeOffset Start
    {
        get
        {
            var value = UInt128.Zero;
            foreach (var c in Text)
            {
                value = (value << 5) | (UInt128)Alphabet.IndexOf(c, StringComparison.Ordinal);
            }

            return DateTimeOffset.FromUnixTimeMilliseconds(
                Math.Min((long)(value >> 80), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>A new run, named by the time it starts at and 74 random bits.</summary>
    public static RunId New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(time.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new RunId(string.Create(TextLength, value, static (text, rest) =>
        {
            for (var i = TextLength - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        }));
    }

    /// <summary>The only way in from outside.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RunId? run)
    {
        // 26 characters hold 130 bits: the first may only carry three of them.
        run = text is { Length: TextLength } && text[0] is >= '0' and <= '7' && text.All(Alphabet.Contains) ? new RunId(text) : null;
        return run is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
