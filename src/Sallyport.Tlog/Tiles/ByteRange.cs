using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace Sallyport.Tlog.Tiles;

/// <summary>Bytes that are read by position and only ever grow at their end.</summary>
public interface IByteRange
{
    /// <summary>How many bytes there are by now.</summary>
    /// <param name="length">How many.</param>
    /// <param name="fault">Why it cannot be told; its field is set by whoever asked.</param>
    bool TryGetLength(out long length, [NotNullWhen(false)] out TlogFault? fault);

    /// <summary>Fills the destination with the bytes from a position on.</summary>
    /// <returns>
    /// Null when it is full; else why not: <see cref="FaultKind.Absent"/> if there are not so many bytes. The fault's
    /// field is set by whoever asked.
    /// </returns>
    TlogFault? Read(long offset, Span<byte> destination);
}

/// <summary>A range of memory.</summary>
/// <param name="bytes">They must not change.</param>
public sealed class MemoryByteRange(ReadOnlyMemory<byte> bytes) : IByteRange
{
    /// <inheritdoc/>
    public bool TryGetLength(out long length, [NotNullWhen(false)] out TlogFault? fault)
    {
        length = bytes.Length;
        fault = null;
        return true;
    }

    /// <inheritdoc/>
    public TlogFault? Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > bytes.Length - destination.Length)
        {
            return new TlogFault(
                FaultKind.Absent, "range", $"There are no {destination.Length} bytes at {offset} of {bytes.Length}.");
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
    /// <exception cref="ObjectDisposedException">The handle was closed.</exception>
    public bool TryGetLength(out long length, [NotNullWhen(false)] out TlogFault? fault)
    {
        try
        {
            length = RandomAccess.GetLength(file);
            fault = null;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            length = 0;
            fault = Unreadable(error);
        }

        return fault is null;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The handle was closed.</exception>
    public TlogFault? Read(long offset, Span<byte> destination)
    {
        if (offset < 0)
        {
            return new TlogFault(FaultKind.Absent, "range", $"There are no bytes at {offset}.");
        }

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
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Unreadable(error);
        }
    }

    // A pipe has no length and no positions.
    private static bool IsOfTheDisk(Exception error) =>
        error is IOException or UnauthorizedAccessException or NotSupportedException;

    private static TlogFault Unreadable(Exception error) =>
        new(FaultKind.Unreadable, "range", $"The file cannot be read: {error.Message}");
}
