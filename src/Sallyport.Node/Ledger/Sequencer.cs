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
/// A write or sync that failed is never tried again on the same file: everything that waits gets false, and later
/// appends are refused. When the disk is back, what has a position is put into new files (<see
/// cref="SegmentRewrite"/>),
/// and a <see cref="LedgerEntry.Gap"/> says how long nothing was taken.
/// </remarks>
public sealed partial class Sequencer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly BatchQueue queue;
    private readonly LedgerOptions options;
    private readonly CheckpointFile checkpoint;
    private readonly LogTree tree;
    private readonly CancellationTokenSource stopping = new();
    private volatile CommitThreads threads; // Changed by the mending alone, while nothing is taken.
    private TaskCompletionSource<LedgerEntry.Gap> mended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileStream? folderLock; // Owned by the mending, then by the close.
    private Task mending = Task.CompletedTask;
    private bool appending; // Under the gate.
    private Task? closing; // Under the gate.

    private Sequencer(
        LedgerOptions options, Recovery recovery, FileStream folderLock, LogTree tree, CheckpointFile checkpoint)
    {
        (this.options, this.folderLock, this.checkpoint, this.tree) = (options, folderLock, checkpoint, tree);
        Tiles = new LedgerTiles(options.Folder, options.Disk, tree);
        time = options.Time;
        Recovery = recovery;
        queue = new BatchQueue(gate, recovery.Entries, options.UnsyncedBytesMax);
        threads = new CommitThreads(options, queue, tree, checkpoint);
    }

    /// <summary>What opening found.</summary>
    public Recovery Recovery { get; }

    /// <summary>Names what runs with a secret say.</summary>
    public SecretAddresses Secrets => options.Secrets;

    /// <summary>What opening found behind the last checkpoint.</summary>
    public required UnsignedTail Tail { get; init; }

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

    /// <summary>Whether it takes nothing any more, for good.</summary>
    public bool IsClosed => queue.IsClosed;

    /// <summary>Completes when the ledger fails next; never when it is closed in good order.</summary>
    public Task<Fault> Failed => queue.Failed;

    /// <summary>Completes when entries are taken again after the next failure, or the present one.</summary>
    public Task<LedgerEntry.Gap> Mended => Volatile.Read(ref mended).Task;

    /// <summary>Says what is not taken; null: everything is.</summary>
    public IEntryMeter? Meter { get; set; }

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
    public AppendResult Append(LedgerEntry entry, IFence? fence = null, Action<EntryId>? positioned = null) =>
        Append(Secrets.Told(entry), make: null, fence, positioned);

    /// <summary>Gives an entry its position, and makes it at that very moment: nothing is positioned between what it
    /// says and where it stands.</summary>
    /// <param name="make">Called under the sequencer's lock: it reads fields, never waits and never appends.</param>
    public AppendResult Append(Func<LedgerEntry> make) => Append(entry: null, make, fence: null, positioned: null);

    /// <summary>Waits until the entry is handed to the kernel. False: the ledger failed, so the caller
    /// denies.</summary>
    public ValueTask<bool> WhenWrittenAsync(EntryId id, CancellationToken cancellation) =>
        id.Position < Written ? ValueTask.FromResult(true) : Await(queue.WhenWritten(id.Position), cancellation);

    /// <summary>Waits until the entry survives a power cut. False: the ledger failed, so the caller denies.</summary>
    public ValueTask<bool> WhenSyncedAsync(EntryId id, CancellationToken cancellation)
    {
        if (id.Position < Synced)
        {
            return ValueTask.FromResult(true);
        }

        var synced = queue.WhenSynced(id.Position, out var wake);
        if (wake)
        {
            threads.WakeSync();
        }

        return Await(synced, cancellation);
    }

    /// <summary>Waits until a signed checkpoint on the disk covers the entry, and has it signed at once: what loosens
    /// happens only then (<see cref="Loosening"/>). False: the ledger failed, so the caller denies.</summary>
    public async ValueTask<bool> WhenSignedAsync(EntryId id, CancellationToken cancellation) =>
        await WhenSyncedAsync(id, cancellation) && await threads.WhenSigned(id.Position).WaitAsync(cancellation);

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

    private AppendResult Append(
        LedgerEntry? entry, Func<LedgerEntry>? make, IFence? fence, Action<EntryId>? positioned)
    {
        bool wake;
        EntryId id;
        lock (gate)
        {
            if (queue.Refusal is { } refusal)
            {
                queue.Refused++;
                return AppendResult.Unavailable(refusal);
            }

            if (entry is not null && Meter?.Refusal(entry) is { } full)
            {
                return AppendResult.Unavailable(full);
            }

            // Last: a fence may claim what the entry says (an approval), and then it has its position.
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
                var length = EntryBytes.Write(
                    id, time.GetUtcNow(), entry ?? make!(), room[EntryStream.LengthBytes..]); // one of them is given
                BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)length);
                positioned?.Invoke(id);
                wake = queue.Add(EntryStream.LengthBytes + length);
                if (entry is not null)
                {
                    Meter?.Took(entry, EntryStream.LengthBytes + length);
                }
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
        if ((fault = LedgerKey.Settle(folder, disk)) is not null)
        {
            return false;
        }

        if (!LedgerKey.TryOpen(folder, disk, options.Organisation, isNew, out var key, out fault)
            || !CheckpointFile.TryOpen(folder, disk, key, isNew, out var checkpoint, out fault))
        {
            return false;
        }

        var head = new SignedHead(checkpoint.Current.Claim.Head, folder.Checkpoint);
        SignedHead[] heads = CosignedFile.TryRead(folder, disk, out var cosigned)
            && cosigned.Verify(key.Verifier).TryGet(out var known, out _)
                ? [head, new SignedHead(known.Head, folder.Cosigned)]
                : [head];
        var recovery = new LogRecovery(folder, disk, heads);
        var tail = new UnsignedTail(head.Head.Size.Value);
        void Take(RecordedEntry it)
        {
            options.Secrets.Note(it.Entry);
            if (tail.Take(it))
            {
                replay?.Invoke(it.Id, it.Time, it.Entry);
            }
        }

        if (!recovery.TryRead(Take, out var log, out fault)
            || (tail.IsLate && (fault = tail.ReplayAnew(options, log.Entries)) is not null)
            || (fault = ArchiveMove.Settle(recovery, folder, disk, at => !tail.WasUnsigned(at))) is not null)
        {
            return false;
        }

        var mended = recovery.Mend(log) with
        {
            First = folder.First(disk),
            Began = isNew ? ClosedLog.Before(folder, disk) : null,
        };
        var opened = new Sequencer(options, mended, folderLock, recovery.Tree, checkpoint) { Tail = tail };
        opened.threads.Open(opened.Recovery.Entries);
        opened.threads.Start();
        opened.mending = opened.MendAsync(opened.stopping.Token);
        if (mended.Began is { } began)
        {
            opened.Append(began);
        }

        if (tail.Found is { } unsigned)
        {
            opened.Append(unsigned); // Signed with the rest: from here on the log says which entries those were.
        }

        sequencer = opened;
        return true;
    }

    private async Task CloseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // The lock is held here.
        await stopping.CancelAsync();
        await mending;
        queue.Close();
        await threads.DisposeAsync();
        queue.EndGrowth();
        await (folderLock?.DisposeAsync() ?? ValueTask.CompletedTask);
        stopping.Dispose();
        keyChanges.Dispose();
        archiving.Dispose();
    }

    private static ValueTask<bool> Await(Task<bool> task, CancellationToken cancellation) =>
        new(cancellation.CanBeCanceled ? task.WaitAsync(cancellation) : task);
}
