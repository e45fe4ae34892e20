using System.Net;
using System.Text;

namespace Sallyport.EndToEnd.Doors;

/// <summary>A request body that sends a first part and then waits to be told the rest.</summary>
internal sealed class HeldContent(string first) : HttpContent
{
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the first part is out.</summary>
    public Task<bool> Started => started.Task.ContinueWith(_ => true, TaskScheduler.Default);

    /// <summary>Sends the rest and ends.</summary>
    public void Continue(string text) => rest.TrySetResult(text);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(first));
        await stream.FlushAsync();
        started.TrySetResult();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(await rest.Task));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
