namespace Sallyport.Flow.Origins;

/// <summary>Steps left. Counted, not timed, so that a trace gives the same answer on every machine.</summary>
internal sealed class Work(int steps)
{
    /// <summary>Whether the steps were not enough.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Steps taken so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes steps; false once there are none.</summary>
    public bool Take(int count = 1)
    {
        Taken += count;
        IsSpent |= Taken > steps;
        return !IsSpent;
    }
}

/// <summary>A token of a value.</summary>
internal readonly record struct ValueToken(int Start, int End, uint Hash)
{
    /// <summary>Bytes of it.</summary>
    public int Length => End - Start;
}

/// <summary>Looks for values and for shared runs on a tape, within a budget of steps.</summary>
internal readonly ref struct TapeSearch(Tape tape, Work work, uint seed)
{
    /// <summary>A run shorter than three words counts from this length on.</summary>
    public const int RunBytesMin = 24;

    private const int WindowLength = 1024;
    private const int SpaceMax = 64;

    /// <summary>Adds places where a value stands; false: nowhere.</summary>
    /// <param name="needle">The value.</param>
    /// <param name="strict">Whether a hyphen, point or at-sign that joins it to another word makes it part of that
    /// word.</param>
    /// <param name="hits">Takes the places.</param>
    /// <param name="max">How many are enough.</param>
    public bool Find(in Needle needle, bool strict, List<TextSpan> hits, int max)
    {
        var found = 0;
        for (var number = 0; number < tape.Blocks.Count; number++)
        {
            var block = tape.Blocks[number];
            work.Take();
            for (var place = block.First(needle.KeyHash, needle.KeyIsRun);
                place != 0 && work.Take();
                place = block.Next(place, needle.KeyIsRun))
            {
                var at = (number * TapeBlock.Size) + block.Offset(place) - needle.KeyAt;
                if (!tape.StandsAt(at, needle.Bytes) || !IsWhole(at, needle, strict))
                {
                    continue;
                }

                work.Take(1 + (needle.Bytes.Length / 32));
                hits.Add(tape.SpanOf(at, needle.Bytes.Length));
                if (++found == max)
                {
                    return true;
                }
            }
        }

        return found > 0;
    }

    /// <summary>Whether a token stands as a token.</summary>
    public bool HasWord(ReadOnlySpan<byte> value, ValueToken token)
    {
        for (var number = 0; number < tape.Blocks.Count; number++)
        {
            var block = tape.Blocks[number];
            work.Take();
            for (var place = block.First(token.Hash, run: false);
                place != 0 && work.Take();
                place = block.Next(place, run: false))
            {
                if (Matched(value, [token], 0, (number * TapeBlock.Size) + block.Offset(place), out _) == 1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// The longest run of tokens from a place of the value on, of those found; 0: none of at least three words.
    /// </summary>
    public int FindRun(ReadOnlySpan<byte> value, ReadOnlySpan<ValueToken> tokens, int first, out TextSpan span)
    {
        span = default;
        var isRun = first + 2 < tokens.Length;
        var longest = isRun
            ? Longest(value, tokens, first, 3,
                Tokens.Run(tokens[first].Hash, tokens[first + 1].Hash, tokens[first + 2].Hash), ref span)
            : 0;
        var pair = first + 1 < tokens.Length && tokens[first + 1].End - tokens[first].Start >= RunBytesMin;
        if (longest == 0 && (pair || tokens[first].Length >= RunBytesMin))
        {
            var least = tokens[first].Length >= RunBytesMin ? 1 : 2;
            longest = Longest(value, tokens, first, least, tokens[first].Hash, ref span);
        }

        return longest;
    }

    /// <summary>A shared piece of a long token of 24 bytes or more; returns its end in the value, or 0.</summary>
    public int FindPiece(ReadOnlySpan<byte> value, ValueToken token, out TextSpan span)
    {
        for (var from = token.Start; from + Tape.PieceLength <= token.End; from++)
        {
            var piece = value.Slice(from, Tape.PieceLength);
            var hash = Tokens.Piece(seed, piece);
            for (var number = 0; number < tape.Blocks.Count && work.Take(); number++)
            {
                var block = tape.Blocks[number];
                for (var place = block.First(hash, run: true);
                    place != 0 && work.Take();
                    place = block.Next(place, run: true))
                {
                    var at = (number * TapeBlock.Size) + block.Offset(place);
                    if (tape.StandsAt(at, piece) && Widened(value, token, from, at) is var (start, end)
                        && end - start >= RunBytesMin)
                    {
                        span = tape.SpanOf(at - (from - start), end - start);
                        return end;
                    }
                }
            }

            if (work.IsSpent)
            {
                break;
            }
        }

        span = default;
        return 0;
    }

    private (int Start, int End) Widened(ReadOnlySpan<byte> value, ValueToken token, int from, int at)
    {
        var (start, end) = (from, from + Tape.PieceLength);
        while (start > token.Start && at - (from - start) > 0 && tape[at - (from - start) - 1] == value[start - 1])
        {
            start--;
        }

        while (end < token.End && at + (end - from) < tape.Length && tape[at + (end - from)] == value[end])
        {
            end++;
        }

        work.Take((end - start) / 16);
        return (start, end);
    }

    private int Longest(ReadOnlySpan<byte> value, ReadOnlySpan<ValueToken> tokens, int first, int least, uint hash,
        ref TextSpan span)
    {
        var longest = 0;
        for (var number = 0; number < tape.Blocks.Count; number++)
        {
            var block = tape.Blocks[number];
            work.Take();
            for (var place = block.First(hash, run: least == 3);
                place != 0 && work.Take();
                place = block.Next(place, run: least == 3))
            {
                var at = (number * TapeBlock.Size) + block.Offset(place);
                var matched = Matched(value, tokens, first, at, out var length);
                if (matched >= least && matched > longest)
                {
                    (longest, span) = (matched, tape.SpanOf(at, length));
                }

                // The first that is found is good evidence; a longer one is looked for only nearby.
                if (longest > 0)
                {
                    return longest;
                }
            }
        }

        return longest;
    }

    // How many tokens of the value stand one after another from a position on.
    private int Matched(ReadOnlySpan<byte> value, ReadOnlySpan<ValueToken> tokens, int first, int position,
        out int length)
    {
        Span<byte> buffer = stackalloc byte[WindowLength];
        var (matched, at) = (0, position);
        length = 0;
        while (first + matched < tokens.Length && at < tape.Length)
        {
            var token = tokens[first + matched];
            var window = tape.Window(at, buffer[..Math.Min(WindowLength, token.Length + SpaceMax + 8)]);
            var space = matched == 0 ? 0 : SpaceBefore(window);
            if (space < 0 || !window[space..].StartsWith(value[token.Start..token.End])
                || !EndsAt(window, space + token.Length, token.Length))
            {
                break;
            }

            work.Take();
            at += space + token.Length;
            matched++;
            length = at - position;
        }

        return matched;
    }

    // Bytes between tokens, or -1 where the stretch ends.
    private static int SpaceBefore(ReadOnlySpan<byte> window)
    {
        for (var at = 0; at < window.Length;)
        {
            if (window[at] == Tape.Divider || at > SpaceMax)
            {
                return -1;
            }

            if (Tokens.KindAt(window, at, out var width) != Tokens.Kind.Space)
            {
                return at;
            }

            at += width;
        }

        return -1;
    }

    private static bool EndsAt(ReadOnlySpan<byte> window, int end, int length) =>
        end >= window.Length || length >= Tokens.LengthMax || Tokens.KindAt(window, end, out _) != Tokens.Kind.Letter
        || Tokens.KindAt(window, end - 1, out _) == Tokens.Kind.Single || IsSingleEnd(window, end);

    private static bool IsSingleEnd(ReadOnlySpan<byte> window, int end)
    {
        var start = end - 1;
        while (start > 0 && end - start < 4 && (window[start] & 0xC0) == 0x80)
        {
            start--;
        }

        return Tokens.KindAt(window, start, out _) == Tokens.Kind.Single;
    }

    private bool IsWhole(int at, in Needle needle, bool strict)
    {
        Span<byte> around = stackalloc byte[16];
        var from = Math.Max(0, at - 8);
        var before = tape.Window(from, around)[..(at - from)];
        Span<byte> behind = stackalloc byte[16];
        var end = at + needle.Bytes.Length;
        var after = end < tape.Length ? tape.Window(end, behind) : [];
        return needle.Boundary switch
        {
            Boundary.Derived => after.IsEmpty || after[0] == Tape.Divider,
            Boundary.Number => Neighbours.AreApart(before, needle.Bytes, after) && Neighbours.EndNumber(before, after)
                && !(strict && (Neighbours.Join(before, needle.Bytes, after)
                    || Neighbours.JoinDigits(before, after))),
            Boundary.Word => Neighbours.AreApart(before, needle.Bytes, after)
                && !(strict && Neighbours.Join(before, needle.Bytes, after)),
        };
    }
}
