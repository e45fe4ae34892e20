using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Finds values in folded text that do not stand there in the form they are compared in: 98.70 (98.7), the 11th
/// of January, card and phone numbers in groups, words with percent signs. Each is written once more, in one form,
/// behind its mark.
/// </summary>
internal ref struct ValueScan(
    ReadOnlySpan<byte> text, FoldedText source, int reading, FoldedText derived, bool isForeign)
{
    private const int GroupDigitsMin = 7;
    private const int GroupDigitsMax = 34;
    private const int ClusterMax = 64;
    private const int PercentWordMax = 4096;
    private readonly ReadOnlySpan<byte> text = text;
    private int groupsEnd;

    /// <summary>Writes what it finds.</summary>
    /// <param name="decoded">Where words with percent signs go, decoded; null where decoding is done.</param>
    public void Run(Action<byte[], Tape.Mark>? decoded)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = text[at..].IndexOfAnyInRange((byte)'0', (byte)'9');
            if (found < 0)
            {
                break;
            }

            at = Cluster(at + found);
        }

        if (decoded is not null)
        {
            Percent(decoded);
        }
    }

    // Digits with separators between them; returns where to go on.
    private int Cluster(int start)
    {
        var end = start + 1;
        while (end < text.Length && end - start < ClusterMax)
        {
            if (!IsDigit(end)
                && !(text[end] is (byte)'.' or (byte)',' or (byte)'/' or (byte)'-' or (byte)':' or (byte)'\''
                    && IsDigit(end + 1)))
            {
                break;
            }

            end++;
        }

        if (Dates.At(text, start, end) is { } date)
        {
            Add(date);
            return Math.Max(end, date.End);
        }

        if (start >= groupsEnd)
        {
            Groups(start);
        }

        var prefix = start;
        while (prefix > 0 && start - prefix < 5 && IsLetter(prefix - 1))
        {
            prefix--;
        }

        var suffix = end;
        while (suffix < text.Length && suffix - end < 5 && (IsLetter(suffix) || IsDigit(suffix)))
        {
            suffix++;
        }

        // kg7 and 7kg hold a number, a1b2c3 does not, nor does the rest of it. For trust there are currencies before it
        // (USD7) and no other letters (v7).
        if (start - prefix <= 3 && (isForeign || start - prefix is 0 or 3) && suffix - end <= 4
            && (start == 0 || !IsDigit(start - 1)))
        {
            Number(start, end, touchesLetters: prefix < start || suffix > end);
            return suffix;
        }

        while (suffix < text.Length && Tokens.IsAsciiWord(text[suffix]))
        {
            suffix++;
        }

        return suffix;
    }

    private readonly void Number(int start, int end, bool touchesLetters)
    {
        var cluster = text[start..end];
        if (cluster.IndexOfAny("/:-"u8) is var cut && cut >= 0)
        {
            if (!isForeign)
            {
                return; // The parts of a time or a date are no numbers that somebody trusted has said.
            }

            Number(start, start + cut, touchesLetters);
            Number(start + cut + 1, end, touchesLetters);
        }
        else if (!cluster.IsEmpty && (touchesLetters || !Numbers.IsCanonical(cluster)))
        {
            var forms = Numbers.Readings(cluster);
            for (var at = 0; at < forms.Count; at++)
            {
                // Who trusted says 2,000 has not said 2.
                if (isForeign || at + 1 == forms.Count || forms[at].Length == cluster.Length)
                {
                    Write(Tokens.NumberMark, forms[at], start, end);
                }
            }
        }
    }

    private readonly void Add(Dates.Found date)
    {
        // 2025-01-11 is found as it stands; before a T it is not.
        var isPlain = date.End - date.Start == 10 && text[date.Start + 4] == '-' && date.Second is null
            && (date.End == text.Length || !IsLetter(date.End)) && (date.Start == 0 || !IsLetter(date.Start - 1));
        if (!isPlain)
        {
            Write(Tokens.DateMark, date.First, date.Start, date.End);
        }

        if (date.Second is { } second)
        {
            Write(Tokens.DateMark, second, date.Start, date.End);
        }
    }

    // +44 20 7946 0958, 4111-1111-1111-1111, (020) 7946 0958: digits with one or two separators between groups.
    private void Groups(int start)
    {
        Span<byte> digits = stackalloc byte[GroupDigitsMax];
        var (count, groups, at, end) = (0, 0, start, start);
        while (at < text.Length && count < GroupDigitsMax && IsDigit(at))
        {
            groups++;
            while (at < text.Length && count < GroupDigitsMax && IsDigit(at))
            {
                digits[count++] = text[at++];
            }

            end = at;
            for (var gap = 0;
                gap < 2 && at < text.Length
                && text[at] is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)'/';
                gap++)
            {
                at++;
            }
        }

        groupsEnd = end;
        if (groups > 1 && count >= GroupDigitsMin)
        {
            Write(Tokens.GroupMark, Encoding.ASCII.GetString(digits[..count]), start, end);
        }
    }

    private readonly void Percent(Action<byte[], Tape.Mark> decoded)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = text[at..].IndexOf((byte)'%');
            if (found < 0)
            {
                return;
            }

            var (start, end) = (at + found, at + found + 1);
            while (start > at && start > end - PercentWordMax && !IsDelimiter(text[start - 1]))
            {
                start--;
            }

            while (end < text.Length && end - start < PercentWordMax && !IsDelimiter(text[end]))
            {
                end++;
            }

            if (Decoding.Percent(text[start..end]) is { } plain)
            {
                decoded(plain, MarkOf(start, end));
            }

            at = end;
        }
    }

    private readonly void Write(byte mark, string form, int start, int end)
    {
        Span<byte> bytes = stackalloc byte[ClusterMax];
        bytes[0] = mark;
        var length = 1 + Encoding.ASCII.GetBytes(form, bytes[1..]);
        derived.AddDerived(bytes[..length], MarkOf(start, end));
    }

    private readonly Tape.Mark MarkOf(int start, int end)
    {
        var from = source.PlaceOf(start);
        var to = source.PlaceOf(end - 1);
        return new Tape.Mark(0, reading, from.Original, Math.Max(1, to.Original + to.Derived - from.Original));
    }

    private readonly bool IsDigit(int at) => at < text.Length && (uint)(text[at] - '0') < 10;

    private readonly bool IsLetter(int at) => at < text.Length && (text[at] >= 0x80 || (uint)(text[at] - 'a') < 26);

    private static bool IsDelimiter(byte value) =>
        value is <= (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'<' or (byte)'>' or (byte)'`';
}
