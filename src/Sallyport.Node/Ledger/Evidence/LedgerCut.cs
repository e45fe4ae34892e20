using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Checkpoints;

namespace Sallyport.Ledger;

/// <summary>The files of a log as far as one checkpoint covers it. A node may be writing it: what is signed does not
/// change any more.</summary>
public sealed class LedgerCut
{
    private LedgerCut(SignedCheckpoint checkpoint, IReadOnlyList<(string Path, long Length)> files) =>
        (Checkpoint, Files) = (checkpoint, files);

    /// <summary>What covers it.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Each segment and hash file with the bytes of it that count, in order.</summary>
    public IReadOnlyList<(string Path, long Length)> Files { get; }

    /// <summary>Finds the cut at the checkpoint that is on the disk now.</summary>
    /// <param name="folder">The log.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="cut">The cut.</param>
    /// <param name="fault">The log has no checkpoint, or less than it covers.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static bool TryFind(
        LedgerFolder folder, IDisk disk, [NotNullWhen(true)] out LedgerCut? cut, [NotNullWhen(false)] out Fault? fault)
    {
        cut = null;
        if (!LedgerKey.TryReadPublic(folder, disk, out var key, out fault)
            || !CheckpointFile.TryRead(folder, disk, new KeyChain(folder, disk, key), out var checkpoint, out fault))
        {
            return false;
        }

        var size = checkpoint.Claim.Head.Size.Value;
        var first = folder.First(disk);
        var files = new List<(string Path, long Length)>();
        using (var kept = first > 0 ? disk.OpenRead(folder.Kept(first)) : null)
        {
            if (kept is not null)
            {
                files.Add((folder.Kept(first), kept.Length));
            }
        }

        for (var start = 0L; start < size; start += LedgerFolder.SegmentEntries)
        {
            var entries = Math.Min(size - start, LedgerFolder.SegmentEntries);
            if (start < first)
            {
                files.Add((folder.Hashes(start), entries * LeafHash.Length));
                continue;
            }

            if (Length(disk, folder.Entries(start), entries) is not { } length)
            {
                fault = LedgerFaults.NotExtended(folder.Checkpoint, size, $"{folder.Entries(start)} has fewer");
                return false;
            }

            files.Add((folder.Entries(start), length));
            files.Add((folder.Hashes(start), entries * LeafHash.Length));
        }

        cut = new LedgerCut(checkpoint, files);
        return true;
    }

    private static long? Length(IDisk disk, string path, long entries)
    {
        using var file = disk.OpenRead(path);
        if (file is null)
        {
            return null;
        }

        var stream = new EntryStream(file);
        for (var entry = 0L; entry < entries; entry++)
        {
            if (!stream.TryNext(out _))
            {
                return null;
            }
        }

        return stream.Offset;
    }
}
