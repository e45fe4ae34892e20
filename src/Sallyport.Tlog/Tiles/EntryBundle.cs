using System.Buffers.Binary;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// Up to 256 entries of a log, each behind its length as a big-endian uint16 (tlog-tiles, "Log entries").
/// </summary>
public sealed class EntryBundle
{
    /// <summary>Bytes of one entry: the length prefix cannot say more.</summary>
    public const int EntryBytesMax = ushort.MaxValue;

    internal const int EntryWithLengthBytesMax = PrefixBytes + EntryBytesMax;
    internal const int PrefixBytes = 2;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _starts;

    private EntryBundle(ReadOnlyMemory<byte> bytes, int[] starts)
    {
        _bytes = bytes;
        _starts = starts;
    }

    /// <summary>How many entries.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>One entry, without its length; a view of the bundle's bytes.</summary>
    public ReadOnlyMemory<byte> this[int i] => _bytes[(_starts[i] + PrefixBytes).._starts[i + 1]];

    /// <summary>
    /// Reads a bundle that holds exactly so many entries, or the first entries of one that holds more.
    /// </summary>
    /// <param name="path">Which one it should be.</param>
    /// <param name="bytes">All bytes of it. They are not copied.</param>
    public static Result<EntryBundle> Parse(TilePath path, ReadOnlyMemory<byte> bytes) =>
        Parse(path, bytes, prefix: false);

    internal static Result<EntryBundle> Parse(TilePath path, ReadOnlyMemory<byte> bytes, bool prefix)
    {
        var span = bytes.Span;
        var starts = new int[path.Width + 1];
        for (var i = 0; i < path.Width; i++)
        {
            var rest = span[starts[i]..];
            if (rest.Length < PrefixBytes || rest.Length - PrefixBytes < BinaryPrimitives.ReadUInt16BigEndian(rest))
            {
                return TlogFault.Malformed($"{path}[{i}]", $"The bundle ends inside entry {i} of {path.Width}.");
            }

            starts[i + 1] = starts[i] + PrefixBytes + BinaryPrimitives.ReadUInt16BigEndian(rest);
        }

        return prefix || starts[^1] == span.Length
            ? new EntryBundle(bytes, starts)
            : TlogFault.Malformed(
                $"{path}", $"{span.Length - starts[^1]} bytes follow the last of {path.Width} entries.");
    }
}
