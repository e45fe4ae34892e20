using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog.Merkle;

/// <summary>Evidence that a subtree is part of a tree (draft-ietf-plants-merkle-tree-certs section 4.4).</summary>
/// <param name="subtree">Which leaves.</param>
/// <param name="size">The size of the tree.</param>
/// <param name="hashes">As SUBTREE_PROOF(start, end, D[size]) orders them.</param>
public sealed class SubtreeConsistencyProof(Subtree subtree, TreeSize size, ImmutableArray<Hash> hashes)
{
    /// <summary>Which leaves.</summary>
    public Subtree Subtree { get; } = subtree;

    /// <summary>The size of the tree.</summary>
    public TreeSize Size { get; } = size;

    /// <summary>The hashes.</summary>
    public ImmutableArray<Hash> Hashes { get; } = hashes.IsDefault ? [] : hashes;

    /// <summary>Whether the tree with this root has the subtree with this hash.</summary>
    /// <remarks>
    /// The empty subtree is part of every tree, whatever the tree's root: only its own hash is compared.
    /// </remarks>
    public bool Verify(Hash subtreeRoot, Hash root, [NotNullWhen(false)] out TlogFault? fault)
    {
        fault = Check(subtreeRoot, root);
        return fault is null;
    }

    private TlogFault? Check(Hash subtreeRoot, Hash root)
    {
        if (Subtree.End > Size.Value)
        {
            return TlogFault.OutOfRange(
                "proof.subtree", $"A tree of size {Size} has no leaves [{Subtree.Start}, {Subtree.End}).");
        }

        if (Subtree.Start == Subtree.End)
        {
            return !Hashes.IsEmpty ? TooMany()
                : subtreeRoot != TreeHash.EmptyRoot ? Wrong("subtree.root", TreeHash.EmptyRoot, subtreeRoot)
                : null;
        }

        return CheckNonEmpty(subtreeRoot, root);
    }

    // Section 4.4.3 of the draft; with start 0 it is RFC 9162 section 2.1.4.2.
    private TlogFault? CheckNonEmpty(Hash subtreeRoot, Hash root)
    {
        var (first, last, end) = (Subtree.Start, Subtree.End - 1, Size.Value - 1);
        // Up to the level where the subtree is one node, or where its right edge leaves the shape of the tree.
        while (first != last && (last == end || (last & 1) == 1))
        {
            (first, last, end) = (first >> 1, last >> 1, end >> 1);
        }

        var rest = Hashes.AsSpan();
        var (inSubtree, inTree) = (subtreeRoot, subtreeRoot);
        if (first != last)
        {
            if (rest.IsEmpty)
            {
                return TooFew();
            }

            inSubtree = inTree = rest[0];
            rest = rest[1..];
        }

        foreach (var sibling in rest)
        {
            if (end == 0)
            {
                return TooMany();
            }

            if ((last & 1) == 1 || last == end)
            {
                inSubtree = first < last ? TreeHash.Node(sibling, inSubtree) : inSubtree;
                inTree = TreeHash.Node(sibling, inTree);
                while ((last & 1) == 0)
                {
                    (first, last, end) = (first >> 1, last >> 1, end >> 1);
                }
            }
            else
            {
                inTree = TreeHash.Node(inTree, sibling);
            }

            (first, last, end) = (first >> 1, last >> 1, end >> 1);
        }

        return end != 0 ? TooFew()
            : inSubtree != subtreeRoot ? Wrong("subtree.root", inSubtree, subtreeRoot)
            : inTree != root ? Wrong("root", inTree, root)
            : null;
    }

    private TlogFault TooMany() =>
        TlogFault.Malformed("proof.hashes", $"{Hashes.Length} hashes are too many {Between()}.");

    private TlogFault TooFew() =>
        TlogFault.Malformed("proof.hashes", $"{Hashes.Length} hashes are too few {Between()}.");

    private TlogFault Wrong(string field, Hash computed, Hash expected) =>
        TlogFault.Mismatch(field, $"The proof {Between()} leads to {computed}, not to {expected}.");

    private string Between() => $"from [{Subtree.Start}, {Subtree.End}) to a tree of size {Size}";
}
