using System.Net;

namespace Sallyport.Range.Agents;

/// <summary>Uploads in chunks with pauses: a request that is still being sent while other things happen.</summary>
internal sealed class SlowUpload(AgentClient client, TimeProvider time, Announcement started)
{
    public async Task<StepResult> RunAsync(Step.Upload step, CancellationToken cancellation)
    {
        using var content = new ChunkedContent(step, time, started, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, step.Url) { Content = content };
        var exchange = await client.SendAsync(request, cancellation);
        return new StepResult(exchange.Succeeded, json =>
        {
            json.WriteString("url", step.Url.AbsoluteUri);
            json.WriteNumber("sent_bytes", content.SentBytes);
            exchange.Write(json);
        });
    }

    private sealed class ChunkedContent(
        Step.Upload step, TimeProvider time, Announcement started, CancellationToken cancellation) : HttpContent
    {
        public long SentBytes { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunk = new byte[step.ChunkBytes];
            for (var index = 0; index < step.Chunks; index++)
            {
                if (index > 0)
                {
                    await Task.Delay(step.Pause, time, cancellation);
                }

                await stream.WriteAsync(chunk, cancellation);
                await stream.FlushAsync(cancellation);
                SentBytes += chunk.Length;
                if (index == 0)
                {
                    await started(step, cancellation);
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            // Chunked (HTTP/1.1) or plain frames (HTTP/2): the receiver must not know the end beforehand.
            length = 0;
            return false;
        }
    }
}
