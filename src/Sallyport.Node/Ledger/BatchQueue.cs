namespace Sallyport.Ledger;

/// <summary>The entries between their position and the disk, and the two cursors. Every member takes the sequencer's
/// lock or is called under it.</summary>
internal sealed class BatchQueue(Lock gate, long entries, long unsyncedBytesMax)
{
    // A stall of the disk must not keep its memory for ever.
    private const int SpareChunksMax = 16;

    private TaskCompletionSource<Fault> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Batch> pending = []; // Not yet synced and hashed, oldest first; `open` is the last.
    private readonly Queue<Batch> unwritten = new(); // Closed to further entries.
    private readonly Stack<Chunk> spare = new();
    private Chunk chunk = new();
    private Batch? open;
    private TaskCompletionSource<bool>? grown;
    private Fault? fault;
    private bool closing;
    private bool writerIdle;
    private bool growthEnded;
    private bool syncIdle;
    private long due; // Entries, the last of which is written and its sync is waited for.
    private long unsyncedBytes;
    private long written = entries;
    private long synced = entries;

    /// <summary>Position of the next entry.</summary>
    public long Next { get; private set; } = entries;

    /// <summary>Entries that are handed to the kernel.</summary>
    public long Written => Volatile.Read(ref written);

    /// <summary>Entries that survive a power cut.</summary>
    public long Synced => Volatile.Read(ref synced);

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed => Volatile.Read(ref closing);

    /// <summary>Why the ledger failed.</summary>
    public Fault? Fault => Volatile.Read(ref fault);

    /// <summary>Completes when it fails.</summary>
    public Task<Fault> Failed => Volatile.Read(ref failed).Task;

    /// <summary>Entries that were refused since it failed. Under the lock.</summary>
    public long Refused { get; set; }

    /// <summary>Why no entry can be taken in now; null when one can. Under the lock.</summary>
    public Fault? Refusal => fault ?? (closing ? LedgerFaults.Closed
        : unsyncedBytes >= unsyncedBytesMax ? LedgerFaults.Backlog(unsyncedBytes, unsyncedBytesMax) : null);

    /// <summary>Where the next entry's length and bytes go. Under the lock.</summary>
    public Span<byte> Room()
    {
        if (open is not null && (!chunk.HasRoom || Next % LedgerFolder.SegmentEntries == 0))
        {
            unwritten.Enqueue(open);
            open = null;
        }

        if (!chunk.HasRoom)
        {
            chunk = spare.TryPop(out var used) ? used : new Chunk();
        }

        return chunk.Bytes.AsSpan(chunk.Length);
    }

    /// <summary>Takes in the entry that was put into <see cref="Room"/>. Under the lock.</summary>
    /// <returns>Whether the writer sleeps and must be woken.</returns>
    public bool Add(int bytes)
    {
        if (open is null)
        {
            open = new Batch(chunk, Next);
            chunk.Batches++;
            pending.Add(open);
        }

        open.Add(bytes);
        unsyncedBytes += bytes;
        Next++;
        var wake = writerIdle;
        writerIdle = false;
        return wake;
    }

    /// <summary>The next batch to write; null when there is none now.</summary>
    /// <param name="end">Whether there will never be another.</param>
    public Batch? TakeUnwritten(out bool end)
    {
        lock (gate)
        {
            end = fault is not null;
            if (end)
            {
                return null;
            }

            if (!unwritten.TryDequeue(out var batch))
            {
                (batch, open) = (open, null);
            }

            end = batch is null && closing;
            writerIdle = batch is null && !closing;
            return batch;
        }
    }

    /// <summary>Moves the first cursor past a batch.</summary>
    /// <returns>Whether the syncing thread sleeps and must be woken.</returns>
    public bool SetWritten(Batch batch)
    {
        TaskCompletionSource<bool>? followers;
        bool wake;
        lock (gate)
        {
            if (fault is not null)
            {
                return true;
            }

            Volatile.Write(ref written, batch.End);
            (followers, grown) = (grown, null);
            batch.CompleteWritten(outcome: true);
            due = batch.IsSyncAwaited ? batch.End : due;
            wake = syncIdle || batch.IsSyncAwaited;
            syncIdle = false;
        }

        followers?.TrySetResult(true);
        return wake;
    }

    /// <summary>What there is to sync: so many entries are written.</summary>
    /// <param name="isDue">Whether somebody waits for one of them.</param>
    public long Unsynced(out bool isDue)
    {
        lock (gate)
        {
            isDue = due > synced || unsyncedBytes > unsyncedBytesMax / 4;
            syncIdle = written == synced;
            return written;
        }
    }

