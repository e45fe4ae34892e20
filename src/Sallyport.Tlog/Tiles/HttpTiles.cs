using System.Net;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// A log on a web server (tlog-tiles, "APIs"). Timeouts, retries and caching are the client's business.
/// </summary>
/// <param name="client">The caller's, and not disposed here.</param>
/// <param name="prefix">Ends in a slash.</param>
public sealed class HttpTiles(HttpClient client, Uri prefix) : ITileReader
{
    /// <inheritdoc/>
    public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation) =>
        GetAsync($"{path}", path.BytesMax, cancellation);

    /// <summary>The checkpoint that the log shows; verify it before use.</summary>
    public async ValueTask<Result<SignedCheckpoint>> ReadCheckpointAsync(CancellationToken cancellation) =>
        (await GetAsync("checkpoint", Note.BytesMax, cancellation)).TryGet(out var bytes, out var fault)
            ? SignedCheckpoint.Parse(bytes.Span)
            : fault;

    private async ValueTask<Result<ReadOnlyMemory<byte>>> GetAsync(
        string path, int bytesMax, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(prefix, path));
        return await client.ExchangeAsync(request, path, ReadAsync, cancellation);

        async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(HttpResponseMessage response) => response.StatusCode switch
        {
            HttpStatusCode.OK => await response.Content.ReadBoundedAsync(path, bytesMax, cancellation),
            HttpStatusCode.NotFound or HttpStatusCode.Gone =>
                new TlogFault(FaultKind.Absent, path, "The server has no such resource."),
            var status => new TlogFault(FaultKind.Unreadable, path, $"The server answered {(int)status}."),
        };
    }
}
