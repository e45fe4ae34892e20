namespace Sallyport.Ledger;

/// <summary>Consecutive entries of a segment, taken from the file in order and then read and hashed on all cores. What
/// came of each stays beside it, so that whoever goes through them in order finds the same first fault as if they had
/// been read one after the other.</summary>
/// <param name="entriesMax">Most entries of one batch. 1: nothing is done beside anything else.</param>
internal sealed class EntryBatch(int entriesMax)
{
    /// <summary>Entries of a batch where nobody says otherwise: enough that starting on another core costs
    /// nothing.</summary>
    public const int EntriesUsual = 2_048;

    private const int BytesMax = 4 * 1024 * 1024;

    // Entries that one core takes at a time.
    private const int ShareEntries = 128;

    private readonly Item[] items = new Item[entriesMax];
    private readonly byte[] hashes = new byte[entriesMax * LeafHash.Length];
    private byte[] bytes = new byte[64 * 1024];
    private int used;

    /// <summary>Entries in it.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the next whole entries and reads them.</summary>
    /// <param name="stream">The segment file.</param>
    /// <param name="most">At most so many.</param>
    /// <returns>False when the next entry is not whole.</returns>
    public bool TryFill(EntryStream stream, long most)
    {
        (Count, used) = (0, 0);
        while (Count < Math.Min(most, entriesMax) && used < BytesMax)
        {
            var offset = stream.Offset;
            if (!stream.TryNext(out var entry))
            {
                break;
            }

            Add(offset, entry);
        }

        ReadAll();
        return Count > 0;
    }

    /// <summary>Where in the file the entry's length is.</summary>
    public long Offset(int index) => items[index].Offset;

    /// <summary>Bytes of the entry, without its length.</summary>
    public int Length(int index) => items[index].Length;

    /// <summary>The entry; null when it does not read.</summary>
    public RecordedEntry? Recorded(int index) => items[index].Recorded;

    /// <summary>What is wrong with its bytes; null when it reads.</summary>
    public Fault? Wrong(int index) => items[index].Wrong;

    /// <summary>Its leaf hash.</summary>
    public ReadOnlySpan<byte> Hash(int index) => hashes.AsSpan(index * LeafHash.Length, LeafHash.Length);

    private void Add(long offset, ReadOnlySpan<byte> entry)
    {
        if (bytes.Length - used < entry.Length)
        {
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, used + entry.Length));
        }

        entry.CopyTo(bytes.AsSpan(used));
        items[Count++] = new Item { Offset = offset, Start = used, Length = entry.Length };
        used += entry.Length;
    }

    private void ReadAll()
    {
        var shares = (Count + ShareEntries - 1) / ShareEntries;
        if (shares < 2)
        {
            Read(0, Count);
            return;
        }

        Parallel.For(0, shares, share => Read(share * ShareEntries, Math.Min(Count, (share + 1) * ShareEntries)));
    }

    private void Read(int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            ref var item = ref items[i];
            var entry = bytes.AsSpan(item.Start, item.Length);
            EntryBytes.TryRead(entry, out item.Recorded, out item.Wrong);
            LeafHash.Write(entry, hashes.AsSpan(i * LeafHash.Length, LeafHash.Length));
        }
    }

    private struct Item
    {
        public long Offset;
        public int Start;
        public int Length;
        public RecordedEntry? Recorded;
        public Fault? Wrong;
    }
}
