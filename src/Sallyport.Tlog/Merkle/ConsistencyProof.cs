using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog.Merkle;

/// <summary>
/// Evidence that a tree begins with all of an older one (RFC 9162 section 2.1.4): nothing was changed, moved or
/// dropped.
/// </summary>
/// <param name="from">The older size.</param>
/// <param name="to">The newer size.</param>
/// <param name="hashes">As PROOF(from, D[to]) orders them; none if the sizes are equal or the older is 0.</param>
public sealed class ConsistencyProof(TreeSize from, TreeSize to, ImmutableArray<Hash> hashes)
{
    /// <summary>The older size.</summary>
    public TreeSize From { get; } = from;

    /// <summary>The newer size.</summary>
    public TreeSize To { get; } = to;

    /// <summary>The hashes.</summary>
    public ImmutableArray<Hash> Hashes { get; } = hashes.IsDefault ? [] : hashes;

    /// <summary>Whether the newer tree begins with all of the older one.</summary>
    /// <remarks>
    /// From an empty tree to one that is not, the answer is a fault and not yes: anything follows from nothing, and
    /// whoever holds an empty tree has nothing to compare. Callers for whom that is right, as in tlog-witness, handle
    /// size 0 before they come here.
    /// </remarks>
    public bool Verify(Hash fromRoot, Hash toRoot, [NotNullWhen(false)] out TlogFault? fault)
    {
        if (From > To)
        {
            fault = TlogFault.OutOfRange("proof.from", $"A tree of size {To} is not newer than one of size {From}.");
        }
        else if (From.Value > 0)
        {
            var prefix = Subtree.Create(0, From.Value).ValueOrThrow(); // zero is a multiple of everything
            return new SubtreeConsistencyProof(prefix, To, Hashes).Verify(fromRoot, toRoot, out fault);
        }
        else if (To.Value > 0)
        {
            fault = TlogFault.OutOfRange(
                "proof.from", "Every tree follows from the empty one: there is nothing to prove.");
        }
        else if (!Hashes.IsEmpty)
        {
            fault = TlogFault.Malformed(
                "proof.hashes", $"{Hashes.Length} hashes are too many between two empty trees.");
        }
        else
        {
            fault = fromRoot == TreeHash.EmptyRoot && toRoot == TreeHash.EmptyRoot
                ? null
                : TlogFault.Mismatch("root", $"The root of an empty tree is {TreeHash.EmptyRoot}.");
        }

        return fault is null;
    }
}
