using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Sallyport.EndToEnd.Stage;

/// <summary>A request body that goes out piece by piece, when the test says so.</summary>
internal sealed class Upload : HttpContent
{
    private readonly Channel<(string Text, TaskCompletionSource Sent)> pieces = Channel.CreateUnbounded<(string, TaskCompletionSource)>();

    public async Task SendAsync(string text)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!pieces.Writer.TryWrite((text, sent)))
        {
            throw new IOException("the upload has ended");
        }

        await sent.Task;
    }

    public async Task TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
            // That is what is hoped for.
        }
    }

    public void Finish() => pieces.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (text, sent) in pieces.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
                    await stream.FlushAsync(cancellationToken);
                    sent.SetResult();
                }
                catch (Exception failed)
                {
                    sent.SetException(failed);
                    throw;
                }
            }
        }
        catch (OperationCanceledException cut) when (cancellationToken.IsCancellationRequested)
        {
            // A reset stream cancels a body that waits for its next piece, and fails one that is being written: the
            // sender sees one kind of failure either way.
            throw new IOException("the upload was cut", cut);
        }
        finally
        {
            pieces.Writer.TryComplete();
            while (pieces.Reader.TryRead(out var left))
            {
                left.Sent.TrySetException(new IOException("the upload has ended"));
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
