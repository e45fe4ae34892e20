using System.Globalization;
using System.Text;

namespace Sallyport.Cedar.Values;

/// <summary>The extension type <c>duration</c>: a signed number of milliseconds.</summary>
/// <param name="Milliseconds">The length.</param>
public readonly record struct CedarDuration(long Milliseconds) : IComparable<CedarDuration>
{
    private static readonly (string Suffix, long Milliseconds)[] s_units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Whether the first is shorter.</summary>
    public static bool operator <(CedarDuration left, CedarDuration right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Whether the first is longer.</summary>
    public static bool operator >(CedarDuration left, CedarDuration right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Whether the first is not longer.</summary>
    public static bool operator <=(CedarDuration left, CedarDuration right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Whether the first is not shorter.</summary>
    public static bool operator >=(CedarDuration left, CedarDuration right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>
    /// Reads days, hours, minutes, seconds and milliseconds in this order, each at most once, such as <c>-1d2h30m</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CedarDuration value)
    {
        value = default;
        var negative = text.StartsWith('-');
        var rest = negative ? text[1..] : text;
        if (rest.IsEmpty)
        {
            return false;
        }

        Int128 total = 0;
        foreach (var (suffix, milliseconds) in s_units)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                break; // the end, or no number: decided below
            }

            var unit = rest[digits..];
            var next = unit.IndexOfAnyInRange('0', '9');
            if (!(next < 0 ? unit : unit[..next]).SequenceEqual(suffix))
            {
                continue;
            }

            // Twenty digits are more than 64 bits hold, in any unit; leading zeros do not count.
            var number = rest[..digits].TrimStart('0');
            if (number.Length > 19)
            {
                return false;
            }

            total += (number.IsEmpty
                ? 0
                : Int128.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)) * milliseconds;
            rest = next < 0 ? [] : unit[next..];
        }

        var signed = negative ? -total : total;
        if (!rest.IsEmpty || signed < long.MinValue || signed > long.MaxValue)
        {
            return false;
        }

        value = new CedarDuration((long)signed);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(CedarDuration other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>The length as the constructor reads it, in the fewest units.</summary>
    public override string ToString()
    {
        if (Milliseconds == 0)
        {
            return "0ms";
        }

        var built = new StringBuilder(Milliseconds < 0 ? "-" : "");
        var rest = Milliseconds < 0 ? (ulong)-(Milliseconds + 1) + 1 : (ulong)Milliseconds;
        foreach (var (suffix, milliseconds) in s_units)
        {
            var count = rest / (ulong)milliseconds;
            rest %= (ulong)milliseconds;
            if (count > 0)
            {
                built.Append(CultureInfo.InvariantCulture, $"{count}{suffix}");
            }
        }

        return built.ToString();
    }
}
