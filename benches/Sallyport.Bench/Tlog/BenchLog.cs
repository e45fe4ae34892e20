using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Bench.Tlog;

/// <summary>
/// A log in files as a ledger has it: entries end to end, the hashes of each level end to end. It fits into the page
/// cache: what is measured is the library and not the disk.
/// </summary>
internal sealed class BenchLog(string folder) : IDisposable
{
    private const int BlockBytes = 1 << 20;
    private readonly CompactRange range = new();
    private readonly Hash[] roots = new Hash[CompactRange.TileRootsMax];
    private readonly List<long> bundleStarts = [];
    private readonly Run entries = new(Path.Combine(folder, "entries"));
    private readonly List<Run> levels = [];

    /// <summary>Size and root.</summary>
    public TreeHead Head => range.Head;

    /// <summary>Appends an entry.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        if (range.Size.Value % TilePath.FullWidth == 0)
        {
            bundleStarts.Add(entries.Length);
        }

        EntryBundle.Append(entries.Pending, entry);
        entries.Write(BlockBytes);
        AppendHash(TreeHash.Leaf(entry));
    }

    /// <summary>Appends a leaf of which there is no entry: proofs need none.</summary>
    public void AppendHash(Hash leaf)
    {
        Put(0, leaf);
        var filled = range.Append(leaf, roots);
        for (var level = 1; level <= filled; level++)
        {
            Put(level, roots[level - 1]);
        }
    }

    /// <summary>Writes the rest, and gives the tiles of what was written.</summary>
    public ByteRangeTiles Written()
    {
        entries.Write(0);
        levels.ForEach(level => level.Write(0));
        return new ByteRangeTiles(
            [.. levels.Select(level => new FileByteRange(level.File))], new FileByteRange(entries.File), bundleStarts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        entries.File.Dispose();
        levels.ForEach(level => level.File.Dispose());
    }

    private void Put(int level, Hash hash)
    {
        if (level == levels.Count)
        {
            levels.Add(new Run(Path.Combine(folder, $"level.{level}")));
        }

        hash.CopyTo(levels[level].Pending.GetSpan(Hash.Length));
        levels[level].Pending.Advance(Hash.Length);
        levels[level].Write(BlockBytes);
    }

    private sealed class Run(string path)
    {
        private long written;

        public SafeFileHandle File { get; } = System.IO.File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);

        public ArrayBufferWriter<byte> Pending { get; } = new(2 * BlockBytes);

        public long Length => written + Pending.WrittenCount;

        public void Write(int bytesMin)
        {
            if (Pending.WrittenCount >= bytesMin)
            {
                RandomAccess.Write(File, Pending.WrittenSpan, written);
                written += Pending.WrittenCount;
                Pending.ResetWrittenCount();
            }
        }
    }
}
