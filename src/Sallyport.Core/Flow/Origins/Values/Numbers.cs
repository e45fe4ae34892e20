using System.Buffers;
using System.Globalization;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Decimal equality: each number in one form. The sign is not compared, since a dash before a number is ambiguous.
/// </summary>
internal static class Numbers
{
    private const int LengthMax = 48;
    private const int ExponentMax = 40;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("0123456789.,'"u8);

    private static readonly byte[][] Units =
    [
        .. ((string[])["$", "€", "£", "¥", "₹", "+", "-", "−", "%", " ", "usd", "eur", "gbp", "chf", "jpy", "inr"])
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    /// <summary>
    /// The forms that a number may mean: two where its separator is ambiguous (1,098 is 1098 or 1.098).
    /// </summary>
    /// <param name="text">Digits with <c>.</c>, <c>,</c> and <c>'</c> between them.</param>
    public static IReadOnlyList<string> Readings(ReadOnlySpan<byte> text)
    {
        if (text.Length > LengthMax)
        {
            return [];
        }

        var (points, commas) = (text.Count((byte)'.'), text.Count((byte)','));
        if (text.Contains((byte)'\''))
        {
            return points <= 1 && commas == 0 && IsGrouped(text, (byte)'\'') ? [Canonical(text, (byte)'.')] : [];
        }

        if (points > 0 && commas > 0)
        {
            var last = text.LastIndexOfAny((byte)'.', (byte)',');
            var (point, group) = text[last] == '.' ? ((byte)'.', (byte)',') : ((byte)',', (byte)'.');
            return text.Count(point) == 1 && IsGrouped(text[..last], group) ? [Canonical(text, point)] : [];
        }

        if (points + commas == 0)
        {
            return [Canonical(text, (byte)'.')];
        }

        var separator = points > 0 ? (byte)'.' : (byte)',';
        var grouped = IsGrouped(text, separator) && text[0] != '0';
        return points + commas > 1
            ? grouped ? [Canonical(text, point: 0)] : []
            : grouped ? [Canonical(text, separator), Canonical(text, point: 0)] : [Canonical(text, separator)];
    }

    /// <summary>
    /// Reads an argument that is a number and nothing else, with sign, currency sign, percent sign or exponent.
    /// </summary>
    /// <param name="folded">Folded text.</param>
    public static IReadOnlyList<string> ReadingsOfValue(ReadOnlySpan<byte> folded)
    {
        if (folded.IndexOfAnyInRange((byte)'0', (byte)'9') < 0)
        {
            return [];
        }

        folded = TrimUnits(folded);
        if (folded.IsEmpty || !char.IsAsciiDigit((char)folded[0]))
        {
            return [];
        }

        var exponentAt = folded.IndexOf((byte)'e');
        var exponent = 0;
        if (exponentAt > 0
            && (!int.TryParse(folded[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out exponent)
                || Math.Abs(exponent) > ExponentMax))
        {
            return [];
        }

        folded = exponentAt > 0 ? folded[..exponentAt] : folded;
        if (folded.IsEmpty || !char.IsAsciiDigit((char)folded[0]) || !char.IsAsciiDigit((char)folded[^1])
            || folded.IndexOfAnyExcept(Letters) >= 0)
        {
            return [];
        }

        var readings = Readings(folded);
        return exponent == 0 ? readings : [.. readings.Select(reading => Scaled(reading, exponent))];
    }

    /// <summary>Whether text already stands in the one form, so that it is found as it is.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        return whole.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && (whole.Length == 1 || whole[0] != '0')
            && (point < 0 || (text.Length - point is not (1 or 4) && text[^1] != '0'
                && text[(point + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0));
    }

    private static ReadOnlySpan<byte> TrimUnits(ReadOnlySpan<byte> text)
    {
        for (var before = -1; before != text.Length;)
        {
            before = text.Length;
            foreach (var unit in Units)
            {
                text = text.StartsWith(unit) ? text[unit.Length..] : text.EndsWith(unit) ? text[..^unit.Length] : text;
            }
        }

        return text;
    }

    // Groups of three after the first of one to three.
    private static bool IsGrouped(ReadOnlySpan<byte> text, byte group)
    {
        var point = text.IndexOf(group == '.' ? (byte)',' : (byte)'.');
        text = point < 0 ? text : text[..point];
        var first = text.IndexOf(group);
        if (first < 0)
        {
            return true;
        }

        for (var at = first; at < text.Length; at += 4)
        {
            if (text[at] != group || text.Length - at < 4
                || text.Slice(at + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            {
                return false;
            }
        }

        return first is >= 1 and <= 3;
    }

    private static string Canonical(ReadOnlySpan<byte> text, byte point)
    {
        var digits = new System.Text.StringBuilder(text.Length);
        foreach (var value in text)
        {
            if (value == point)
            {
                digits.Append('.');
            }
            else if (value is >= (byte)'0' and <= (byte)'9')
            {
                digits.Append((char)value);
            }
        }

        return Trimmed(digits.ToString());
    }

    private static string Scaled(string canonical, int exponent)
    {
        var point = canonical.IndexOf('.', StringComparison.Ordinal);
        var digits = canonical.Replace(".", "", StringComparison.Ordinal);
        var at = (point < 0 ? canonical.Length : point) + exponent;
        digits = at < 0 ? new string('0', -at) + digits : digits.PadRight(at, '0');
        at = Math.Max(0, at);
        return Trimmed($"{digits[..at]}.{digits[at..]}");
    }

    private static string Trimmed(string number)
    {
        var trimmed = number.TrimStart('0');
        trimmed = trimmed.Contains('.', StringComparison.Ordinal) ? trimmed.TrimEnd('0').TrimEnd('.') : trimmed;
        return trimmed.Length == 0 ? "0" : trimmed[0] == '.' ? "0" + trimmed : trimmed;
    }
}
