using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Sallyport.Http.Forwarding;

/// <summary>
/// A request body that is taken in whole before its upstream is dialled, so that nothing in it can be an answer to
/// what the upstream does.
/// </summary>
internal static class WholeBody
{
    /// <summary>Most bytes that are held for one exchange.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>Reads to the end.</summary>
    /// <returns>The body again, from memory; null when it is longer than <see cref="BytesMax"/>.</returns>
    public static async Task<PipeReader?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > BytesMax)
        {
            return null;
        }

        var held = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (held.WrittenCount + read.Buffer.Length > BytesMax)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            foreach (var part in read.Buffer)
            {
                held.Write(part.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return PipeReader.Create(new ReadOnlySequence<byte>(held.WrittenMemory));
            }
        }
    }
}
