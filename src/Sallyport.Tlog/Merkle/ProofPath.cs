using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Tlog.Merkle;

/// <summary>
/// Some leaves side by side whose common hash is a line of a proof: [<paramref name="Start"/>, <paramref name="End"/>).
/// </summary>
internal readonly record struct LeafSpan(long Start, long End);

/// <summary>
/// A node: the root of the perfect subtree over the leaves [Index * 2^Height, (Index + 1) * 2^Height).
/// </summary>
internal readonly record struct NodePosition(int Height, long Index);

/// <summary>
/// Which hashes a proof consists of, before anything is read: the recursions of RFC 9162 section 2.1 as loops.
/// </summary>
internal static class ProofPath
{
    /// <summary>PATH(index, D[size]) of RFC 9162 section 2.1.3.1, the leaf's sibling first.</summary>
    public static ImmutableArray<LeafSpan> Inclusion(long index, long size)
    {
        var path = ImmutableArray.CreateBuilder<LeafSpan>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + SplitOf(end - start);
            if (index < middle)
            {
                path.Add(new LeafSpan(middle, end));
                end = middle;
            }
            else
            {
                path.Add(new LeafSpan(start, middle));
                start = middle;
            }
        }

        path.Reverse();
        return path.ToImmutable();
    }

    /// <summary>
    /// SUBTREE_PROOF(start, end, D[size]); with start 0 it is PROOF(end, D[size]) of RFC 9162 section 2.1.4.1.
    /// </summary>
    public static ImmutableArray<LeafSpan> Consistency(Subtree subtree, long size)
    {
        var path = ImmutableArray.CreateBuilder<LeafSpan>();
        var (start, end) = (0L, size);
        var (first, last) = (subtree.Start, subtree.End);
        var known = true; // whether what is left of the subtree is all of it, so that the verifier has its hash
        while (first != start || last != end)
        {
            var middle = start + SplitOf(end - start);
            if (last <= middle)
            {
                path.Add(new LeafSpan(middle, end));
                end = middle;
                continue;
            }

            path.Add(new LeafSpan(start, middle));
            start = middle;
            if (first < middle)
            {
                first = middle;
                known = false;
            }
        }

        if (!known)
        {
            path.Add(new LeafSpan(start, end));
        }

        path.Reverse();
        return path.ToImmutable();
    }

    /// <summary>
    /// The perfect subtrees that a span consists of, the largest and leftmost first. The span must begin where a
    /// subtree may.
    /// </summary>
    public static ImmutableArray<NodePosition> Perfect(LeafSpan span)
    {
        var nodes = ImmutableArray.CreateBuilder<NodePosition>();
        for (var start = span.Start; start < span.End;)
        {
            var height = BitOperations.Log2((ulong)(span.End - start));
            nodes.Add(new NodePosition(height, start >> height));
            start += 1L << height;
        }

        return nodes.ToImmutable();
    }

    // The largest power of two below n; n is at least 2.
    private static long SplitOf(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
