using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Ledger;

/// <summary>The Merkle tree of the entries that are synced: its right edge, the hashes above level 0, and where each
/// entry bundle begins. One writer, any number of readers.</summary>
/// <remarks>Level 0 is in the <c>.hashes</c> files. What is here is 40 bytes for 256 entries, and is made anew at each
/// start.</remarks>
internal sealed class LogTree
{
    private readonly Lock gate = new();
    private readonly CompactRange range;
    private readonly List<Hash>[] above = [.. Enumerable.Range(0,
        CompactRange.TileRootsMax).Select(_ => new List<Hash>())];
    private readonly List<long> bundleStarts = [];
    private readonly Hash[] roots = new Hash[CompactRange.TileRootsMax];
    private (TreeSize Size, ImmutableArray<Hash> Nodes) segment;
    private long offset;

    /// <summary>The tree of no entries.</summary>
    public LogTree()
        : this(new CompactRange())
    {
    }

    // Knows its head, and nothing of what is before the place where it goes on.
    private LogTree(CompactRange range)
    {
        this.range = range;
        segment = (range.Size, range.Nodes);
    }

    /// <summary>How many entries.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                return range.Size.Value;
            }
        }
    }

    /// <summary>Size and root.</summary>
    public TreeHead Head
    {
        get
        {
            lock (gate)
            {
                return range.Head;
            }
        }
    }

    /// <summary>A tree that goes on where the segment of the next entry begins: to see whether a segment leads to a
    /// head.</summary>
    public LogTree FromSegment()
    {
        lock (gate)
        {
            // The nodes were taken at that size.
            return new LogTree(CompactRange.Restore(segment.Size, segment.Nodes).ValueOrThrow());
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="leaf">Its leaf hash.</param>
    /// <param name="bytes">Bytes that it takes in the segment, its length included.</param>
    public void Add(ReadOnlySpan<byte> leaf, int bytes)
    {
        lock (gate)
        {
            AddOne(new Hash(leaf), bytes);
        }
    }

    /// <summary>Adds consecutive entries.</summary>
    /// <param name="leaves">Their leaf hashes.</param>
    /// <param name="entries">The entries, each with its length before it.</param>
    public void Add(ReadOnlySpan<byte> leaves, ReadOnlySpan<byte> entries)
    {
        lock (gate)
        {
            foreach (var leaf in MemoryMarshal.Cast<byte, Hash>(leaves))
            {
                var bytes = EntryStream.LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(entries);
                AddOne(leaf, bytes);
                entries = entries[bytes..];
            }
        }
    }

    /// <summary>Copies hashes of a level above 0.</summary>
    /// <returns>False when the tree does not reach that far.</returns>
    public bool TryRead(int level, long first, Span<Hash> destination)
    {
        lock (gate)
        {
            if (level < 1 || level > above.Length || first < 0 || first + destination.Length > above[level - 1].Count)
            {
                return false;
            }

            CollectionsMarshal.AsSpan(above[level - 1]).Slice((int)first, destination.Length).CopyTo(destination);
            return true;
        }
    }

    /// <summary>Where in its segment an entry bundle begins; null when the tree does not reach that far.</summary>
    public long? BundleStart(long index)
    {
        lock (gate)
        {
            return index < bundleStarts.Count ? bundleStarts[(int)index] : null;
        }
    }

    private void AddOne(Hash leaf, int bytes)
    {
        var position = range.Size.Value;
        if (position % LedgerFolder.SegmentEntries == 0)
        {
            segment = (range.Size, range.Nodes);
            offset = 0;
        }

        if (position % Tlog.Tiles.TilePath.FullWidth == 0)
        {
            bundleStarts.Add(offset);
        }

        offset += bytes;
        var filled = range.Append(leaf, roots);
        for (var level = 0; level < filled; level++)
        {
            above[level].Add(roots[level]);
        }
    }
}
