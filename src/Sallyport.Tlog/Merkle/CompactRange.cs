using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Tlog.Merkle;

/// <summary>
/// The least that is needed to go on with a tree: the roots of its perfect subtrees, at most 63 hashes. Appending costs
/// one hash on
/// average, the root at most 62.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class CompactRange
{
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

    /// <summary>Appends the hash of one leaf.</summary>
    /// <exception cref="OverflowException">The tree would have 2^63 leaves.</exception>
    public LeafIndex Append(Hash leaf) => Append(leaf, []);

    /// <summary>
    /// Appends, and gives the nodes of height 8, 16, … that became complete by it, in slots 0, 1, … .
    /// </summary>
    internal LeafIndex Append(Hash leaf, Span<Hash> tileRoots)
    {
        var index = _size;
        _size = checked(_size + 1);
        var node = leaf;
        // As many merges as there are ones at the end of the old size: each merge doubles what the node covers.
        var merges = BitOperations.TrailingZeroCount(_size);
        for (var height = 1; height <= merges; height++)
        {
            node = TreeHash.Node(_nodes[--_count], node);
            if (height % 8 == 0 && (height / 8) - 1 < tileRoots.Length)
            {
                tileRoots[(height / 8) - 1] = node;
            }
        }

        _nodes[_count++] = node;
        return new LeafIndex(index);
    }
}
