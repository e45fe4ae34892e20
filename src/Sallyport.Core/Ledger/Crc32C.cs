using System.Buffers.Binary;
using System.Numerics;

namespace Sallyport.Ledger;

/// <summary>CRC-32C (Castagnoli), as RFC 3720, 12.1 gives it: it finds bits that flipped, not people who edit; the leaf
/// hash does that.</summary>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/>; <c>123456789</c> gives <c>e3069283</c>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var rest in bytes)
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}
