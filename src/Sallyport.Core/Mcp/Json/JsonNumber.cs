using System.Globalization;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>
/// A JSON number as the exact decimal that its text says: no double in between, so two numbers are equal only if they
/// are the same number.
/// </summary>
/// <param name="IsNegative">Whether there is a minus; never for zero.</param>
/// <param name="Digits">Decimal digits without zeros at either end; "0" for zero.</param>
/// <param name="Exponent">The power of ten that the digits are multiplied by.</param>
internal readonly record struct JsonNumber(bool IsNegative, string Digits, int Exponent)
{
    private const int ExponentMax = 400; // a double ends at 1e308 and begins at 5e-324

    /// <summary>Reads the text of a number (RFC 8259, 6). Fails only where the exponent is beyond any double.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonNumber number)
    {
        number = new JsonNumber(false, "0", 0);
        var negative = text.StartsWith('-');
        var rest = negative ? text[1..] : text;
        var exponent = 0;
        var mark = rest.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            // A zero with any exponent is zero; else one that does not even fit an int is out of every range.
            if (!int.TryParse(rest[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out exponent) || Math.Abs((long)exponent) > int.MaxValue / 2)
            {
                return !rest[..mark].ContainsAnyInRange('1', '9');
            }

            rest = rest[..mark];
        }

        var dot = rest.IndexOf('.');
        var digits = dot < 0 ? rest.ToString() : string.Concat(rest[..dot], rest[(dot + 1)..]);
        exponent -= dot < 0 ? 0 : rest.Length - dot - 1;
        var significant = digits.TrimStart('0').TrimEnd('0');
        if (significant.Length == 0)
        {
            return true;
        }

        number = new JsonNumber(negative, significant, exponent + TrailingZeros(digits));
        return number.Exponent + significant.Length is >= -ExponentMax and <= ExponentMax;
    }

    /// <summary>The number as a Long; fails if it has a fraction or does not fit.</summary>
    public bool TryGetLong(out long value) => TryScale(0, out value);

    /// <summary>Whether the number is whole, fit or not.</summary>
    public bool IsWhole => Exponent >= 0;

    /// <summary>The number as a decimal; fails if it has more than four decimal places or does not fit.</summary>
    public bool TryGetDecimal(out CedarDecimal value)
    {
        var fits = TryScale(4, out var tenThousandths);
        value = new CedarDecimal(tenThousandths);
        return fits;
    }

    /// <summary>
    /// The canonical text: the layout of ECMAScript (RFC 8785, 3.2.2.3), of the exact number. The same as RFC 8785
    /// wherever the digits are those that a double is printed with.
    /// </summary>
    public override string ToString()
    {
        var point = Digits.Length + Exponent; // where the decimal point stands, from the first digit
        var sign = IsNegative ? "-" : "";
        if (Digits == "0")
        {
            return "0";
        }

        if (point is > 0 and <= 21)
        {
            return Exponent >= 0
                ? $"{sign}{Digits}{new string('0', Exponent)}"
                : $"{sign}{Digits[..point]}.{Digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return $"{sign}0.{new string('0', -point)}{Digits}";
        }

        var fraction = Digits.Length > 1 ? $".{Digits[1..]}" : "";
        return $"{sign}{Digits[0]}{fraction}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}";
    }

    private static int TrailingZeros(string digits) => digits.Length - digits.TrimEnd('0').Length;

    private bool TryScale(int places, out long value)
    {
        value = 0;
        var zeros = Exponent + places;
        if (zeros < 0 || Digits.Length + zeros > 19)
        {
            return Digits == "0";
        }

        var magnitude = Int128.Parse(Digits, CultureInfo.InvariantCulture);
        for (var i = 0; i < zeros; i++)
        {
            magnitude *= 10;
        }

        var signed = IsNegative ? -magnitude : magnitude;
        if (signed < long.MinValue || signed > long.MaxValue)
        {
            return false;
        }

        value = (long)signed;
        return true;
    }
}
