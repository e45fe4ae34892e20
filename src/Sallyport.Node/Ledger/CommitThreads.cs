namespace Sallyport.Ledger;

/// <summary>The two threads that carry batches to the disk: one writes, one syncs and then appends the leaf
/// hashes.</summary>
/// <remarks>Neither waits for the other: while an fsync runs, batches are written, and the next fsync covers them
/// all.</remarks>
/// <param name="options">Where and how.</param>
/// <param name="queue">What waits.</param>
/// <param name="tree">Grows with what is synced.</param>
/// <param name="file">The checkpoint.</param>
internal sealed class CommitThreads(LedgerOptions options, BatchQueue queue, LogTree tree, CheckpointFile file)
    : IAsyncDisposable
{
    private readonly SegmentWriter segments = new(options.Folder, options.Disk);
    private readonly HashWriter hashes = new(options.Folder, options.Disk, tree);
    private readonly CheckpointLoop checkpoints =
        new(file, tree, options.CheckpointEvery, options.Time, queue.Fail);

    private readonly Signal writerSignal = new();
    private readonly Signal syncSignal = new();
    private readonly TaskCompletionSource writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource syncEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the segment of the next position.</summary>
    public void Open(long next) => segments.Open(next);

    /// <summary>Starts both threads. They end at once while the queue has failed.</summary>
    public void Start()
    {
        new Thread(WriteBatches) { IsBackground = true, Name = "ledger writer" }.Start();
        new Thread(SyncBatches) { IsBackground = true, Name = "ledger sync" }.Start();
        checkpoints.Start();
    }

    /// <summary>Takes into the tree what was carried over a failure. Before <see cref="Start"/>.</summary>
    public void Adopt(IReadOnlyList<Batch> carried)
    {
        foreach (var batch in carried)
        {
            hashes.Append(batch);
        }
    }

    /// <summary>There is a batch again.</summary>
    public void WakeWriter() => writerSignal.Set();

    /// <summary>Somebody waits for the sync of what is written.</summary>
    public void WakeSync() => syncSignal.Set();

    /// <summary>Waits until the checkpoint covers a synced position. False: it ends before.</summary>
    public Task<bool> WhenSigned(long position) => checkpoints.WhenSigned(position);

    /// <summary>Ends both threads when everything that was accepted is synced, or the ledger has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        writerSignal.Set();
        await writerEnded.Task;
        syncSignal.Set();
        await syncEnded.Task;
        await checkpoints.DisposeAsync();
        if (queue.Fault is null)
        {
            checkpoints.Publish();
        }

        checkpoints.End();

        segments.Dispose();
        hashes.Dispose();
    }

    private void WriteBatches()
    {
        var first = true;
        while (true)
        {
            var batch = queue.TakeUnwritten(out var end);
            if (end)
            {
                break;
            }

            if (batch is null)
            {
                writerSignal.Wait();
                continue;
            }

            if (!Write(batch, first))
            {
                break;
            }

            first = false;
            if (queue.SetWritten(batch))
            {
                syncSignal.Set();
            }
        }

        writerEnded.SetResult();
    }

    private bool Write(Batch batch, bool isFirst)
    {
        if (!segments.Holds(batch.First)
            && !(TrySync() && Try(() => segments.Open(batch.First), LedgerFaults.WriteFailed, segments.Path)))
        {
            return false;
        }

        // The first batch of a start is synced before anybody hears of it: were it lost in a power cut together with
        // all that
        // follows, after a clean stop, its epoch and positions would be given out a second time.
        return Try(() => segments.Write(batch), LedgerFaults.WriteFailed, segments.Path) && (!isFirst || TrySync());
    }

    private void SyncBatches()
    {
        var (ended, gathered) = (false, false);
        while (queue.Fault is null && !(ended && queue.Written == queue.Synced))
        {
            segments.CloseRetired();
            var count = queue.Unsynced(out var isDue);
            if (count == queue.Synced)
            {
                syncSignal.Wait();
                ended = writerEnded.Task.IsCompleted;
                gathered = false;
                continue;
            }

            // An fsync costs as much as twenty entries: what nobody waits for waits for company.
            if (!isDue && !gathered && !ended)
            {
                syncSignal.Wait(options.SyncWithin);
                ended = writerEnded.Task.IsCompleted;
                gathered = true;
                continue;
            }

            gathered = false;
            if (!TrySync() || !Try(() => AppendHashes(queue.SetSynced(count)), LedgerFaults.WriteFailed, hashes.Path))
            {
                break;
            }

            checkpoints.Grown();
        }

        if (queue.Fault is null)
        {
            Try(hashes.Close, LedgerFaults.SyncFailed, hashes.Path);
        }

        syncEnded.SetResult();
    }

    private void AppendHashes(IReadOnlyList<Batch> batches)
    {
        foreach (var batch in batches)
        {
            hashes.Append(batch);
        }

        queue.Release(batches);
    }

    private bool TrySync() => Try(segments.Sync, LedgerFaults.SyncFailed, segments.Path);

    private bool Try(Action step, Func<string, Exception, Fault> explain, string path)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            queue.Fail(explain(path, e));
            writerSignal.Set();
            syncSignal.Set();
            return false;
        }
    }
}
