using System.Buffers;

namespace Sallyport.Ledger;

/// <summary>The leaf hashes of a segment as the disk holds them, and those that it lacks.</summary>
/// <remarks>The file is not synced with every commit: after a power cut its end, or a sector of it, may be all zero. No
/// SHA-256 that anybody will ever see is all zero, so what is was never written, and is made anew. (A disk loses
/// sectors: a hash never
/// lies across two.)</remarks>
internal sealed class SegmentHashes
{
    private readonly byte[] kept;
    private readonly ArrayBufferWriter<byte> missing = new();

    private SegmentHashes(byte[] kept) => this.kept = kept;

    /// <summary>Hashes on disk.</summary>
    public int Kept => kept.Length / LeafHash.Length;

    /// <summary>How many of them were all zero on the disk, and are made anew in <see cref="KeptBytes"/>.</summary>
    public int Holes { get; private set; }

    /// <summary>The hashes on disk, holes filled.</summary>
    public ReadOnlySpan<byte> KeptBytes => kept;

    /// <summary>Hashes of the entries after those, in order.</summary>
    public ReadOnlyMemory<byte> Missing => missing.WrittenMemory;

    /// <summary>Reads the file; a missing one holds none.</summary>
    public static SegmentHashes Read(string path, IDisk disk)
    {
        using var file = disk.OpenRead(path);
        var length = (int)Math.Min(file?.Length ?? 0, (long)LedgerFolder.SegmentEntries * LeafHash.Length);
        var bytes = new byte[length - (length % LeafHash.Length)];
        var read = file?.Read(bytes, 0) ?? 0;
        var written = bytes.AsSpan(0, read).LastIndexOfAnyExcept((byte)0) + 1;
        return new SegmentHashes(bytes[..((written + LeafHash.Length - 1) / LeafHash.Length * LeafHash.Length)]);
    }

    /// <summary>Whether the entry at this index has the hash on disk; one that has none there is remembered as
    /// missing.</summary>
    /// <param name="hash">The entry's leaf hash.</param>
    /// <param name="index">Its index in the segment.</param>
    public bool Matches(ReadOnlySpan<byte> hash, int index)
    {
        if (index < Kept)
        {
            var onDisk = kept.AsSpan(index * LeafHash.Length, LeafHash.Length);
            if (onDisk.ContainsAnyExcept((byte)0))
            {
                return hash.SequenceEqual(onDisk);
            }

            // A sector in the middle that was never written: the later ones reached the disk before it.
            hash.CopyTo(onDisk);
            Holes++;
            return true;
        }

        missing.Write(hash);
        return true;
    }
}
