using System.Buffers.Binary;

namespace Sallyport.Ledger;

/// <summary>Appends the leaf hashes of synced entries, to their file and then to the tree. Used by the sync thread
/// alone.</summary>
/// <remarks>The file is synced when its segment is whole and at the end; what a power cut takes from it is made anew at
/// the start.</remarks>
internal sealed class HashWriter(LedgerFolder folder, IDisk disk, LogTree tree) : IDisposable
{
    private byte[] hashes = new byte[256 * LeafHash.Length];
    private long start = -1;
    private IDiskFile? file;

    /// <summary>The file that is being written.</summary>
    public string Path => folder.Hashes(Math.Max(0, start));

    /// <summary>Appends the hashes of a batch whose entries are synced.</summary>
    public void Append(Batch batch)
    {
        if (LedgerFolder.SegmentStart(batch.First) != start)
        {
            Close();
            start = LedgerFolder.SegmentStart(batch.First);
            file = disk.Open(Path);
        }

        var needed = batch.Count * LeafHash.Length;
        if (hashes.Length < needed)
        {
            hashes = new byte[needed];
        }

        var bytes = batch.Bytes;
        for (var at = 0; at < needed; at += LeafHash.Length)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            LeafHash.Write(bytes.Slice(EntryStream.LengthBytes, length), hashes.AsSpan(at));
            bytes = bytes[(EntryStream.LengthBytes + length)..];
        }

        file?.Write(hashes.AsSpan(0, needed), (batch.First - start) * LeafHash.Length);
        tree.Add(hashes.AsSpan(0, needed), batch.Bytes);
    }

    /// <summary>Syncs and closes the file.</summary>
    public void Close()
    {
        file?.Sync();
        Dispose();
    }

    /// <summary>Closes the file as it is.</summary>
    public void Dispose()
    {
        file?.Dispose();
        file = null;
    }
}
