using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Ledger;

/// <summary>The name of an entry outside the log: the epoch that wrote it and its position in the log, printed <c>2-1041</c>.</summary>
/// <remarks>A tail that was lost in a crash may be given out again; the epoch, which grows at every start after an
/// unclean stop, keeps the two entries apart. All-zero is legal: the first entry of the first epoch.</remarks>
/// <param name="Epoch">Grows at each start whose tail was not closed cleanly.</param>
/// <param name="Position">Leaf index in the log, from 0.</param>
public readonly record struct EntryId(long Epoch, long Position) : IComparable<EntryId>
{
    /// <summary>Parses what <see cref="ToString"/> prints: digits, a hyphen, digits; no sign, no leading zeros.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EntryId id)
    {
        id = default;
        var hyphen = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (hyphen < 1 || !TryNumber(text.AsSpan(0, hyphen), out var epoch) || !TryNumber(text.AsSpan(hyphen + 1), out var position))
        {
            return false;
        }

        id = new EntryId(epoch, position);
        return true;
    }

    /// <summary>Order in the log.</summary>
    public int CompareTo(EntryId other) => Position.CompareTo(other.Position) is var order and not 0 ? order : Epoch.CompareTo(other.Epoch);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Position}");

    /// <summary>Order in the log.</summary>
    public static bool operator <(EntryId left, EntryId right) => left.CompareTo(right) < 0;

    /// <summary>Order in the log.</summary>
    public static bool operator >(EntryId left, EntryId right) => left.CompareTo(right) > 0;

    /// <summary>Order in the log.</summary>
    public static bool operator <=(EntryId left, EntryId right) => left.CompareTo(right) <= 0;

    /// <summary>Order in the log.</summary>
    public static bool operator >=(EntryId left, EntryId right) => left.CompareTo(right) >= 0;

    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 18 && !(text.Length > 1 && text[0] == '0')
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
