using System.Net.Sockets;

namespace Sallyport.Http.Wire;

/// <summary>Reads a request head from a raw socket and not one byte more: what follows a CONNECT belongs to the tunnel.</summary>
internal static class RawHead
{
    /// <summary>Cap of a CONNECT head in bytes; Kestrel's limits do not cover what it never parses.</summary>
    public const int BytesMax = 16 * 1024;

    /// <summary>Reads up to and including the blank line.</summary>
    /// <returns>The head's length, or 0 when the peer closed or the cap was reached first.</returns>
    public static async Task<int> ReadAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            // Look first, then take only as far as the blank line.
            var seen = await socket.ReceiveAsync(buffer[length..], SocketFlags.Peek, cancellation);
            if (seen == 0)
            {
                return 0;
            }

            // The blank line may have begun in what was taken before.
            var from = Math.Max(0, length - 3);
            var end = buffer.Span[from..(length + seen)].IndexOf("\r\n\r\n"u8);
            var take = end < 0 ? seen : from + end + 4 - length;
            for (var taken = 0; taken < take;)
            {
                taken += await socket.ReceiveAsync(buffer.Slice(length + taken, take - taken), SocketFlags.None, cancellation);
            }

            length += take;
            if (end >= 0)
            {
                return length;
            }
        }

        return 0;
    }
}
