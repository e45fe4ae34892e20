namespace Sallyport.Flow.Origins;

/// <summary>
/// What stands before and after a match decides whether it is one: 7 is not in 77, nor ann@x.org in joann@x.org.
/// </summary>
internal static class Neighbours
{
    /// <summary>Whether no letter or digit touches the match, as far as its script divides words.</summary>
    public static bool AreApart(ReadOnlySpan<byte> before, ReadOnlySpan<byte> match, ReadOnlySpan<byte> after) =>
        (before.IsEmpty || Last(before) != Tokens.Kind.Letter || Tokens.KindAt(match, 0, out _) != Tokens.Kind.Letter)
        && (after.IsEmpty || Tokens.KindAt(after, 0, out _) != Tokens.Kind.Letter || Last(match) != Tokens.Kind.Letter);

    /// <summary>Whether a number ends on both sides: no point or comma leads to further digits.</summary>
    public static bool EndNumber(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        !(before.Length > 1 && before[^1] is (byte)'.' or (byte)',' or (byte)'\'' && IsDigit(before[^2]))
        && !(after.Length > 1 && after[0] is (byte)'.' or (byte)',' or (byte)'\'' && IsDigit(after[1]));

    /// <summary>
    /// Whether one word is only part of a longer one: <c>x.org</c> in <c>ann@x.org</c>, <c>abc-1</c> in <c>abc-1-2</c>,
    /// a URL in a longer URL. As evidence of trust that is too weak; texts of several words have no such parts.
    /// </summary>
    public static bool Join(ReadOnlySpan<byte> before, ReadOnlySpan<byte> match, ReadOnlySpan<byte> after)
    {
        if (match.Contains((byte)' '))
        {
            return false;
        }

        // The joiner may stand in the match too: ann@ in ann@x.org.
        var isUrl = match.IndexOf("://"u8) >= 0;
        return (before.Length > 1 && IsJoiner(before[^1]) && IsWord(before[^2]))
            || (before.Length > 0 && IsJoiner(match[0]) && IsWord(before[^1]))
            || (after.Length > 1 && IsJoiner(after[0], isUrl) && IsWord(after[1]))
            || (after.Length > 0 && IsJoiner(match[^1], isUrl) && IsWord(after[0]));
    }

    /// <summary>Whether a number is only part of a date, a time or a fraction: 14 in 14:30, 5 in 2026/5/13.</summary>
    public static bool JoinDigits(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        (before.Length > 1 && before[^1] is (byte)':' or (byte)'/' && IsDigit(before[^2]))
        || (after.Length > 1 && after[0] is (byte)':' or (byte)'/' && IsDigit(after[1]));

    private static Tokens.Kind Last(ReadOnlySpan<byte> text)
    {
        var start = text.Length - 1;
        while (start > 0 && text.Length - start < 4 && (text[start] & 0xC0) == 0x80)
        {
            start--;
        }

        return Tokens.KindAt(text, start, out _);
    }

    private static bool IsJoiner(byte value) =>
        value is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'@' or (byte)'+' or (byte)'%' or (byte)'~';

    private static bool IsJoiner(byte value, bool isUrl) => IsJoiner(value)
        || (isUrl && value is (byte)'/' or (byte)'?' or (byte)'#' or (byte)'&' or (byte)'=' or (byte)':');

    private static bool IsWord(byte value) => value >= 0x80 || Tokens.IsAsciiWord(value);

    private static bool IsDigit(byte value) => (uint)(value - '0') < 10;
}
