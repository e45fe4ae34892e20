using System.Buffers.Binary;
using System.Numerics;

namespace Sallyport.Ledger;

/// <summary>Some entries of a block of the log: a bit each.</summary>
/// <remarks>
/// Bytes: the numbers within the block of those that are in it, 2 bytes each, little-endian and ascending, where that
/// is shorter; else <see cref="Entries"/> bits, in words of 64 that are little-endian.
/// </remarks>
internal sealed class BlockBits
{
    /// <summary>Entries of a block.</summary>
    public const int Entries = 4_096;

    private const int WordBits = 64;
    private const int LengthMax = Entries / 8;

    private readonly ulong[] words = new ulong[Entries / WordBits];

    /// <summary>The block of a position.</summary>
    public static long Of(long position) => position / Entries;

    /// <summary>Reads bits.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static BlockBits Parse(ReadOnlySpan<byte> bytes)
    {
        var bits = new BlockBits();
        if (bytes.Length == LengthMax)
        {
            for (var word = 0; word < bits.words.Length; word++)
            {
                bits.words[word] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(word * sizeof(ulong))..]);
            }

            return bits;
        }

        for (; bytes.Length >= sizeof(ushort); bytes = bytes[sizeof(ushort)..])
        {
            var number = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            bits.Add(number < Entries
                ? number
                : throw new InvalidDataException($"A block has {Entries} entries, and none with the number {number}."));
        }

        return bytes.IsEmpty ? bits : throw new InvalidDataException("The bits of a block are cut.");
    }

    /// <summary>How many are in it.</summary>
    public int Count()
    {
        var count = 0;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>Adds one, by its number within the block.</summary>
    public void Add(int number) => words[number / WordBits] |= 1ul << (number % WordBits);

    /// <summary>Leaves those that are in the other too.</summary>
    public void And(BlockBits other)
    {
        for (var word = 0; word < words.Length; word++)
        {
            words[word] &= other.words[word];
        }
    }

    /// <summary>Leaves those that are not in the other.</summary>
    public void Except(BlockBits other)
    {
        for (var word = 0; word < words.Length; word++)
        {
            words[word] &= ~other.words[word];
        }
    }

    /// <summary>Leaves those between two numbers, which may lie outside of the block; neither of them.</summary>
    public void Clip(long after, long before)
    {
        if (after < 0 && before >= Entries)
        {
            return;
        }

        foreach (var number in Numbers())
        {
            if (number <= after || number >= before)
            {
                words[number / WordBits] &= ~(1ul << (number % WordBits));
            }
        }
    }

    /// <summary>Numbers of those that are in it, ascending.</summary>
    public IEnumerable<int> Numbers()
    {
        for (var word = 0; word < words.Length; word++)
        {
            for (var left = words[word]; left != 0; left &= left - 1)
            {
                yield return (word * WordBits) + BitOperations.TrailingZeroCount(left);
            }
        }
    }

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        var count = Count();
        var bytes = new byte[Math.Min(count * sizeof(ushort), LengthMax)];
        if (bytes.Length == LengthMax)
        {
            for (var word = 0; word < words.Length; word++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(word * sizeof(ulong)), words[word]);
            }

            return bytes;
        }

        var at = 0;
        foreach (var number in Numbers())
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)number);
            at += sizeof(ushort);
        }

        return bytes;
    }
}
