using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>The log's last checkpoint on disk: replaced whole, only forwards, and only in place of the one that was
/// read or written here last.</summary>
/// <remarks>The lock of the folder keeps a second process out. Where a file system does not honour it, the comparison
/// finds that another has signed, and both stop: one log never grows two ways unseen. Used by one thread at a
/// time.</remarks>
internal sealed class CheckpointFile
{
    private readonly LedgerFolder folder;
    private readonly IDisk disk;
    private volatile SignerKey key;
    private volatile Successor? next;
    private byte[] last;
    private (byte[] Bytes, SignedCheckpoint Signed)? attempt; // Of unknown outcome: the disk refused on the way.
    private volatile SignedCheckpoint current;

    private CheckpointFile(LedgerFolder folder, IDisk disk, SignerKey key, byte[] last, SignedCheckpoint current)
    {
        (this.folder, this.disk, this.key) = (folder, disk, key);
        (this.last, this.current) = (last, current);
    }

    /// <summary>The checkpoint that is on the disk.</summary>
    public SignedCheckpoint Current => current;

    /// <summary>Whose signature it bears.</summary>
    public VerifierKey Verifier => key.Verifier;

    /// <summary>The key that signs.</summary>
    public SignerKey Signer => key;

    /// <summary>Completes when the key that was to follow signs alone.</summary>
    public Task Succeeded => next?.Signs.Task ?? Task.CompletedTask;

    /// <summary>Another key follows: the first checkpoint that covers the entry of it is signed by both.</summary>
    /// <param name="after">The key.</param>
    /// <param name="position">Position of that entry.</param>
    public void Succeed(SignerKey after, long position) => next = new Successor(after, position);

    /// <summary>Reads the checkpoint of a log; a log that has none yet gets one of size 0, so that from then on one
    /// that is missing was taken away.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="key">The log's key.</param>
    /// <param name="isNew">Whether the log has no entry.</param>
    /// <param name="file">The checkpoint.</param>
    /// <param name="fault">It is missing, no checkpoint, or not of this key.</param>
    public static bool TryOpen(
        LedgerFolder folder, IDisk disk, SignerKey key, bool isNew,
        [NotNullWhen(true)] out CheckpointFile? file, [NotNullWhen(false)] out Fault? fault)
    {
        file = null;
        fault = null;
        var bytes = Read(folder, disk);
        if (bytes is null && isNew)
        {
            var empty = Signed(key, new CompactRange().Head);
            file = new CheckpointFile(folder, disk, key, [], empty);
            file.Replace(empty);
            disk.SyncFolder(folder.Root);
        }
        else if (TryVerify(folder, bytes, new KeyChain(folder, disk, key.Verifier), out var signed, out fault))
        {
            file = new CheckpointFile(folder, disk, key, bytes, signed);
        }

        return file is not null;
    }

    /// <summary>Reads the checkpoint of a log without its private key.</summary>
    public static bool TryRead(
        LedgerFolder folder, IDisk disk, KeyChain keys,
        [NotNullWhen(true)] out SignedCheckpoint? checkpoint, [NotNullWhen(false)] out Fault? fault) =>
        TryVerify(folder, Read(folder, disk), keys, out checkpoint, out fault);

    /// <summary>Signs a head whose entries are all synced, and puts it in place of the checkpoint before.</summary>
    /// <returns>Null when it is done, or there is nothing new to sign; else why the log must not go on.</returns>
    /// <exception cref="IOException">The disk refused. The file holds the one or the other.</exception>
    public Fault? Write(TreeHead head)
    {
        var claim = current.Claim.Head;
        if (head == claim)
        {
            return null;
        }

        if (head.Size <= claim.Size)
        {
            return LedgerFaults.Forked(folder.Checkpoint, $"it is of size {claim.Size}, and this log of {head.Size}");
        }

        if (Compare() is { } forked)
        {
            return forked;
        }

        if (next is not { } follows || head.Size.Value <= follows.Position)
        {
            Replace(Signed(key, head));
            return null;
        }

        var signed = Signed(key, head);
        Replace(signed.With(follows.Key.Sign(signed.Note.Text.Span).ValueOrThrow()).ValueOrThrow()); // a key of type 01
        (key, next) = (follows.Key, null);
        follows.Signs.TrySetResult();
        return null;
    }

    /// <summary>Whether the checkpoint on the disk is still the one that was read or written here last.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public Fault? Compare()
    {
        var found = Read(folder, disk);
        if (attempt is { } tried && found?.AsSpan().SequenceEqual(tried.Bytes) == true)
        {
            (last, current) = tried;
        }

        attempt = null;
        return found is null ? throw new IOException($"There is no file {folder.Checkpoint}.")
            : found.AsSpan().SequenceEqual(last) ? null
            : LedgerFaults.Forked(folder.Checkpoint, "it is not the one that this node wrote last");
    }

    private static SignedCheckpoint Signed(SignerKey key, TreeHead head)
    {
        // The origin is the key's own name, and a note of three lines is never too long.
        var origin = Origin.Parse(key.Verifier.Name.Value).ValueOrThrow();
        return SignedCheckpoint.Sign(Tlog.Checkpoints.Checkpoint.Create(origin, head).ValueOrThrow(),
            key).ValueOrThrow();
    }

    private static bool TryVerify(
        LedgerFolder folder, [NotNullWhen(true)] byte[]? bytes, KeyChain keys,
        [NotNullWhen(true)] out SignedCheckpoint? checkpoint, [NotNullWhen(false)] out Fault? fault)
    {
        checkpoint = null;
        fault = bytes is null ? LedgerFaults.CheckpointWrong(folder.Checkpoint,
            "it is missing, and the log has entries")
            : !SignedCheckpoint.Parse(bytes).TryGet(out checkpoint, out var wrong)
                ? LedgerFaults.CheckpointWrong(folder.Checkpoint, $"{wrong}")
            : keys.Check(checkpoint, out var damaged) is { } unsigned
                ? damaged ?? LedgerFaults.CheckpointWrong(folder.Checkpoint, unsigned)
            : null;
        return fault is null && checkpoint is not null;
    }

    private static byte[]? Read(LedgerFolder folder, IDisk disk)
    {
        using var file = disk.OpenRead(folder.Checkpoint);
        if (file is null)
        {
            return null;
        }

        // One byte more than a note can have is enough to be refused.
        var bytes = new byte[Math.Min(file.Length, Note.BytesMax + 1)];
        return bytes[..file.Read(bytes, 0)];
    }

    private sealed record Successor(SignerKey Key, long Position)
    {
        public TaskCompletionSource Signs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // Crash before the move: the old one stands, and the log extends it. The name need not be synced: what a power cut
    // brings back is an older checkpoint of the same log.
    private void Replace(SignedCheckpoint signed)
    {
        var bytes = signed.ToBytes();
        attempt = (bytes, signed);
        SmallFile.Replace(disk, folder.Checkpoint, bytes);
        (last, current, attempt) = (bytes, signed, null);
    }
}

/// <summary>Files of a few bytes that are replaced whole.</summary>
internal static class SmallFile
{
    /// <summary>Puts these bytes under a name: afterwards the file holds them, or what it held before.</summary>
    public static void Replace(IDisk disk, string path, ReadOnlySpan<byte> bytes)
    {
        var fresh = path + ".new";
        using (var file = disk.Open(fresh))
        {
            file.Truncate(0);
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Move(fresh, path);
    }
}
