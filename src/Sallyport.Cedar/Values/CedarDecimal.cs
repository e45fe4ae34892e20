using System.Globalization;

namespace Sallyport.Cedar.Values;

/// <summary>
/// The extension type <c>decimal</c>: four decimal places, -922337203685477.5808 to 922337203685477.5807.
/// </summary>
/// <param name="TenThousandths">The number times 10,000.</param>
public readonly record struct CedarDecimal(long TenThousandths) : IComparable<CedarDecimal>
{
    private const int Places = 4;

    /// <summary>Whether the first is less.</summary>
    public static bool operator <(CedarDecimal left, CedarDecimal right) => left.TenThousandths < right.TenThousandths;

    /// <summary>Whether the first is greater.</summary>
    public static bool operator >(CedarDecimal left, CedarDecimal right) => left.TenThousandths > right.TenThousandths;

    /// <summary>Whether the first is not greater.</summary>
    public static bool operator <=(CedarDecimal left, CedarDecimal right) =>
        left.TenThousandths <= right.TenThousandths;

    /// <summary>Whether the first is not less.</summary>
    public static bool operator >=(CedarDecimal left, CedarDecimal right) =>
        left.TenThousandths >= right.TenThousandths;

    /// <summary>Reads <c>-?digits.digits</c> with one to four decimal places.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CedarDecimal value)
    {
        value = default;
        var negative = text.StartsWith('-');
        var digits = negative ? text[1..] : text;
        var dot = digits.IndexOf('.');
        if (dot <= 0 || dot == digits.Length - 1 || digits.Length - dot - 1 > Places)
        {
            return false;
        }

        // Counted downwards: the negative range is one longer than the positive.
        long total = 0;
        var whole = digits[..dot];
        var fraction = digits[(dot + 1)..];
        for (var i = 0; i < whole.Length + Places; i++)
        {
            var c = i < whole.Length ? whole[i] : i - whole.Length < fraction.Length ? fraction[i - whole.Length] : '0';
            if (!char.IsAsciiDigit(c) || total < (long.MinValue + (c - '0')) / 10)
            {
                return false;
            }

            total = (total * 10) - (c - '0');
        }

        if (!negative && total == long.MinValue)
        {
            return false;
        }

        value = new CedarDecimal(negative ? total : -total);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(CedarDecimal other) => TenThousandths.CompareTo(other.TenThousandths);

    /// <summary>The number as the constructor reads it, with at least one decimal place.</summary>
    public override string ToString()
    {
        var magnitude = TenThousandths < 0 ? (ulong)-(TenThousandths + 1) + 1 : (ulong)TenThousandths;
        var fraction = (magnitude % 10_000).ToString("0000", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(TenThousandths < 0 ? "-" : "")}{magnitude / 10_000}.{(fraction.Length == 0 ? "0" : fraction)}";
    }
}
