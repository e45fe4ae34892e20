namespace Sallyport.Flow.Origins;

/// <summary>
/// All folded text of one trust: an endless line of segments, indexed by tokens, with the way back to the bodies.
/// </summary>
/// <remarks>Not safe for threads: the index locks.</remarks>
internal sealed class Tape(uint seed, long memoryBytesMax)
{
    /// <summary>Bytes of a shared piece of a long token, and how often pieces start.</summary>
    public const int PieceLength = 16, PieceStep = 8;

    /// <summary>Divides segments. Folded text holds no line feed.</summary>
    public const byte Divider = (byte)'\n';

    /// <summary>
    /// How much of a stretch is said again in the next, so that nothing is cut: longer values are not looked up.
    /// </summary>
    public const int Overlap = 1024;

    private const int BlockBits = 16;
    private const int NewBlocksBytes = 80 * 1024;
    private readonly List<TapeBlock> blocks = [];
    private readonly List<Mark> marks = [];
    private long sealedBytes;
    private int sealedCount;

    /// <summary>Where the original of a stretch of tape stands.</summary>
    /// <param name="At">First byte on the tape.</param>
    /// <param name="Reading">The reading.</param>
    /// <param name="Original">Its first byte in the body.</param>
    /// <param name="Derived">Length in the body if the stretch was derived (decoded, computed); 0 if it is the text
    /// itself.</param>
    internal readonly record struct Mark(int At, int Reading, int Original, int Derived);

    /// <summary>Bytes of text on it.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Where, in the stretch added last, the last <see cref="Overlap"/> bytes begin: at the start of a token.
    /// </summary>
    public int OverlapStart { get; private set; }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<TapeBlock> Blocks => blocks;

    /// <summary>Bytes of memory that it holds.</summary>
    public long MemoryBytes => sealedBytes + (blocks.Count == 0 ? 0 : blocks[^1].MemoryBytes) + (16L * marks.Capacity);

    /// <summary>Adds a stretch. False: it does not fit, and nothing of it was added.</summary>
    /// <param name="text">Folded, at most one block.</param>
    /// <param name="places">Where it stands in bodies, by position in <paramref name="text"/>.</param>
    public bool TryAppend(ReadOnlySpan<byte> text, ReadOnlySpan<Mark> places)
    {
        // A block may grow to four times its text before it is sealed (tokens of one letter); a list grows by doubling,
        // which is too much here.
        var marksAfter = marks.Count + places.Length;
        var capacity = marksAfter <= marks.Capacity ? marks.Capacity : marksAfter + (marksAfter / 4);
        if (MemoryBytes + (4L * text.Length) + (16L * (capacity - marks.Capacity)) + NewBlocksBytes > memoryBytesMax
            || Length > int.MaxValue / 2)
        {
            return false;
        }

        marks.Capacity = capacity;

        var start = Length;
        foreach (var place in places)
        {
            marks.Add(place with { At = place.At + start });
        }

        Write(text);
        Write([Divider]);
        Index(text, start);
        while (blocks.Count > sealedCount + 1)
        {
            blocks[sealedCount].Seal();
            sealedBytes += blocks[sealedCount++].MemoryBytes;
        }

        return true;
    }

    /// <summary>The byte at a position.</summary>
    public byte this[int position] => blocks[position >> BlockBits].Text[position & (TapeBlock.Size - 1)];

    /// <summary>Whether these bytes stand at a position.</summary>
    public bool StandsAt(int position, ReadOnlySpan<byte> needle)
    {
        if (position < 0 || position + needle.Length > Length)
        {
            return false;
        }

        while (needle.Length > 0)
        {
            var here = blocks[position >> BlockBits].Text[(position & (TapeBlock.Size - 1))..];
            var compared = Math.Min(here.Length, needle.Length);
            if (!here[..compared].SequenceEqual(needle[..compared]))
            {
                return false;
            }

            needle = needle[compared..];
            position += compared;
        }

        return true;
    }

    /// <summary>
    /// The tape from a position on: a view where one block holds a buffer's length of it, else a copy.
    /// </summary>
    public ReadOnlySpan<byte> Window(int position, Span<byte> buffer)
    {
        var here = blocks[position >> BlockBits].Text[(position & (TapeBlock.Size - 1))..];
        if (here.Length >= buffer.Length || position + here.Length >= Length)
        {
            return here[..Math.Min(here.Length, buffer.Length)];
        }

        here.CopyTo(buffer);
        var rest = blocks[(position >> BlockBits) + 1].Text;
        var more = Math.Min(rest.Length, buffer.Length - here.Length);
        rest[..more].CopyTo(buffer[here.Length..]);
        return buffer[..(here.Length + more)];
    }

    /// <summary>The bytes of the body that a stretch of tape stands for.</summary>
    public TextSpan SpanOf(int start, int length)
    {
        var from = MarkAt(start);
        if (from.Derived > 0)
        {
            return new TextSpan(from.Reading, from.Original, from.Derived);
        }

        // Where what follows begins, so that an escape at the end is part of the span.
        var end = start + length;
        var to = MarkAt(end < Length && this[end] != Divider ? end : end - 1);
        var first = (long)from.Original + (start - from.At);
        var last = to.Reading == from.Reading && to.Derived == 0 ? (long)to.Original + (end - to.At) : first + length;
        return new TextSpan(from.Reading, first, (int)Math.Max(1, last - first));
    }

    private Mark MarkAt(int position)
    {
        var (low, high) = (0, marks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = marks[middle].At <= position ? (middle, high) : (low, middle - 1);
        }

        return marks[low];
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (Length >> BlockBits == blocks.Count)
            {
                blocks.Add(new TapeBlock());
            }

            var taken = blocks[^1].Append(text);
            text = text[taken..];
            Length += taken;
        }
    }

    // A place is added two tokens late, when the run of three that starts there is known.
    private void Index(ReadOnlySpan<byte> text, int start)
    {
        var tokens = new Tokens(text, seed);
        var (first, second) = ((At: -1, Hash: 0u), (At: -1, Hash: 0u));
        OverlapStart = text.Length;
        while (tokens.MoveNext())
        {
            if (tokens.Start >= text.Length - Overlap && OverlapStart == text.Length)
            {
                OverlapStart = tokens.Start;
            }

            if (first.At >= 0)
            {
                Add(start + first.At, first.Hash, Tokens.Run(first.Hash, second.Hash, tokens.Hash));
            }

            (first, second) = (second, (tokens.Start, tokens.Hash));
            if (tokens.End - tokens.Start >= PieceLength + PieceStep)
            {
                var end = tokens.IsCut ? Math.Min(text.Length, tokens.End + PieceStep) : tokens.End;
                for (var piece = tokens.Start; piece + PieceLength <= end; piece += PieceStep)
                {
                    Add(start + piece, word: null, Tokens.Piece(seed, text.Slice(piece, PieceLength)));
                }
            }
        }

        foreach (var (at, hash) in (ReadOnlySpan<(int, uint)>)[first, second])
        {
            if (at >= 0)
            {
                Add(start + at, hash, run: null);
            }
        }
    }

    private void Add(int position, uint? word, uint? run) =>
        blocks[position >> BlockBits].Add(position & (TapeBlock.Size - 1), word, run);
}
