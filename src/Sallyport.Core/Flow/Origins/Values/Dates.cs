using System.Globalization;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Finds calendar dates in folded text. The time of day is not read: a date-time is evidence of its day.
/// </summary>
internal static class Dates
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    private static readonly string[] Names =
    [
        "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december",
    ];

    /// <summary>A date in text.</summary>
    /// <param name="Start">First byte.</param>
    /// <param name="End">One past the last.</param>
    /// <param name="First">What it means: <c>2025-01-11</c>, or <c>--01-11</c> where no year is named.</param>
    /// <param name="Second">What it may mean as well: 11/01/2025 is the 11th of January or the 1st of November.</param>
    internal readonly record struct Found(int Start, int End, string First, string? Second);

    /// <summary>Reads the date around a number, if there is one.</summary>
    /// <param name="text">Folded text.</param>
    /// <param name="start">First digit of the number.</param>
    /// <param name="end">One past its last; digits, and separators between digits.</param>
    public static Found? At(ReadOnlySpan<byte> text, int start, int end) =>
        Numeric(text[start..end]) is { } numeric
            ? numeric with { Start = start, End = start + numeric.End }
            : Worded(text, start, end);

    // 2025-01-11, 2025/1/11, 11.01.2025, 1/11/25; a colon or more digits may follow after the third number.
    private static Found? Numeric(ReadOnlySpan<byte> cluster)
    {
        Span<int> parts = stackalloc int[3];
        Span<int> lengths = stackalloc int[3];
        var at = 0;
        byte separator = 0;
        for (var part = 0; part < 3; part++)
        {
            var from = at;
            while (at < cluster.Length && char.IsAsciiDigit((char)cluster[at]) && at - from < 5)
            {
                parts[part] = (parts[part] * 10) + cluster[at++] - '0';
            }

            lengths[part] = at - from;
            if (part < 2)
            {
                if (at >= cluster.Length || cluster[at] is not ((byte)'-' or (byte)'/' or (byte)'.')
                    || (separator != 0 && cluster[at] != separator))
                {
                    return null;
                }

                separator = cluster[at++];
            }
        }

        if (at < cluster.Length)
        {
            return null;
        }

        if (lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2)
        {
            return Day(parts[0], parts[1], parts[2]) is { } day ? new Found(0, at, day, Second: null) : null;
        }

        if (lengths[0] > 2 || lengths[1] > 2 || lengths[2] is not (2 or 4))
        {
            return null;
        }

        var year = lengths[2] == 4 ? parts[2] : 2000 + parts[2];
        var (european, american) = (Day(year, parts[1], parts[0]), Day(year, parts[0], parts[1]));
        return (european ?? american) is { } first
            ? new Found(0, at, first, european is null || european == american ? null : american)
            : null;
    }

    // 11 jan 2025, 11th of january, january 11th, 2025, jan. 11.
    private static Found? Worded(ReadOnlySpan<byte> text, int start, int end)
    {
        if (end - start > 2)
        {
            return null;
        }

        var day = Number(text[start..end]);
        var after = SkipOrdinal(text, end);
        if (after < 0)
        {
            return null;
        }

        if (MonthBefore(text, start) is { Month: > 0 } before)
        {
            var (year, yearEnd) = Year(text, after);
            return Day(year, before.Month, day) is { } found
                ? new Found(before.Start, year is null ? after : yearEnd, found, null) : null;
        }

        var word = SkipSpaces(text, after);
        word = text[word..].StartsWith("of "u8) ? word + 3 : word;
        var wordEnd = WordEnd(text, word);
        if (word > end && MonthOf(text[word..wordEnd]) is > 0 and var month)
        {
            var (year, yearEnd) = Year(text, wordEnd);
            return Day(year, month, day) is { } found ? new Found(start, year is null ? wordEnd : yearEnd, found, null)
                : null;
        }

        return null;
    }

    private static (int Month, int Start) MonthBefore(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end > 0 && start - end < 2 && text[end - 1] is (byte)' ' or (byte)'.' && end > 0)
        {
            end--;
        }

        var from = end;
        while (from > 0 && end - from < 10 && text[from - 1] is >= (byte)'a' and <= (byte)'z')
        {
            from--;
        }

        return (end == start ? 0 : MonthOf(text[from..end]), from);
    }

    private static (int? Year, int End) Year(ReadOnlySpan<byte> text, int at)
    {
        var start = SkipSpaces(text, at < text.Length && text[at] is (byte)',' or (byte)'.' ? at + 1 : at);
        var end = start;
        while (end < text.Length && char.IsAsciiDigit((char)text[end]))
        {
            end++;
        }

        return end - start == 4 && start > at && text[start] is (byte)'1' or (byte)'2' ? (Number(text[start..end]), end)
            : (null, at);
    }

    // Past st, nd, rd or th; -1 where the number goes on as a word.
    private static int SkipOrdinal(ReadOnlySpan<byte> text, int end)
    {
        var wordEnd = WordEnd(text, end);
        var word = text[end..wordEnd];
        return word.IsEmpty ? end
            : word.SequenceEqual("st"u8) || word.SequenceEqual("nd"u8) || word.SequenceEqual("rd"u8)
                || word.SequenceEqual("th"u8) ? wordEnd
            : -1;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'-' && at < text.Length)
        {
            at++;
        }

        return at;
    }

    private static int WordEnd(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < 12 && text[end] is >= (byte)'a' and <= (byte)'z')
        {
            end++;
        }

        return end;
    }

    // Three letters or the whole name; "sept" besides.
    private static int MonthOf(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 3 or > 9)
        {
            return 0;
        }

        Span<char> chars = stackalloc char[word.Length];
        System.Text.Encoding.ASCII.GetChars(word, chars);
        var at = Months.AsSpan().IndexOf(chars[..3], StringComparison.Ordinal);
        var month = at >= 0 && at % 3 == 0 ? (at / 3) + 1 : 0;
        return month > 0 && (chars.Length == 3 || chars.SequenceEqual(Names[month - 1]) || chars.SequenceEqual("sept"))
            ? month : 0;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (number * 10) + digit - '0';
        }

        return number;
    }

    private static string? Day(int? year, int month, int day) =>
        month is < 1 or > 12 || day < 1 || year is 0 or > 9999 || day > DateTime.DaysInMonth(year ?? 2000, month)
            ? null
            : year is { } named
                ? string.Create(CultureInfo.InvariantCulture, $"{named:D4}-{month:D2}-{day:D2}")
                : string.Create(CultureInfo.InvariantCulture, $"--{month:D2}-{day:D2}");
}
