using System.Buffers;
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

    /// <summary>Takes one entry off the front of a run of entries, each behind its length.</summary>
    /// <param name="run">What is left of it; as it was where the answer is no.</param>
    /// <param name="entry">The entry, without its length; a view of the run.</param>
    /// <returns>
    /// False at the end, and where the run ends inside an entry: after a crash that is the torn tail.
    /// </returns>
    public static bool TryTake(ref ReadOnlySpan<byte> run, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (run.Length < PrefixBytes || run.Length - PrefixBytes < BinaryPrimitives.ReadUInt16BigEndian(run))
        {
            return false;
        }

        entry = run.Slice(PrefixBytes, BinaryPrimitives.ReadUInt16BigEndian(run));
        run = run[(PrefixBytes + entry.Length)..];
        return true;
    }

    /// <summary>Appends one entry behind its length to a run of entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The entry is longer than <see cref="EntryBytesMax"/>. Nothing was appended.
    /// </exception>
    public static void Append(IBufferWriter<byte> run, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > EntryBytesMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(entry), $"An entry of {entry.Length} bytes is over the limit of {EntryBytesMax}.");
        }

        var bytes = run.GetSpan(PrefixBytes + entry.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)entry.Length);
        entry.CopyTo(bytes[PrefixBytes..]);
        run.Advance(PrefixBytes + entry.Length);
    }

    internal static Result<EntryBundle> Parse(TilePath path, ReadOnlyMemory<byte> bytes, bool prefix)
    {
        var rest = bytes.Span;
        var starts = new int[path.Width + 1];
        for (var i = 0; i < path.Width; i++)
        {
            if (!TryTake(ref rest, out _))
            {
                return TlogFault.Malformed($"{path}[{i}]", $"The bundle ends inside entry {i} of {path.Width}.");
            }

            starts[i + 1] = bytes.Length - rest.Length;
        }

        return prefix || rest.IsEmpty
            ? new EntryBundle(bytes, starts)
            : TlogFault.Malformed($"{path}", $"{rest.Length} bytes follow the last of {path.Width} entries.");
    }
}
