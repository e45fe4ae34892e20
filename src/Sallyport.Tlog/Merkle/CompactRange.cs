using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Tlog.Merkle;

/// <summary>
/// The least that is needed to go on with a tree: the roots of its perfect subtrees, at most 63 hashes. Appending costs
/// one hash on average, the root at most 62.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class CompactRange
{
    /// <summary>Levels of tiles above level 0 in a tree of less than 2^63 leaves.</summary>
    public const int TileRootsMax = 7;

    private readonly Hash[] _nodes = new Hash[64];
    private int _count;
    private long _size;

    /// <summary>The empty tree.</summary>
    public CompactRange()
    {
    }

    /// <summary>How many leaves were appended.</summary>
    public TreeSize Size => new(_size);

    /// <summary>
    /// The roots of the perfect subtrees, the largest and leftmost first: one for each bit that is set in the size.
    /// </summary>
    public ImmutableArray<Hash> Nodes => [.. _nodes.AsSpan(0, _count)];

    /// <summary>Size and root as of now.</summary>
    public TreeHead Head => new(Size, TreeHash.Fold(_nodes.AsSpan(0, _count)));

    /// <summary>Goes on where <see cref="Nodes"/> was taken.</summary>
    public static Result<CompactRange> Restore(TreeSize size, ImmutableArray<Hash> nodes)
    {
        var expected = BitOperations.PopCount((ulong)size.Value);
        if (nodes.IsDefault || nodes.Length != expected)
        {
            var found = nodes.IsDefault ? 0 : nodes.Length;
            return TlogFault.Malformed(
                "compact-range.nodes", $"A tree of size {size} has {expected} perfect subtrees, not {found}.");
        }

        var range = new CompactRange { _count = expected, _size = size.Value };
        nodes.CopyTo(range._nodes);
        return range;
    }

    /// <summary>Appends the hash of one leaf, and says where it stands.</summary>
    /// <exception cref="OverflowException">The tree would have 2^63 leaves.</exception>
    public LeafIndex Append(Hash leaf)
    {
        Append(leaf, []);
        return new LeafIndex(_size - 1);
    }

    /// <summary>
    /// Appends the hash of one leaf, and gives the hashes that the levels of tiles above level 0 gain by it: the roots
    /// of the tiles that are full now (tlog-tiles, "Merkle Tree").
    /// </summary>
    /// <param name="leaf">The next hash of level 0.</param>
    /// <param name="tileRoots">
    /// Slot 0 is the next hash of level 1, slot 1 of level 2, and so on; <see cref="TileRootsMax"/> slots are enough
    /// for every tree. What has no slot is not given.
    /// </param>
    /// <returns>How many slots were filled: none for 255 leaves of 256.</returns>
    /// <exception cref="OverflowException">The tree would have 2^63 leaves. Nothing was appended.</exception>
    public int Append(Hash leaf, Span<Hash> tileRoots)
    {
        _size = checked(_size + 1);
        var node = leaf;
        var filled = 0;
        // As many merges as there are ones at the end of the old size: each merge doubles what the node covers.
        var merges = BitOperations.TrailingZeroCount(_size);
        for (var height = 1; height <= merges; height++)
        {
            node = TreeHash.Node(_nodes[--_count], node);
            if (height % 8 == 0 && filled < tileRoots.Length)
            {
                tileRoots[filled++] = node;
            }
        }

        _nodes[_count++] = node;
        return filled;
    }
}
