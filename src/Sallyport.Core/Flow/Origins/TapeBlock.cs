namespace Sallyport.Flow.Origins;

/// <summary>
/// 64 KiB of folded text and where its tokens start: chains by hash, for a token and for a run of three, in 16-bit numbers.
/// About 2.5 bytes for each byte of text.
/// </summary>
internal sealed class TapeBlock
{
    /// <summary>Bytes of text in a block.</summary>
    public const int Size = 1 << 16;

    private const int Heads = 4096;

    // Position plus one; 0 ends a chain.
    private readonly ushort[] wordHeads = new ushort[Heads];
    private readonly ushort[] runHeads = new ushort[Heads];
    private byte[] text = new byte[4096];
    private ushort[] starts = new ushort[512];
    private ushort[] nextWord = new ushort[512];
    private ushort[] nextRun = new ushort[512];
    private int count;
    private int length;

    /// <summary>The text so far.</summary>
    public ReadOnlySpan<byte> Text => text.AsSpan(0, length);

    /// <summary>Bytes of memory that it holds.</summary>
    public long MemoryBytes => text.Length + (2L * (starts.Length + nextWord.Length + nextRun.Length + Heads + Heads));

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
        }

        if (run is { } byRun)
        {
            ref var head = ref runHeads[byRun % Heads];
            (nextRun[count], head) = (head, place);
        }

        count++;
    }

    /// <summary>No more is added: lets go of what growing left over.</summary>
    public void Seal() => Grow(count);

    /// <summary>The first place of a chain, or 0.</summary>
    public int First(uint hash, bool run) => (run ? runHeads : wordHeads)[hash % Heads];

    /// <summary>The next place of a chain, or 0.</summary>
    public int Next(int place, bool run) => (run ? nextRun : nextWord)[place - 1];

    /// <summary>Where a place stands in the text.</summary>
    public int Offset(int place) => starts[place - 1];

    private void Grow(int capacity)
    {
        Array.Resize(ref starts, capacity);
        Array.Resize(ref nextWord, capacity);
        Array.Resize(ref nextRun, capacity);
    }
}
