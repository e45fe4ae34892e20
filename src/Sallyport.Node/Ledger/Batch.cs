namespace Sallyport.Ledger;

/// <summary>Consecutive entries that are handed to the kernel in one write, all of one segment. A slice of a
/// chunk.</summary>
/// <remarks>All members belong to the sequencer's lock, except that nothing changes a batch once the writer has taken
/// it.</remarks>
internal sealed class Batch(Chunk chunk, long first)
{
    private readonly int start = chunk.Length;
    private int length;
    private TaskCompletionSource<bool>? written;
    private TaskCompletionSource<bool>? synced;

    /// <summary>Where its bytes are.</summary>
    public Chunk Chunk { get; } = chunk;

    /// <summary>Position of its first entry.</summary>
    public long First { get; } = first;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Position after its last entry.</summary>
    public long End => First + Count;

    /// <summary>The entries, each with its length before it.</summary>
    public ReadOnlySpan<byte> Bytes => Chunk.Bytes.AsSpan(start, length);

    /// <summary>Completes with true when the batch is written, with false when it never will be.</summary>
    public Task<bool> Written => (written ??= NewSource()).Task;

    /// <summary>Completes with true when the batch is synced, with false when nobody can say that it is.</summary>
    public Task<bool> Synced => (synced ??= NewSource()).Task;

    /// <summary>Whether somebody waits for its sync.</summary>
    public bool IsSyncAwaited => synced is not null;

    /// <summary>Takes in the entry that was put at the end of the chunk.</summary>
    public void Add(int bytes)
    {
        Chunk.Length += bytes;
        length += bytes;
        Count++;
    }

    /// <summary>Tells those who wait for the write.</summary>
    public void CompleteWritten(bool outcome) => written?.TrySetResult(outcome);

    /// <summary>Tells those who wait for the sync.</summary>
    public void CompleteSynced(bool outcome) => synced?.TrySetResult(outcome);

    // Continuations are requests of agents: they never run on the ledger's own threads.
    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A buffer that batches are slices of; used again once all of them are synced and hashed.</summary>
internal sealed class Chunk
{
    /// <summary>Bytes of a chunk.</summary>
    public const int Size = 256 * 1024;

    /// <summary>The bytes.</summary>
    public byte[] Bytes { get; } = new byte[Size];

    /// <summary>Bytes used.</summary>
    public int Length { get; set; }

    /// <summary>Batches that still need their bytes.</summary>
    public int Batches { get; set; }

    /// <summary>Whether one more entry fits, however long.</summary>
    public bool HasRoom => Size - Length >= EntryStream.LengthBytes + EntryBytes.LengthMax;
}
