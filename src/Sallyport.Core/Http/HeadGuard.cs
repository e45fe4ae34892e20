using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sallyport.Http;

/// <summary>Walks the bytes of an HTTP/1.x connection, request after request, and says how many of them the next parser may see.</summary>
/// <remarks>It keeps no bytes: the caller hands over what has arrived and not yet been approved, always from the same place on.
/// Chunk extensions and trailers are bounded; a line that ends in a bare LF is a fault everywhere.</remarks>
public sealed class HeadGuard
{
    /// <summary>Longest chunk-size line, extensions included.</summary>
    public const int ChunkLineBytesMax = 1024;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private State state = State.Head;
    private long remaining;

    private enum State
    {
        Head,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Raw,
    }

    /// <summary>Approves as many bytes as are whole and in order.</summary>
    /// <param name="arrived">Bytes not yet approved.</param>
    /// <param name="fault">What is wrong with what follows the approved bytes, or null.</param>
    /// <returns>How many bytes from the start of <paramref name="arrived"/> are approved.</returns>
    public long Approve(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        var length = arrived.Length;
        fault = null;
        while (!arrived.IsEmpty && Step(arrived, out fault) is var taken and > 0)
        {
            arrived = arrived.Slice(taken);
        }

        return length - arrived.Length;
    }

    // How many bytes one step takes; 0 when it needs more, or when there is a fault.
    private long Step(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        fault = null;
        return state switch
        {
            State.Raw => arrived.Length,
            State.Body or State.ChunkData => Count(arrived),
            State.Head => Head(arrived, out fault),
            State.ChunkSize => ChunkSize(arrived, out fault),
            State.ChunkEnd => ChunkEnd(arrived, out fault),
            State.Trailers => Trailers(arrived, out fault),
        };
    }

    private long Count(ReadOnlySequence<byte> arrived)
    {
        var taken = Math.Min(remaining, arrived.Length);
        remaining -= taken;
        if (remaining == 0)
        {
            state = state is State.Body ? State.Head : State.ChunkEnd;
        }

        return taken;
    }

    private long Head(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        fault = null;
        var reader = new SequenceReader<byte>(arrived);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> before, "\r\n\r\n"u8))
        {
            // Bytes that no CRLF can make good any more are refused now, not when the timer ends.
            fault = arrived.Length > RequestHead.BytesMax
                ? new Fault("http.head-too-long", $"The request head is longer than {RequestHead.BytesMax} bytes.", "Send fewer or shorter header fields.")
                : HasBareLineFeed(arrived) ? new Fault("http.bare-lf", "A line of the head ends in LF without CR.", "Send a request that RFC 9112 allows.")
                : null;
            return 0;
        }

        if (before.Length + 4 > RequestHead.BytesMax)
        {
            fault = new Fault("http.head-too-long", $"The request head is longer than {RequestHead.BytesMax} bytes.", "Send fewer or shorter header fields.");
            return 0;
        }

        var whole = arrived.Slice(0, before.Length + 4);
        byte[]? rented = null;
        var bytes = whole.IsSingleSegment ? whole.FirstSpan : Copy(whole, ref rented);
        if (RequestHead.TryParse(bytes, out var head, out fault))
        {
            remaining = head.ContentLength;
            state = head.Framing switch
            {
                BodyFraming.None => State.Head,
                BodyFraming.Length => State.Body,
                BodyFraming.Chunked => State.ChunkSize,
                BodyFraming.Upgrade => State.Raw,
            };
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return fault is null ? whole.Length : 0;
    }

    private static ReadOnlySpan<byte> Copy(ReadOnlySequence<byte> whole, ref byte[]? rented)
    {
        rented = ArrayPool<byte>.Shared.Rent((int)whole.Length);
        whole.CopyTo(rented);
        return rented.AsSpan(0, (int)whole.Length);
    }

    private static bool HasBareLineFeed(ReadOnlySequence<byte> arrived)
    {
        byte previous = 0;
        foreach (var memory in arrived)
        {
            var span = memory.Span;
            for (var at = span.IndexOf((byte)'\n'); at >= 0;)
            {
                if ((at == 0 ? previous : span[at - 1]) != '\r')
                {
                    return true;
                }

                var next = span[(at + 1)..].IndexOf((byte)'\n');
                at = next < 0 ? -1 : at + 1 + next;
            }

            previous = span.IsEmpty ? previous : span[^1];
        }

        return false;
    }

    private long ChunkSize(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        if (!TryLine(arrived, ChunkLineBytesMax, out var line, out fault))
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[ChunkLineBytesMax];
        line.CopyTo(bytes);
        var text = bytes[..(int)line.Length];
        var semicolon = text.IndexOf((byte)';');
        var size = (semicolon < 0 ? text : text[..semicolon]).TrimEnd(" \t"u8);
        // Digits are looked at here: the parser behind would take "1\0" for 1.
        if (size.Length is 0 or > 15 || size.IndexOfAnyExcept(HexDigits) >= 0 || text.IndexOf((byte)'\r') >= 0
            || !long.TryParse(Encoding.ASCII.GetString(size), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out remaining))
        {
            fault = Chunk("a chunk size is not a hexadecimal number");
            return 0;
        }

        state = remaining == 0 ? State.Trailers : State.ChunkData;
        return line.Length + 2;
    }

    private long ChunkEnd(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        fault = null;
        if (arrived.Length < 2)
        {
            return 0;
        }

        Span<byte> two = stackalloc byte[2];
        arrived.Slice(0, 2).CopyTo(two);
        if (!two.SequenceEqual("\r\n"u8))
        {
            fault = Chunk("a chunk is longer than its size says");
            return 0;
        }

        state = State.ChunkSize;
        return 2;
    }

    private long Trailers(ReadOnlySequence<byte> arrived, out Fault? fault)
    {
        if (!TryLine(arrived, RequestHead.LineBytesMax, out var line, out fault))
        {
            return 0;
        }

        if (!line.IsEmpty && !IsField(line))
        {
            fault = Chunk("a trailer is not a header field");
            return 0;
        }

        // Trailer bytes share the cap of heads.
        remaining += line.Length + 2;
        if (remaining > RequestHead.BytesMax)
        {
            fault = Chunk("the trailers are too long");
            return 0;
        }

        if (line.IsEmpty)
        {
            state = State.Head;
            remaining = 0;
        }

        return line.Length + 2;
    }

    // A trailer that the next parser could read as two is the same ambiguity as a header field that it could.
    private static bool IsField(ReadOnlySequence<byte> line)
    {
        byte[]? rented = null;
        var isField = RequestHead.FieldFault(line.IsSingleSegment ? line.FirstSpan : Copy(line, ref rented), out _, out _) is null;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isField;
    }

    private static bool TryLine(ReadOnlySequence<byte> arrived, int bytesMax, out ReadOnlySequence<byte> line, out Fault? fault)
    {
        fault = null;
        line = default;
        if (arrived.PositionOf((byte)'\n') is not { } feed)
        {
            fault = arrived.Length > bytesMax ? Chunk("a line is too long") : null;
            return false;
        }

        line = arrived.Slice(0, feed);
        if (line.Length is 0 || line.Length > bytesMax || line.Slice(line.Length - 1).FirstSpan[0] != '\r')
        {
            fault = Chunk(line.Length > bytesMax ? "a line is too long" : "a line ends in LF without CR");
            return false;
        }

        line = line.Slice(0, line.Length - 1);
        return true;
    }

    private static Fault Chunk(string what) => new("http.chunked", $"The chunked body is malformed: {what}.", "Send a request that RFC 9112 allows.");
}
