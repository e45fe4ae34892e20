using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>After a failure: puts the unfinished segment on the disk again, in new files.</summary>
/// <remarks>A file whose fsync failed is never written or synced again: the kernel may have dropped what it could not
/// write and call it clean. So what was synced before is read back, held to the tree that was hashed from it, and
/// written into a new file together with what was not synced and is still in memory. Only when that is synced does it
/// take the old file's name.</remarks>
internal sealed class SegmentRewrite(LedgerFolder folder, IDisk disk, LogTree tree)
{
    /// <summary>Makes the files of every segment that has an entry which is not in the tree, or was begun.</summary>
    /// <param name="carried">What is not in the tree, in order.</param>
    /// <param name="fault">The log on the disk is not the one that was written.</param>
    /// <exception cref="IOException">The disk still refuses.</exception>
    public bool TryWrite(IReadOnlyList<Batch> carried, [NotNullWhen(false)] out Fault? fault)
    {
        var hashed = tree.Size;
        var start = LedgerFolder.SegmentStart(hashed);
        if (!TryPrefix(start, hashed, out var entries, out var hashes))
        {
            fault = LedgerFaults.NotWhatWasWritten(folder.Entries(start), hashed);
            return false;
        }

        SmallFile.Replace(disk, folder.Hashes(start), hashes);
        foreach (var segment in carried.GroupBy(batch => LedgerFolder.SegmentStart(batch.First)).DefaultIfEmpty())
        {
            var first = segment?.Key ?? start;
            Write(first, first == start ? entries : [], segment ?? Enumerable.Empty<Batch>());
        }

        disk.SyncFolder(folder.Segments);
        fault = null;
        return true;
    }

    // The part of the segment that was synced and hashed.
    private bool TryPrefix(long start, long hashed, out byte[] entries, out byte[] hashes)
    {
        (entries, hashes) = ([], new byte[(hashed - start) * LeafHash.Length]);
        if (hashed == start)
        {
            return true;
        }

        using var file = disk.OpenRead(folder.Entries(start))
            ?? throw new FileNotFoundException($"There is no file {folder.Entries(start)}.");
        var probe = tree.FromSegment();
        var stream = new EntryStream(file);
        for (var at = 0; at < hashes.Length; at += LeafHash.Length)
        {
            if (!stream.TryNext(out var entry))
            {
                return false;
            }

            LeafHash.Write(entry, hashes.AsSpan(at));
            probe.Add(hashes.AsSpan(at, LeafHash.Length), EntryStream.LengthBytes + entry.Length);
        }

        entries = new byte[stream.Offset];
        return probe.Head == tree.Head && file.Read(entries, 0) == entries.Length;
    }

    private void Write(long start, byte[] prefix, IEnumerable<Batch> batches)
    {
        var fresh = folder.Entries(start) + ".new";
        using (var file = disk.Open(fresh))
        {
            file.Truncate(0);
            try
            {
                file.Write(prefix, 0);
                var offset = (long)prefix.Length;
                foreach (var batch in batches)
                {
                    file.Write(batch.Bytes, offset);
                    offset += batch.Bytes.Length;
                }
            }
            catch (IOException)
            {
                file.Truncate(0); // What was tried must not take the room that is waited for.
                throw;
            }

            file.Sync();
        }

        disk.Move(fresh, folder.Entries(start));
    }
}
