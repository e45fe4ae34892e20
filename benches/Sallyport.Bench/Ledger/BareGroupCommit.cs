using Microsoft.Win32.SafeHandles;

namespace Sallyport.Bench.Ledger;

/// <summary>The least that a group commit can be: one buffer, one thread, one write and one fsync for all who wait. No order, no hash, no CRC.</summary>
internal sealed class BareGroupCommit : ICommitArm, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly AutoResetEvent signal = new(initialState: false);
    private readonly SafeFileHandle file;
    private readonly Thread thread;
    private readonly byte[] entry = new byte[SequencerArm.EntryLength];
    private byte[] filling = new byte[1024 * 1024];
    private byte[] writing = new byte[1024 * 1024];
    private int filled;
    private TaskCompletionSource waiting = New();
    private bool closing;

    /// <summary>Opens its file.</summary>
    public BareGroupCommit(string folder)
    {
        file = File.OpenHandle(Path.Combine(folder, "bare"), FileMode.Create, FileAccess.Write);
        thread = new Thread(Write) { IsBackground = true };
        thread.Start();
    }

    /// <inheritdoc/>
    public string Name => "bare commit";

    /// <inheritdoc/>
    public ValueTask CommitAsync()
    {
        Task synced;
        bool wake;
        lock (gate)
        {
            entry.CopyTo(filling, filled);
            wake = filled == 0;
            filled += entry.Length;
            synced = waiting.Task;
        }

        if (wake)
        {
            signal.Set();
        }

        return new ValueTask(synced);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
        }

        signal.Set();
        thread.Join();
        file.Dispose();
        signal.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write()
    {
        for (var offset = 0L; ;)
        {
            signal.WaitOne();
            int length;
            TaskCompletionSource told;
            lock (gate)
            {
                if (closing)
                {
                    return;
                }

                (filling, writing) = (writing, filling);
                (length, filled) = (filled, 0);
                (told, waiting) = (waiting, New());
            }

            RandomAccess.Write(file, writing.AsSpan(0, length), offset);
            RandomAccess.FlushToDisk(file);
            offset += length;
            told.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
