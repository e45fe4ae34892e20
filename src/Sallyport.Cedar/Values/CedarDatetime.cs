using System.Globalization;

namespace Sallyport.Cedar.Values;

/// <summary>
/// The extension type <c>datetime</c>: milliseconds since 1970-01-01T00:00:00Z, in the proleptic Gregorian calendar.
/// </summary>
/// <param name="UnixMilliseconds">The instant.</param>
public readonly record struct CedarDatetime(long UnixMilliseconds) : IComparable<CedarDatetime>
{
    private const long DayMilliseconds = 86_400_000;

    /// <summary>Whether the first is earlier.</summary>
    public static bool operator <(CedarDatetime left, CedarDatetime right) =>
        left.UnixMilliseconds < right.UnixMilliseconds;

    /// <summary>Whether the first is later.</summary>
    public static bool operator >(CedarDatetime left, CedarDatetime right) =>
        left.UnixMilliseconds > right.UnixMilliseconds;

    /// <summary>Whether the first is not later.</summary>
    public static bool operator <=(CedarDatetime left, CedarDatetime right) =>
        left.UnixMilliseconds <= right.UnixMilliseconds;

    /// <summary>Whether the first is not earlier.</summary>
    public static bool operator >=(CedarDatetime left, CedarDatetime right) =>
        left.UnixMilliseconds >= right.UnixMilliseconds;

    /// <summary>
    /// Reads <c>YYYY-MM-DD</c>, alone or with <c>THH:MM:SS</c>, optional milliseconds <c>.SSS</c>, and <c>Z</c> or an
    /// offset <c>+HHMM</c>. No leap seconds; an offset is less than a day.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CedarDatetime value)
    {
        value = default;
        if (!TryReadDate(text, out var days))
        {
            return false;
        }

        long milliseconds = 0;
        if (text.Length > 10 && !TryReadTime(text[10..], out milliseconds))
        {
            return false;
        }

        value = new CedarDatetime((days * DayMilliseconds) + milliseconds);
        return true;
    }

    /// <summary>This instant moved by a duration; fails on overflow.</summary>
    public bool TryOffset(CedarDuration by, out CedarDatetime moved)
    {
        var sum = unchecked(UnixMilliseconds + by.Milliseconds);
        moved = new CedarDatetime(sum);
        return ((UnixMilliseconds ^ sum) & (by.Milliseconds ^ sum)) >= 0;
    }

    /// <summary>The time from another instant to this one; fails on overflow.</summary>
    public bool TryDurationSince(CedarDatetime earlier, out CedarDuration duration)
    {
        var difference = unchecked(UnixMilliseconds - earlier.UnixMilliseconds);
        duration = new CedarDuration(difference);
        return ((UnixMilliseconds ^ earlier.UnixMilliseconds) & (UnixMilliseconds ^ difference)) >= 0;
    }

    /// <summary>Midnight (UTC) of this day; fails where that is before the range.</summary>
    public bool TryToDate(out CedarDatetime midnight)
    {
        var time = ToTime().Milliseconds;
        midnight = default;
        if (UnixMilliseconds < long.MinValue + time)
        {
            return false;
        }

        midnight = new CedarDatetime(UnixMilliseconds - time);
        return true;
    }

    /// <summary>The time since midnight (UTC).</summary>
    public CedarDuration ToTime()
    {
        var remainder = UnixMilliseconds % DayMilliseconds;
        return new CedarDuration(remainder < 0 ? remainder + DayMilliseconds : remainder);
    }

    /// <inheritdoc/>
    public int CompareTo(CedarDatetime other) => UnixMilliseconds.CompareTo(other.UnixMilliseconds);

    /// <summary>
    /// The instant as the constructor reads it, or as milliseconds where the constructor could not name it.
    /// </summary>
    public override string ToString()
    {
        // 0000-01-01 to 9999-12-31: what four digits can say.
        if (UnixMilliseconds is < -62_167_219_200_000 or >= 253_402_300_800_000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{UnixMilliseconds}ms since 1970");
        }

        var time = ToTime().Milliseconds;
        var (year, month, day) = CivilFromDays((UnixMilliseconds - time) / DayMilliseconds);
        var clock = TimeSpan.FromMilliseconds(time);
        return string.Create(
            CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}T{clock:hh\\:mm\\:ss\\.fff}Z");
    }

    private static bool TryReadDate(ReadOnlySpan<char> text, out long days)
    {
        days = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryReadDigits(text[..4], out var year) || !TryReadDigits(text[5..7], out var month)
                || !TryReadDigits(text[8..10], out var day)
            || month is < 1 or > 12 || day < 1 || day > DaysIn(year, month))
        {
            return false;
        }

        days = DaysFromCivil(year, month, day);
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 10 || text[0] != 'T' || text[3] != ':' || text[6] != ':'
            || !TryReadDigits(text[1..3], out var hour) || !TryReadDigits(text[4..6], out var minute)
                || !TryReadDigits(text[7..9], out var second)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        milliseconds = (((hour * 60L) + minute) * 60 + second) * 1000;
        var zone = text[9..];
        if (zone[0] == '.')
        {
            if (zone.Length < 5 || !TryReadDigits(zone[1..4], out var fraction))
            {
                return false;
            }

            milliseconds += fraction;
            zone = zone[4..];
        }

        if (zone is "Z")
        {
            return true;
        }

        if (zone.Length != 5 || zone[0] is not ('+' or '-')
            || !TryReadDigits(zone[1..3], out var hours) || !TryReadDigits(zone[3..5], out var minutes) || hours > 23
                || minutes > 59)
        {
            return false;
        }

        var offset = ((hours * 60L) + minutes) * 60_000;
        milliseconds += zone[0] == '+' ? -offset : offset;
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        return true;
    }

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    private static int DaysIn(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>
    /// Days since 1970-01-01. Years are counted from March, so that the leap day ends a year; DateTime has no year 0.
    /// </summary>
    private static long DaysFromCivil(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }

    private static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        var z = days + 719_468;
        var era = (z >= 0 ? z : z - 146_096) / 146_097;
        var dayOfEra = (int)(z - (era * 146_097));
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        var month = shifted < 10 ? shifted + 3 : shifted - 9;
        var year = (int)(yearOfEra + (era * 400)) + (month <= 2 ? 1 : 0);
        return (year, month, dayOfYear - (((153 * shifted) + 2) / 5) + 1);
    }
}
