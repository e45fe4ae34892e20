using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// The growing right edge of a tiled tree: of each level the hashes since its last full tile, at most 64 KiB in all.
/// One leaf costs one node hash on average. Not safe for concurrent use.
/// </summary>
internal sealed class TileLevels
{
    /// <summary>Levels that a tree of less than 2^63 leaves can have.</summary>
    public const int Count = 1 + CompactRange.TileRootsMax;

    private readonly CompactRange _range;
    private readonly Hash[]?[] _levels = new Hash[Count][];
    private readonly Hash[] _roots = new Hash[CompactRange.TileRootsMax];

    public TileLevels()
        : this(new CompactRange(), [])
    {
    }

    public TileLevels(CompactRange range, IReadOnlyList<Hash[]> edge)
    {
        _range = range;
        for (var level = 0; level < edge.Count; level++)
        {
            edge[level].CopyTo(Level(level), 0);
        }
    }

    public TreeSize Size => _range.Size;

    public TreeHead Head => _range.Head;

    /// <summary>How many full tiles a level has at a size: also the index of the partial one.</summary>
    public static long FullTiles(TreeSize size, int level) =>
        level + 1 < Count ? size.Value >> (8 * (level + 1)) : 0; // >> 64 would be >> 0

    /// <summary>The width of a level's partial tile at a size; 0 if there is none.</summary>
    public static int PartialWidth(TreeSize size, int level) => (int)(size.Value >> (8 * level)) & 0xFF;

    /// <summary>
    /// Appends one leaf. Returns how many levels, from 0 up, have a full tile by it; see <see cref="Full"/>.
    /// </summary>
    public int Append(Hash leaf)
    {
        Level(0)[PartialWidth(Size, 0)] = leaf;
        var full = _range.Append(leaf, _roots);
        for (var level = 1; level <= full; level++)
        {
            // The size counts the new tile already; its root is the last hash of the level above.
            Level(level)[(PartialWidth(Size, level) + 0xFF) & 0xFF] = _roots[level - 1];
        }

        return full;
    }

    /// <summary>The tile of a level that the last append has made full.</summary>
    public ReadOnlySpan<Hash> Full(int level) => Level(level);

    /// <summary>The hashes since the last full tile of a level.</summary>
    public ReadOnlySpan<Hash> Partial(int level) => Level(level).AsSpan(0, PartialWidth(Size, level));

    private Hash[] Level(int level) => _levels[level] ??= new Hash[TilePath.FullWidth];
}
