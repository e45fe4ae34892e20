using System.Numerics;

namespace Sallyport.Tlog.Merkle;

/// <summary>
/// A subtree of a log's tree: the leaves from <see cref="Start"/> up to, not including, <see cref="End"/>. The start is
/// a multiple of the smallest power of two that is not below the length (draft-ietf-plants-merkle-tree-certs section
/// 4.1). [k, k) is the empty subtree.
/// </summary>
public readonly record struct Subtree
{
    private Subtree(long start, long end)
    {
        Start = start;
        End = end;
    }

    /// <summary>The first leaf.</summary>
    public long Start { get; }

    /// <summary>One past the last leaf.</summary>
    public long End { get; }

    /// <summary>How many leaves.</summary>
    public TreeSize Size => new(End - Start);

    /// <summary>The only way in.</summary>
    public static Result<Subtree> Create(long start, long end)
    {
        if (start < 0 || end < start)
        {
            return TlogFault.OutOfRange("subtree", $"[{start}, {end}) is not a range of leaves.");
        }

        var span = BitOperations.RoundUpToPowerOf2((ulong)(end - start));
        return span > 1 && ((ulong)start & (span - 1)) != 0
            ? TlogFault.OutOfRange(
                "subtree.start", $"[{start}, {end}) is not a subtree: the start is not a multiple of {span}.")
            : new Subtree(start, end);
    }
}
