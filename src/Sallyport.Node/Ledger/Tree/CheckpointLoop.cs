namespace Sallyport.Ledger;

/// <summary>Signs what has grown, at most so often: the sync thread never waits for it.</summary>
/// <param name="file">Where the checkpoint is.</param>
/// <param name="tree">The synced entries.</param>
/// <param name="every">Shortest time between two.</param>
/// <param name="time">Clock.</param>
/// <param name="fail">Told when one cannot be written.</param>
internal sealed class CheckpointLoop(
    CheckpointFile file, LogTree tree, TimeSpan every, TimeProvider time, Action<Fault> fail) : IAsyncDisposable
{
    private readonly SemaphoreSlim grown = new(0, 1);
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly List<(long Position, TaskCompletionSource<bool> Signed)> waiters = []; // Under the gate.
    private TaskCompletionSource hurry = new(); // Under the gate.
    private bool isEnded; // Under the gate.
    private Task loop = Task.CompletedTask;
    private bool isClosed;

    /// <summary>Begins.</summary>
    public void Start() => loop = RunAsync();

    /// <summary>There is something new to sign. Called by the sync thread alone.</summary>
    public void Grown()
    {
        if (grown.CurrentCount == 0)
        {
            grown.Release();
        }
    }

    /// <summary>Signs the tree as it is.</summary>
    /// <returns>Whether it is on the disk.</returns>
    public bool Publish()
    {
        try
        {
            if (file.Write(tree.Head) is not { } fault)
            {
                Complete(end: false);
                return true;
            }

            fail(fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fail(LedgerFaults.WriteFailed("the checkpoint", e));
        }

        return false;
    }

    /// <summary>Waits until the checkpoint on the disk covers a position, and does not let it wait for its
    /// turn. False: it ends before.</summary>
    public Task<bool> WhenSigned(long position)
    {
        lock (gate)
        {
            if (file.Current.Claim.Head.Size.Value > position || isEnded)
            {
                return Task.FromResult(file.Current.Claim.Head.Size.Value > position);
            }

            var signed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add((position, signed));
            hurry.TrySetResult();
            return signed.Task;
        }
    }

    /// <summary>After the last one was published: who still waits hears that there will be none.</summary>
    public void End() => Complete(end: true);

    /// <summary>Ends the loop; what it has begun is carried through.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isClosed)
        {
            return;
        }

        isClosed = true;
        await closing.CancelAsync();
        await loop;
        closing.Dispose();
        grown.Dispose();
    }

    private void Complete(bool end)
    {
        lock (gate)
        {
            isEnded |= end;
            var size = file.Current.Claim.Head.Size.Value;
            foreach (var (position, signed) in waiters.Where(waiter => end || waiter.Position < size))
            {
                signed.TrySetResult(position < size);
            }

            waiters.RemoveAll(waiter => end || waiter.Position < size);
        }
    }

    private async Task PauseAsync(CancellationToken cancellation)
    {
        Task hurried;
        lock (gate)
        {
            hurry = waiters.Count == 0 ? new(TaskCreationOptions.RunContinuationsAsynchronously) : hurry;
            hurried = hurry.Task;
        }

        await Task.WhenAny(hurried, Task.Delay(every, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            do
            {
                await grown.WaitAsync(closing.Token);
                if (!Publish())
                {
                    return;
                }

                await PauseAsync(closing.Token);
            }
            while (true);
        }
        catch (OperationCanceledException)
        {
            // The ledger closes, and writes the last one itself.
        }
    }
}
