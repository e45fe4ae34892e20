using System.Buffers.Binary;
using System.Text;

namespace Sallyport.EndToEnd.Stage;

/// <summary>HTTP/2 frames as Latin-1 text, for what no well-behaved client would send.</summary>
internal static class Http2
{
    /// <summary>What a client says first (RFC 9113, 3.4), with empty settings.</summary>
    public static string Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(4, 0, 0, "");

    /// <summary>Flags of a HEADERS frame.</summary>
    [Flags]
    public enum Flags
    {
        None = 0,
        EndStream = 1,
        EndHeaders = 4,
    }

    /// <summary>A HEADERS frame; fields are literals without indexing, new name, no Huffman (RFC 7541, 6.2.2).</summary>
    public static string Headers(int stream, Flags flags, params IEnumerable<(string Name, string Value)> fields) =>
        Frame(1, (byte)flags, stream, string.Concat(fields.Select(field => $"\0{(char)field.Name.Length}{field.Name}{(char)field.Value.Length}{field.Value}")));

    // RFC 9113, 4.1: length, type, flags, stream, payload.
    private static string Frame(byte type, byte flags, int stream, string payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return Encoding.Latin1.GetString(head) + payload;
    }
}
