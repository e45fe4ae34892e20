using System.Buffers.Text;
using System.Text;

namespace Sallyport.Bench.Load;

/// <summary>What a load client needs to know of an answer.</summary>
/// <param name="Status">Status code.</param>
/// <param name="ContentLength">Length of the body; null when it is framed in another way.</param>
/// <param name="IsLast">Whether the connection ends with it.</param>
internal readonly record struct ResponseHead(int Status, long? ContentLength, bool IsLast)
{
    /// <summary>Reads a head.</summary>
    /// <param name="bytes">Lines, each with its CRLF.</param>
    /// <exception cref="IOException">It does not begin as HTTP/1 does.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 14 || !bytes.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(bytes[9..12], out int status, out _))
        {
            throw new IOException("not an HTTP/1 answer");
        }

        var isLast = bytes[7] == (byte)'0';
        long? length = null;
        for (bytes = bytes[(bytes.IndexOf("\r\n"u8) + 2)..]; !bytes.IsEmpty; bytes = bytes[(bytes.IndexOf("\r\n"u8) + 2)..])
        {
            var line = bytes[..bytes.IndexOf("\r\n"u8)];
            var colon = line.IndexOf((byte)':');
            var name = line[..Math.Max(colon, 0)];
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8) && Utf8Parser.TryParse(value, out long parsed, out _))
            {
                length = parsed;
            }
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8) || Ascii.EqualsIgnoreCase(name, "proxy-connection"u8))
            {
                isLast = Ascii.EqualsIgnoreCase(value, "close"u8) || (isLast && !Ascii.EqualsIgnoreCase(value, "keep-alive"u8));
            }
        }

        return new ResponseHead(status, length, isLast);
    }
}
