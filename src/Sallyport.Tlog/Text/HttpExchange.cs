using System.IO.Compression;

namespace Sallyport.Tlog.Text;

/// <summary>One request and its answer, with every way in which a network fails told as a fault.</summary>
internal static class HttpExchange
{
    /// <summary>An address that paths can be put behind.</summary>
    /// <exception cref="ArgumentException">It is relative, or has a query or a fragment.</exception>
    public static Uri PrefixOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException($"{address} is not absolute, or has a query or a fragment.", nameof(address));
        }

        return address.AbsoluteUri.EndsWith('/') ? address : new Uri($"{address.AbsoluteUri}/");
    }

    public static async ValueTask<Result<T>> ExchangeAsync<T>(
        this HttpClient client,
        HttpRequestMessage request,
        string field,
        Func<HttpResponseMessage, Task<Result<T>>> read,
        CancellationToken cancellation)
        where T : notnull
    {
        try
        {
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return await read(response);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new TlogFault(
                FaultKind.Unreadable, field, $"{request.RequestUri} cannot be reached: {error.Message}");
        }
        catch (InvalidDataException error) // from our decompression, or from the client's own
        {
            return TlogFault.Malformed(field, $"{request.RequestUri} is not compressed as it says: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TlogFault(FaultKind.Unreadable, field, $"{request.RequestUri} did not answer in time.");
        }
    }

    /// <summary>
    /// The body, as long as it keeps to a limit, whatever length it announces; if it is compressed, so does what it
    /// expands to.
    /// </summary>
    public static async Task<Result<ReadOnlyMemory<byte>>> ReadBoundedAsync(
        this HttpContent content, string field, int bytesMax, CancellationToken cancellation)
    {
        var encodings = content.Headers.ContentEncoding
            .Where(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)).ToList();
        var isGzip = encodings is [var only] && only.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        if (encodings.Count > 0 && !isGzip)
        {
            return TlogFault.Malformed(
                field, $"The answer is encoded as {Strict.Show(string.Join(", ", encodings))}, and only gzip is read.");
        }

        using var body = new MemoryStream();
        var buffer = new byte[Math.Min(bytesMax + 1, 16 * 1024)];
        await using var raw = await content.ReadAsStreamAsync(cancellation);
        await using var stream = isGzip ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        while (await stream.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            if (body.Length + read > bytesMax)
            {
                return TlogFault.OutOfRange(field, $"The answer is longer than {bytesMax} bytes.");
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return (ReadOnlyMemory<byte>)body.ToArray();
    }
}
