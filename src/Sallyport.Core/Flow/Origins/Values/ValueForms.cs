using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>The forms in which a value may stand in text, by what it looks like.</summary>
internal static class ValueForms
{
    private const int CompactMin = 7;
    private const int CompactMax = 34;

    /// <summary>Folds a value for comparing: sentence punctuation at its end is not part of it.</summary>
    public static byte[] Fold(ReadOnlySpan<byte> utf8)
    {
        // Nothing but punctuation is still a value ("..", "?"): only white space is nobody's.
        var folded = FoldedText.Of(utf8);
        var trimmed = folded.AsSpan().TrimEnd(".,;:!? "u8);
        return trimmed.IsEmpty || trimmed.Length == folded.Length ? folded : trimmed.ToArray();
    }

    /// <summary>Its forms, ready to be looked up.</summary>
    /// <param name="raw">The value as given: base64 is told by its case.</param>
    /// <param name="folded">The value folded.</param>
    /// <param name="seed">Of the index.</param>
    /// <param name="needles">Takes them.</param>
    public static void Collect(ReadOnlySpan<byte> raw, byte[] folded, uint seed, List<Needle> needles)
    {
        CollectPlain(folded, seed, needles);
        var trimmed = raw.Trim(" \t\r\n"u8);
        if (trimmed.Contains((byte)'%') && Decoding.Percent(trimmed) is { } percent)
        {
            CollectPlain(Fold(percent), seed, needles);
        }

        if (trimmed.Length >= Decoding.RunMin && trimmed.IndexOfAnyExcept(Decoding.Alphabet) < 0
            && Decoding.Run(trimmed) is { } decoded)
        {
            CollectPlain(Fold(decoded), seed, needles);
        }
    }

    /// <summary>What one decoding of a value gives, as text; null where it is not encoded.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> raw) =>
        raw.Contains((byte)'%') && Decoding.Percent(raw) is { } percent ? percent
            : raw.Length >= Decoding.RunMin && raw.IndexOfAnyExcept(Decoding.Alphabet) < 0 ? Decoding.Run(raw)
            : null;

    /// <summary>The dates that a value means, if it is a date or a date-time and nothing else.</summary>
    public static Dates.Found? DateOf(ReadOnlySpan<byte> folded)
    {
        if (folded.Length is < 3 or > 48)
        {
            return null;
        }

        for (var at = 0; at < folded.Length; at++)
        {
            if (folded[at] is >= (byte)'0' and <= (byte)'9')
            {
                var end = at + 1;
                while (end < folded.Length
                    && (char.IsAsciiDigit((char)folded[end]) || (folded[end] is (byte)'-' or (byte)'/' or (byte)'.'
                        && end + 1 < folded.Length && char.IsAsciiDigit((char)folded[end + 1]))))
                {
                    end++;
                }

                if (Dates.At(folded, at, end) is { } date && IsTime(folded[..date.Start]) && IsTime(folded[date.End..]))
                {
                    return date;
                }

                at = end;
            }
        }

        return null;
    }

    /// <summary>Letters and digits of a value written in groups, or null.</summary>
    public static string? CompactOf(ReadOnlySpan<byte> folded)
    {
        Span<char> compact = stackalloc char[CompactMax];
        var (length, digits) = (0, 0);
        foreach (var value in folded)
        {
            if (Tokens.IsAsciiWord(value))
            {
                if (length == CompactMax)
                {
                    return null;
                }

                compact[length++] = (char)value;
                digits += value <= '9' ? 1 : 0;
            }
            else if (value is not (
                (byte)' ' or (byte)'-' or (byte)'.' or (byte)'/' or (byte)'(' or (byte)')' or (byte)'+'))
            {
                return null;
            }
        }

        return length >= CompactMin && digits >= CompactMin - 1 ? new string(compact[..length]) : null;
    }

    private static void CollectPlain(byte[] folded, uint seed, List<Needle> needles)
    {
        var readings = Numbers.ReadingsOfValue(folded);
        Add(folded, readings.Count > 0 ? Boundary.Number : Boundary.Word, seed, needles);
        for (var at = 0; at < readings.Count; at++)
        {
            // Of two readings the first takes the separator for a point.
            var isDoubtful = at + 1 < readings.Count;
            Add(
                Needle.Of(Encoding.ASCII.GetBytes(readings[at]), Boundary.Number, seed) is { } plain
                    ? plain with { IsDoubtful = isDoubtful } : null,
                needles);
            Add(
                Needle.Of(Tokens.NumberMark, readings[at], seed) is { } derived
                    ? derived with { IsDoubtful = isDoubtful } : null,
                needles);
        }

        if (DateOf(folded) is { } date)
        {
            AddDate(date.First, seed, needles);
            AddDate(date.Second, seed, needles);
        }
        else if (CompactOf(folded) is { } compact)
        {
            Add(Encoding.ASCII.GetBytes(compact), Boundary.Word, seed, needles);
            Add(InFours(compact, (byte)' '), Boundary.Word, seed, needles);
            Add(InFours(compact, (byte)'-'), Boundary.Word, seed, needles);
            Add(Needle.Of(Tokens.GroupMark, compact, seed), needles);
        }
    }

    private static void AddDate(string? date, uint seed, List<Needle> needles)
    {
        if (date is null)
        {
            return;
        }

        Add(Needle.Of(Tokens.DateMark, date, seed), needles);
        if (date[0] != '-')
        {
            Add(Encoding.ASCII.GetBytes(date), Boundary.Word, seed, needles);
            Add(Encoding.ASCII.GetBytes(date.Replace("-", "", StringComparison.Ordinal)), Boundary.Word, seed, needles);
            Add(Needle.Of(Tokens.DateMark, string.Concat("-", date.AsSpan(4)), seed), needles);
        }
    }

    private static void Add(byte[] form, Boundary boundary, uint seed, List<Needle> needles) =>
        Add(Needle.Of(form, boundary, seed), needles);

    private static void Add(Needle? made, List<Needle> needles)
    {
        if (made is not { } needle)
        {
            return;
        }

        foreach (var other in needles)
        {
            if (other.Bytes.AsSpan().SequenceEqual(needle.Bytes))
            {
                return;
            }
        }

        needles.Add(needle);
    }

    private static byte[] InFours(string compact, byte divider)
    {
        var fours = new byte[compact.Length + ((compact.Length - 1) / 4)];
        for (var (at, from) = (0, 0); from < compact.Length; at++)
        {
            fours[at] = at % 5 == 4 ? divider : (byte)compact[from++];
        }

        return fours;
    }

    // What stands beside a date in a date-time: 09:00, T09:00:00Z, at 9 am, UTC, the day of the week.
    private static bool IsTime(ReadOnlySpan<byte> rest)
    {
        foreach (var word in Encoding.UTF8.GetString(rest).Split(' ', ':', ',', '.', '+', '-'))
        {
            var bare = word.AsSpan().Trim("0123456789");
            if (bare.Length > 0 && !(bare is "t" or "z" or "utc" or "gmt" or "am" or "pm" or "at" or "on" or "the"
                || (bare.Length is > 2 and < 10 && bare.EndsWith("day") && bare is "monday" or "tuesday" or "wednesday"
                    or "thursday" or "friday" or "saturday" or "sunday")))
            {
                return false;
            }
        }

        return true;
    }
}
