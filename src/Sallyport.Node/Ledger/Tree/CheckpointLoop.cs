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

                await Task.Delay(every, time, closing.Token);
            }
            while (true);
        }
        catch (OperationCanceledException)
        {
            // The ledger closes, and writes the last one itself.
        }
    }
}
