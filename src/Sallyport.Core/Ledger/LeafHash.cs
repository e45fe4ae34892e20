using System.Buffers;
using System.Security.Cryptography;

namespace Sallyport.Ledger;

/// <summary>The hash by which the log's tree knows an entry: SHA-256(0x00 || entry bytes) (RFC 6962, 2.1).</summary>
public static class LeafHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    // The common entry fits here; a longer one borrows from the pool.
    private const int StackBytes = 1024;

    /// <summary>Writes the hash of <paramref name="entry"/> to the first <see cref="Length"/> bytes of
    /// <paramref name="destination"/>.</summary>
    public static void Write(ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        byte[]? rented = null;
        Span<byte> leaf = entry.Length < StackBytes
            ? stackalloc byte[StackBytes]
            : (rented = ArrayPool<byte>.Shared.Rent(entry.Length + 1));
        leaf = leaf[..(entry.Length + 1)];
        leaf[0] = 0;
        entry.CopyTo(leaf[1..]);
        SHA256.HashData(leaf, destination);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
