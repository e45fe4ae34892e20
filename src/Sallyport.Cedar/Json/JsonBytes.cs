using System.Buffers;
using System.Text.Json;

namespace Sallyport.Cedar.Json;

/// <summary>Documents made in memory.</summary>
internal static class JsonBytes
{
    public static byte[] Build(bool indented, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = indented, MaxDepth = int.MaxValue };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
