using Microsoft.Win32.SafeHandles;

namespace Sallyport.Tlog.Tiles;

/// <summary>Bytes that are read by position and only ever grow at their end.</summary>
public interface IByteRange
{
    /// <summary>How many bytes there are by now.</summary>
    long Length { get; }

    /// <summary>Fills the destination with the bytes from a position on.</summary>
    /// <returns>Null when it is full; a fault without a field of its own otherwise.</returns>
    TlogFault? Read(long offset, Span<byte> destination);
}

/// <summary>A range of memory.</summary>
/// <param name="bytes">They must not change.</param>
public sealed class MemoryByteRange(ReadOnlyMemory<byte> bytes) : IByteRange
{
    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <inheritdoc/>
    public TlogFault? Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
        {
            return new TlogFault(
                FaultKind.Absent, "range", $"There are no {destination.Length} bytes at {offset} of {Length}.");
        }

        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        return null;
    }
}

/// <summary>A file, read by position. The handle is the caller's to close.</summary>
/// <param name="file">Open for reading.</param>
public sealed class FileByteRange(SafeFileHandle file) : IByteRange
{
    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(file);

    /// <inheritdoc/>
    public TlogFault? Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var step = RandomAccess.Read(file, destination, offset);
                if (step == 0)
                {
                    return new TlogFault(
                        FaultKind.Absent, "range", $"The file ends at {offset}, {destination.Length} bytes too early.");
                }

                offset += step;
                destination = destination[step..];
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new TlogFault(FaultKind.Unreadable, "range", $"The file cannot be read: {error.Message}");
        }
    }
}
