using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>Where things happen before or after each other: gives each entry its position, and carries it to the
/// disk.</summary>
/// <remarks>
/// Two cursors, both counts of entries. <see cref="Written"/>: handed to the kernel, survives the death of the process.
/// <see cref="Synced"/>: fsync returned, survives a power cut. One thread writes, one syncs; while they are at it the
/// next batch forms.
/// A write or sync that failed is never tried again: everything that waits gets false, later appends are refused, and
/// only a
/// restart, which reads what is really on the disk, opens the ledger again.
/// </remarks>
public sealed class Sequencer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly BatchQueue queue;
    private readonly CommitThreads threads;
    private readonly FileStream folderLock;
    private readonly CheckpointFile checkpoint;
    private bool appending; // Under the gate.
    private Task? closing; // Under the gate.

    private Sequencer(
        LedgerOptions options, Recovery recovery, FileStream folderLock, LogTree tree, CheckpointFile checkpoint)
    {
        this.folderLock = folderLock;
        this.checkpoint = checkpoint;
        Tiles = new LedgerTiles(options.Folder, options.Disk, tree);
        time = options.Time;
        Recovery = recovery;
        queue = new BatchQueue(gate, recovery.Entries, options.UnsyncedBytesMax);
        threads = new CommitThreads(options, queue, tree, checkpoint);
    }

    /// <summary>What opening found.</summary>
    public Recovery Recovery { get; }

    /// <summary>Entries that are handed to the kernel.</summary>
    public long Written => queue.Written;

    /// <summary>Entries that survive a power cut.</summary>
    public long Synced => queue.Synced;

    /// <summary>The log as tiles and entry bundles, as far as the tree goes.</summary>
    public LedgerTiles Tiles { get; }

    /// <summary>The last signed checkpoint: never ahead of what is synced.</summary>
    public SignedCheckpoint Checkpoint => checkpoint.Current;

    /// <summary>The key that checkpoints are signed with, for whoever verifies.</summary>
    public VerifierKey Key => checkpoint.Verifier;

    /// <summary>Why nothing can be recorded any more; null while all is well.</summary>
    public Fault? Fault => queue.Fault;

    /// <summary>Completes when the ledger fails; never when it is closed in good order.</summary>
    public Task<Fault> Failed => queue.Failed;

    /// <summary>Opens a ledger: locks the folder, reads the whole log, cuts a torn tail, and is ready to
    /// append.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="sequencer">The open ledger.</param>
    /// <param name="fault">Another process owns it, it is damaged (file, byte, position), or the disk refuses.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The open sequencer owns the lock.")]
    public static bool TryOpen(
        LedgerOptions options, [NotNullWhen(true)] out Sequencer? sequencer, [NotNullWhen(false)] out Fault? fault)
    {
        sequencer = null;
        FileStream? taken = null;
        try
        {
            options.Disk.CreateFolder(options.Folder.Segments);
            if (FolderLock.TryTake(options.Folder.Lock, out taken))
            {
                return TryOpen(options, taken, out sequencer, out fault);
            }

            fault = LedgerFaults.Locked(options.Folder.Lock);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = LedgerFaults.CannotOpen(options.Folder.Root, e);
            return false;
        }
        finally
        {
            if (sequencer is null)
            {
                taken?.Dispose();
            }
        }
    }

    /// <summary>Gives an entry its position. The caller then waits for it with <see cref="WhenWrittenAsync"/> or
    /// <see cref="WhenSyncedAsync"/>.</summary>
    /// <param name="entry">What is recorded.</param>
    /// <param name="fence">What must still hold when the position is given; null when nothing must.</param>
    /// <param name="positioned">Called with the name under the sequencer's lock: what it changes becomes visible
    /// exactly at this position.
    /// It sets fields, never waits and never appends.</param>
    /// <exception cref="ArgumentException">A label set has more than <see cref="EntryBytes.LabelsMax"/> labels; nothing
    /// is recorded.</exception>
    public AppendResult Append(LedgerEntry entry, IFence? fence = null, Action<EntryId>? positioned = null)
    {
        bool wake;
        EntryId id;
        lock (gate)
        {
            if (queue.Refusal is { } refusal)
            {
                return AppendResult.Unavailable(refusal);
            }

            if (fence is { Holds: false })
            {
                return AppendResult.Stale;
            }

            if (appending)
            {
                throw new InvalidOperationException("An entry cannot be appended while another gets its position.");
            }

            id = new EntryId(Recovery.Epoch, queue.Next);
            appending = true;
            try
            {
                var room = queue.Room();
                var length = EntryBytes.Write(id, time.GetUtcNow(), entry, room[EntryStream.LengthBytes..]);
                BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)length);
                positioned?.Invoke(id);
                wake = queue.Add(EntryStream.LengthBytes + length);
            }
            finally
            {
                appending = false;
            }
        }

        if (wake)
        {
            threads.WakeWriter();
        }

        return AppendResult.Accepted(id);
    }

    /// <summary>Waits until the entry is handed to the kernel. False: the ledger failed, so the caller
    /// denies.</summary>
    public ValueTask<bool> WhenWrittenAsync(EntryId id, CancellationToken cancellation) =>
        id.Position < Written ? ValueTask.FromResult(true) : Await(queue.WhenWritten(id.Position), cancellation);

    /// <summary>Waits until the entry survives a power cut. False: the ledger failed, so the caller denies.</summary>
    public ValueTask<bool> WhenSyncedAsync(EntryId id, CancellationToken cancellation) =>
        id.Position < Synced ? ValueTask.FromResult(true) : Await(queue.WhenSynced(id.Position), cancellation);

    /// <summary>Waits until <see cref="Written"/> is more than <paramref name="count"/>. False: the ledger failed or is
    /// closed.</summary>
    public ValueTask<bool> WhenGrownAsync(long count, CancellationToken cancellation) =>
        count < Written ? ValueTask.FromResult(true) : Await(queue.WhenGrown(count), cancellation);

    /// <summary>Writes and syncs what waits, then closes. Appends are refused from here on.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            return new ValueTask(closing ??= CloseAsync());
        }
    }

    private static bool TryOpen(
        LedgerOptions options,
        FileStream folderLock,
        [NotNullWhen(true)] out Sequencer? sequencer,
        [NotNullWhen(false)] out Fault? fault)
    {
        sequencer = null;
        var (folder, disk, replay) = (options.Folder, options.Disk, options.Replay);
        ClosedLog.MoveAside(folder, disk);
        var isNew = LogRecovery.IsEmpty(folder, disk);
        if (!LedgerKey.TryOpen(folder, disk, options.Organisation, isNew, out var key, out fault)
            || !CheckpointFile.TryOpen(folder, disk, key, isNew, out var checkpoint, out fault))
        {
            return false;
        }

        var head = new SignedHead(checkpoint.Current.Claim.Head, folder.Checkpoint);
        var recovery = new LogRecovery(folder, disk, head);
        if (!recovery.TryRead(replay is null ? null : it => replay(it.Id, it.Time, it.Entry), out var log, out fault))
        {
            return false;
        }

        var mended = recovery.Mend(log) with { Began = isNew ? ClosedLog.Before(folder, disk) : null };
        var opened = new Sequencer(options, mended, folderLock, recovery.Tree, checkpoint);
        opened.threads.Start(opened.Recovery.Entries);
        if (mended.Began is { } began)
        {
            opened.Append(began);
        }

        sequencer = opened;
        return true;
    }

    private async Task CloseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // The lock is held here.
        queue.Close();
        await threads.DisposeAsync();
        await folderLock.DisposeAsync();
    }

    private static ValueTask<bool> Await(Task<bool> task, CancellationToken cancellation) =>
        new(cancellation.CanBeCanceled ? task.WaitAsync(cancellation) : task);
}
