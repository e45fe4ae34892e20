using System.Net;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Tiles;

/// <summary>A log on a web server (tlog-tiles, "APIs"), which may compress what it sends.</summary>
/// <remarks>
/// Connections, retries and caching are the client's business. Its timeout ends with the headers: a body that trickles
/// is ended by the cancellation alone, a body that is too long by the limits of the format.
/// </remarks>
/// <param name="client">The caller's, and not disposed here.</param>
/// <param name="prefix">The log's address, with or without a slash at its end.</param>
/// <exception cref="ArgumentException">The address is relative, or has a query or a fragment.</exception>
public sealed class HttpTiles(HttpClient client, Uri prefix) : ITileReader
{
    private readonly Uri _prefix = HttpExchange.PrefixOf(prefix);

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
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_prefix, path));
        // tlog-tiles, "Log entries": a log may compress without being asked.
        request.Headers.AcceptEncoding.ParseAdd("gzip, identity");
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
