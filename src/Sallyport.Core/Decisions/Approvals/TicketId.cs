using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Decisions.Approvals;

/// <summary>What a person calls one held act: <c>t</c> and eight characters of Crockford base 32 (40 bits).</summary>
/// <remarks>It is a name and no secret: who knows it can do nothing that the admin socket would not let them
/// do.</remarks>
public sealed record TicketId
{
    /// <summary>Random bytes that a ticket is made of.</summary>
    public const int Bytes = 5;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int TextLength = 9;

    private TicketId(string text) => Text = text;

    /// <summary>The nine characters.</summary>
    public string Text { get; }

    /// <summary>A ticket of random bytes, which the caller draws: nothing here is random.</summary>
    public static TicketId Of(ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, Bytes, nameof(random));
        var bits = 0L;
        foreach (var one in random)
        {
            bits = (bits << 8) | one;
        }

        return new TicketId(string.Create(TextLength, bits, static (text, rest) =>
        {
            for (var i = TextLength - 1; i > 0; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }

            text[0] = 't';
        }));
    }

    /// <summary>The only way in from outside.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TicketId? ticket)
    {
        ticket = text is { Length: TextLength } && text[0] == 't' && text.Skip(1).All(Alphabet.Contains)
            ? new TicketId(text)
            : null;
        return ticket is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
