using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog.Merkle;

/// <summary>Evidence that a tree has a certain leaf at a certain position (RFC 9162 section 2.1.3).</summary>
/// <param name="index">The position of the leaf.</param>
/// <param name="size">The size of the tree.</param>
/// <param name="hashes">From the leaf's sibling up to the root's child; at most 63.</param>
public sealed class InclusionProof(LeafIndex index, TreeSize size, ImmutableArray<Hash> hashes)
{
    /// <summary>The position of the leaf.</summary>
    public LeafIndex Index { get; } = index;

    /// <summary>The size of the tree.</summary>
    public TreeSize Size { get; } = size;

    /// <summary>From the leaf's sibling up to the root's child.</summary>
    public ImmutableArray<Hash> Hashes { get; } = hashes.IsDefault ? [] : hashes;

    /// <summary>Whether the leaf with this hash is in the tree with this root.</summary>
    public bool Verify(Hash leaf, Hash root, [NotNullWhen(false)] out TlogFault? fault)
    {
        if (!Root(leaf).TryGet(out var computed, out fault))
        {
            return false;
        }

        fault = computed == root
            ? null
            : TlogFault.Mismatch(
                "root", $"The proof for entry {Index} in a tree of size {Size} leads to {computed}, not to {root}.");
        return fault is null;
    }

    /// <summary>The root that the proof leads to from this leaf (RFC 9162 section 2.1.3.2).</summary>
    public Result<Hash> Root(Hash leaf)
    {
        if (!Size.Contains(Index))
        {
            return TlogFault.OutOfRange("proof.index", $"A tree of size {Size} has no entry {Index}.");
        }

        var node = leaf;
        var (position, last) = (Index.Value, Size.Value - 1);
        foreach (var sibling in Hashes)
        {
            if (last == 0)
            {
                return TlogFault.Malformed(
                    "proof.hashes", $"{Hashes.Length} hashes are too many for entry {Index} of {Size}.");
            }

            if ((position & 1) == 1 || position == last)
            {
                node = TreeHash.Node(sibling, node);
                while ((position & 1) == 0 && position != 0) // a node without a right sibling goes up unchanged
                {
                    (position, last) = (position >> 1, last >> 1);
                }
            }
            else
            {
                node = TreeHash.Node(node, sibling);
            }

            (position, last) = (position >> 1, last >> 1);
        }

        return last == 0
            ? node
            : TlogFault.Malformed("proof.hashes", $"{Hashes.Length} hashes are too few for entry {Index} of {Size}.");
    }
}
