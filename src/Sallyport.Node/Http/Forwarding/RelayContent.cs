using System.IO.Pipelines;
using System.Net;
using Sallyport.Limits;

namespace Sallyport.Http.Forwarding;

/// <summary>The agent's request body, relayed as it arrives. After a cut not one byte more goes out.</summary>
internal sealed class RelayContent(PipeReader body, long? contentLength, Exchange exchange, BodyDigest digest) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var reading = body.ReadAsync(cancellationToken);
            if (!reading.IsCompleted)
            {
                // What is there goes out, the head too: the agent may wait for an answer before it says more.
                await stream.FlushAsync(cancellationToken);
            }

            var read = await reading;
            foreach (var part in read.Buffer)
            {
                // Looked at after the read: bytes that the agent wrote after it could see labelled text arrive here with the
                // cut already said (Interlock, step 3 before step 4).
                if (exchange.CutBy is { } code)
                {
                    throw new OperationCanceledException(code);
                }

                exchange.Use(LimitUnit.BytesSent, part.Length);
                digest.Add(part.Span);
                await stream.WriteAsync(part, cancellationToken);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                exchange.BodySent();
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = contentLength ?? 0;
        return contentLength is not null;
    }
}
