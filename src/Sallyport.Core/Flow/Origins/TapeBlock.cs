namespace Sallyport.Flow.Origins;

/// <summary>
/// 64 KiB of folded text and where its tokens start: chains by hash, for a token and for a run of three, in 16-bit
/// numbers. About 2.7 bytes for each byte of text.
/// </summary>
internal sealed class TapeBlock
{
    /// <summary>Bytes of text in a block.</summary>
    public const int Size = 1 << 16;

    private const int Heads = 4096;
    private const int FilterBits = 1 << 16;

    // Position plus one; 0 ends a chain.
    private readonly ushort[] wordHeads = new ushort[Heads];
    private readonly ushort[] runHeads = new ushort[Heads];

    // Which hashes are in the block at all: one bit is read where a chain would be followed to its end.
    private readonly ulong[] wordFilter = new ulong[FilterBits / 64];
    private readonly ulong[] runFilter = new ulong[FilterBits / 64];
    private byte[] text = new byte[4096];
    private ushort[] starts = new ushort[512];
    private ushort[] nextWord = new ushort[512];
    private ushort[] nextRun = new ushort[512];
    private int count;
    private int length;

    /// <summary>The text so far.</summary>
    public ReadOnlySpan<byte> Text => text.AsSpan(0, length);

    /// <summary>Bytes of memory that it holds.</summary>
    public long MemoryBytes => text.Length + (2L * (starts.Length + nextWord.Length + nextRun.Length + Heads + Heads))
        + (2L * FilterBits / 8);

    /// <summary>Adds what fits; returns how many bytes that was.</summary>
    public int Append(ReadOnlySpan<byte> more)
    {
        var taken = Math.Min(more.Length, Size - length);
        if (length + taken > text.Length)
        {
            Array.Resize(ref text, Math.Min(Size, Math.Max(text.Length * 2, length + taken)));
        }

        more[..taken].CopyTo(text.AsSpan(length));
        length += taken;
        return taken;
    }

    /// <summary>Adds a place; a null hash keeps it out of that chain. At most one place for each byte.</summary>
    public void Add(int offset, uint? word, uint? run)
    {
        if (count == starts.Length)
        {
            Grow(Math.Min(Size - 1, count + (count / 4) + 512));
        }

        starts[count] = (ushort)offset;
        var place = (ushort)(count + 1);
        if (word is { } byWord)
        {
            ref var head = ref wordHeads[byWord % Heads];
            (nextWord[count], head) = (head, place);
            wordFilter[Word(byWord)] |= Bit(byWord);
        }

        if (run is { } byRun)
        {
            ref var head = ref runHeads[byRun % Heads];
            (nextRun[count], head) = (head, place);
            runFilter[Word(byRun)] |= Bit(byRun);
        }

        count++;
    }

    /// <summary>No more is added: lets go of what growing left over.</summary>
    public void Seal() => Grow(count);

    /// <summary>The first place of a chain, or 0: nothing of this hash is in the block.</summary>
    public int First(uint hash, bool run) => run
        ? (runFilter[Word(hash)] & Bit(hash)) == 0 ? 0 : runHeads[hash % Heads]
        : (wordFilter[Word(hash)] & Bit(hash)) == 0 ? 0 : wordHeads[hash % Heads];

    /// <summary>The next place of a chain, or 0.</summary>
    public int Next(int place, bool run) => (run ? nextRun : nextWord)[place - 1];

    /// <summary>Where a place stands in the text.</summary>
    public int Offset(int place) => starts[place - 1];

    // The upper half of the hash; the lower chooses the chain.
    private static int Word(uint hash) => (int)(hash >> 22);

    private static ulong Bit(uint hash) => 1UL << (int)((hash >> 16) & 63);

    private void Grow(int capacity)
    {
        Array.Resize(ref starts, capacity);
        Array.Resize(ref nextWord, capacity);
        Array.Resize(ref nextRun, capacity);
    }
}
