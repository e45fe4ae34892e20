using System.Buffers.Binary;

namespace Sallyport.Ledger;

/// <summary>Reads length-prefixed entries one after the other. May follow a file that grows.</summary>
internal sealed class EntryStream(IDiskFile file, long offset = 0)
{
    /// <summary>Bytes of the length before an entry.</summary>
    public const int LengthBytes = 2;

    private readonly byte[] buffer = new byte[4 * (LengthBytes + EntryBytes.LengthMax)];
    private int start;
    private int end;

    /// <summary>Where in the file the next entry's length is.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Whether no byte is left.</summary>
    public bool AtEnd => !Has(1);

    /// <summary>The next entry, valid until the next call. False when no whole one is left, or its length is
    /// 0.</summary>
    public bool TryNext(out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (!Has(LengthBytes))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start));
        if (length == 0 || !Has(LengthBytes + length))
        {
            return false;
        }

        entry = buffer.AsSpan(start + LengthBytes, length);
        start += LengthBytes + length;
        Offset += LengthBytes + length;
        return true;
    }

    /// <summary>Writes the length that stands before an entry.</summary>
    public static void WriteLength(Span<byte> destination, int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)length);

    private bool Has(int bytes)
    {
        if (end - start >= bytes)
        {
            return true;
        }

        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        end += file.Read(buffer.AsSpan(end), Offset + end);
        return end - start >= bytes;
    }
}
