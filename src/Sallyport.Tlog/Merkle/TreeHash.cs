using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sallyport.Tlog.Merkle;

/// <summary>The hash functions of RFC 6962 section 2.1 and RFC 9162 section 2.1.1, with SHA-256.</summary>
public static class TreeHash
{
    private const int StackBytesMax = 1024;

    /// <summary>The root of the tree without entries: SHA-256 of nothing.</summary>
    public static Hash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>SHA-256(0x00, entry).</summary>
    public static Hash Leaf(ReadOnlySpan<byte> entry)
    {
        var length = entry.Length + 1;
        if (length <= StackBytesMax)
        {
            return Leaf(entry, stackalloc byte[length]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        var hash = Leaf(entry, rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented, clearArray: true); // an entry may be somebody's secret
        return hash;
    }

    /// <summary>SHA-256(0x01, left, right).</summary>
    [SkipLocalsInit]
    public static Hash Node(Hash left, Hash right)
    {
        Span<byte> block = stackalloc byte[1 + (2 * Hash.Length)];
        block[0] = 0x01;
        left.CopyTo(block[1..]);
        right.CopyTo(block[(1 + Hash.Length)..]);
        return Sha256(block);
    }

    /// <summary>
    /// MTH of perfect subtrees that stand side by side, the largest first, as the ones of a size in binary do.
    /// </summary>
    internal static Hash Fold(ReadOnlySpan<Hash> perfect)
    {
        if (perfect.IsEmpty)
        {
            return EmptyRoot;
        }

        var root = perfect[^1];
        for (var i = perfect.Length - 2; i >= 0; i--)
        {
            root = Node(perfect[i], root);
        }

        return root;
    }

    private static Hash Leaf(ReadOnlySpan<byte> entry, Span<byte> block)
    {
        block[0] = 0x00;
        entry.CopyTo(block[1..]);
        return Sha256(block);
    }

    private static Hash Sha256(ReadOnlySpan<byte> block)
    {
        Hash hash = default;
        SHA256.HashData(block, MemoryMarshal.AsBytes(new Span<Hash>(ref hash)));
        return hash;
    }
}