    /// <summary>Moves the second cursor, after an fsync that was begun when this many entries were written.</summary>
    /// <returns>The batches that it covers; their bytes stay until <see cref="Release"/>.</returns>
    public IReadOnlyList<Batch> SetSynced(long count)
    {
        lock (gate)
        {
            if (fault is not null)
            {
                return [];
            }

            Volatile.Write(ref synced, count);
            var covered = pending.TakeWhile(batch => batch.End <= count).ToList();
            covered.ForEach(batch => batch.CompleteSynced(outcome: true));
            return covered;
        }
    }

    /// <summary>Lets go of the oldest batches.</summary>
    public void Release(IReadOnlyList<Batch> batches)
    {
        lock (gate)
        {
            pending.RemoveRange(0, batches.Count);
            foreach (var batch in batches)
            {
                unsyncedBytes -= batch.Bytes.Length;
                if (--batch.Chunk.Batches == 0)
                {
                    Recycle(batch.Chunk);
                }
            }
        }
    }

    /// <summary>Stops everything: nothing more is written, and everything that waits gets false.</summary>
    public void Fail(Fault cause)
    {
        lock (gate)
        {
            if (fault is not null)
            {
                return;
            }

            Volatile.Write(ref fault, cause);
            foreach (var batch in pending)
            {
                batch.CompleteWritten(outcome: false);
                batch.CompleteSynced(outcome: false);
            }
        }

        failed.TrySetResult(cause);
    }

    /// <summary>Why it still fails, if that is no longer the first cause.</summary>
    public void Blame(Fault cause)
    {
        lock (gate)
        {
            Volatile.Write(ref fault, cause);
        }
    }

    /// <summary>After it has failed: what has a position and is not in the tree, in order. It stays as it is until
    /// <see cref="Mended"/>.</summary>
    public IReadOnlyList<Batch> Carried(long hashed)
    {
        lock (gate)
        {
            return [.. pending.Where(batch => batch.First >= hashed)];
        }
    }

    /// <summary>Everything that has a position is on the disk and synced: entries are taken again. Under the
    /// lock.</summary>
    public void Mended()
    {
        pending.Clear();
        unwritten.Clear();
        (chunk, open, unsyncedBytes, Refused) = (new Chunk(), null, 0, 0);
        Volatile.Write(ref written, Next);
        Volatile.Write(ref synced, Next);
        failed = new TaskCompletionSource<Fault>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref fault, null);
    }

    /// <summary>Refuses further entries; those that were accepted are still carried to the disk.</summary>
    public void Close()
    {
        lock (gate)
        {
            closing = true;
        }
    }

    /// <summary>After the last write before a close: those who wait for growth hear that there will be none.</summary>
    public void EndGrowth()
    {
        lock (gate)
        {
            growthEnded = true;
            grown?.TrySetResult(false);
        }
    }

    /// <summary>Waits for the first cursor to pass a position.</summary>
    public Task<bool> WhenWritten(long position)
    {
        lock (gate)
        {
            var isKnown = position < written || fault is not null;
            return isKnown ? Task.FromResult(position < written) : Find(position).Written;
        }
    }

    /// <summary>Waits for the second cursor to pass a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="wake">Whether the syncing thread may be waiting for company and must be woken.</param>
    public Task<bool> WhenSynced(long position, out bool wake)
    {
        lock (gate)
        {
            var isKnown = position < synced || fault is not null;
            wake = !isKnown && position < written;
            due = wake ? Math.Max(due, position + 1) : due;
            return isKnown ? Task.FromResult(position < synced) : Find(position).Synced;
        }
    }

    /// <summary>Waits for the first cursor to pass a count.</summary>
    public Task<bool> WhenGrown(long count)
    {
        lock (gate)
        {
            if (count < written)
            {
                return Task.FromResult(true);
            }

            if (growthEnded)
            {
                return Task.FromResult(false);
            }

            grown ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return WaitAsync(grown.Task, count);
        }
    }

    private async Task<bool> WaitAsync(Task<bool> growth, long count) =>
        await growth && (Written > count || await WhenGrown(count));

    private Batch Find(long position)
    {
        for (var i = pending.Count - 1; i >= 0; i--)
        {
            if (pending[i].First <= position && position < pending[i].End)
            {
                return pending[i];
            }
        }

        throw new ArgumentOutOfRangeException(nameof(position), position, "No entry has this position yet.");
    }

    private void Recycle(Chunk used)
    {
        used.Length = 0;
        if (used != chunk && spare.Count < SpareChunksMax)
        {
            spare.Push(used);
        }
    }
}
