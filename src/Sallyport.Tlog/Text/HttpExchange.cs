namespace Sallyport.Tlog.Text;

/// <summary>One request and its answer, with every way in which a network fails told as a fault.</summary>
internal static class HttpExchange
{
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
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TlogFault(FaultKind.Unreadable, field, $"{request.RequestUri} did not answer in time.");
        }
    }

    /// <summary>The body, as long as it keeps to a limit, whatever length it announces.</summary>
    public static async Task<Result<ReadOnlyMemory<byte>>> ReadBoundedAsync(
        this HttpContent content, string field, int bytesMax, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[Math.Min(bytesMax + 1, 16 * 1024)];
        var stream = await content.ReadAsStreamAsync(cancellation);
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
