using System.Runtime.CompilerServices;

namespace Sallyport.Ledger;

/// <content>What happens after a failure, until entries are taken again.</content>
public sealed partial class Sequencer
{
    private StrongBox<DateTimeOffset>? failedSince; // Of the mending; read by any.

    /// <summary>Since when nothing is recorded; null while all is well.</summary>
    public DateTimeOffset? FailedSince => Volatile.Read(ref failedSince)?.Value;

    // For as long as the ledger is open: waits for a failure, then tries until the disk takes everything again.
    private async Task MendAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var fault = await queue.Failed.WaitAsync(cancellation);
                var (from, began) = (time.GetUtcNow(), time.GetTimestamp());
                Volatile.Write(ref failedSince, new StrongBox<DateTimeOffset>(from));
                await threads.DisposeAsync();
                do
                {
                    if (fault.Code == LedgerFaults.ForkedCode)
                    {
                        return; // Another writes this log: only a person can say which is the one.
                    }

                    await Task.Delay(options.MendEvery, time, cancellation);
                }
                while (!TryMend(ref fault, from, began));
            }
        }
        catch (OperationCanceledException)
        {
            // The ledger closes as it is: the next start reads what is on the disk.
        }
    }

    private bool TryMend(ref Fault fault, DateTimeOffset from, long began)
    {
        try
        {
            // 1. The folder may have come back as another one, whose lock is not the one that is held.
            folderLock?.Dispose();
            if (!FolderLock.TryTake(options.Folder.Lock, out folderLock))
            {
                return false;
            }

            // 2. It must be the log that was written: the checkpoint, then every synced entry of the last segment.
            if (checkpoint.Compare() is { } forked)
            {
                queue.Blame(fault = forked);
                return false;
            }

            var carried = queue.Carried(tree.Size);
            var code = fault.Code;
            if (!new SegmentRewrite(options.Folder, options.Disk, tree).TryWrite(carried, out var wrong))
            {
                queue.Blame(wrong);
                return false;
            }

            // 3. New files, new threads. What was carried is synced by now.
            var next = new CommitThreads(options, queue, tree, checkpoint);
            next.Adopt(carried);
            next.Open(tree.Size);
            Reopen(next, from, began, code);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The first cause stays the one that is told.
        }
    }

    // 4. In one step: nothing gets a position before the gap has its own.
    private void Reopen(CommitThreads next, DateTimeOffset from, long began, string code)
    {
        TaskCompletionSource<LedgerEntry.Gap> told;
        LedgerEntry.Gap gap;
        lock (gate)
        {
            gap = new LedgerEntry.Gap
            {
                Code = code,
                From = from,
                Milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds,
                Carried = queue.Next - queue.Synced, // It has stood still since the failure.
                Refused = queue.Refused,
            };
            threads = next;
            Volatile.Write(ref failedSince, null);
            queue.Mended();
            next.Start();
            Append(gap);
            (told, mended) = (mended, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.TrySetResult(gap);
    }
}
