using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sallyport.Console;
using Sallyport.Identity;

namespace Sallyport.Verbs;

/// <summary>Speaks to a running node: <c>/api/v1</c> over its admin socket.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient http;
    private readonly string state;
    private readonly string socketPath;

    /// <summary>A client of the node that owns this state folder.</summary>
    public NodeClient(string stateFolder)
    {
        state = Path.GetFullPath(stateFolder);
        socketPath = SocketFolder.AdminSocket(state);
        http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://node/api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>An operator's signature that goes with what is asked from now on; null for none.</summary>
    public string? Signature { get; set; }

    /// <summary>Asks.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    /// <summary>Asks for something to be done.</summary>
    public Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) }, type, cancellation);

    /// <summary>Tells bytes.</summary>
    public async Task<T> PostBytesAsync<T>(
        string path, ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var content = new ReadOnlyMemoryContent(body);
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, type, cancellation);
    }

    /// <summary>Asks for something to be undone; no answer but yes is wanted.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellation);
    }

    /// <summary>Asks for something to be undone.</summary>
    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), type, cancellation);

    /// <summary>Asks for lines, as they come.</summary>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="told">Is given each field of the answer's head before the first line.</param>
    public async IAsyncEnumerable<string> LinesAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation,
        Action<string, string>? told = null)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);
        foreach (var field in response.Headers)
        {
            told?.Invoke(field.Key, string.Join(',', field.Value));
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Asks for bytes as they are.</summary>
    public async Task<byte[]> BytesAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await SendAsync(request, cancellation);
        return await response.Content.ReadFromJsonAsync(type, cancellation)
            ?? throw new JsonException($"The node answered {request.RequestUri} with null.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (Signature is { } signature)
        {
            request.Headers.Add(OperatorDesk.SignatureField, signature);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failed)
        {
            throw new FaultException(NoAnswer(failed), ExitCode.Unavailable);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusedAsync(response, cancellation);
        }
    }

    private static async Task<FaultException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json"
            || await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellation) is not { } problem)
        {
            return new FaultException(
                new Fault("node.answer", $"The node answered with status {(int)response.StatusCode} and no reason.", "See what it says on its standard error."), ExitCode.Unavailable);
        }

        var fault = new Fault(problem.Code, problem.Detail, problem.Mend);
        return new FaultException(
            fault,
            FaultExits.Of(fault, problem.Status switch
            {
                400 => ExitCode.Usage,
                422 => ExitCode.Configuration,
                503 => ExitCode.Unavailable,
                _ => ExitCode.No,
            }),
            [.. problem.Mistakes ?? []]);
    }

    private Fault NoAnswer(HttpRequestException failed)
    {
        if (!Directory.Exists(state))
        {
            return new Fault("node.no-state", $"There is no state folder {state}.", "Make one with: sallyport init (or say where it is with --state)");
        }

        // The system's own words for a missing socket ("Cannot assign requested address") lead astray.
        var why = File.Exists(socketPath) ? failed.InnerException?.Message ?? failed.Message : $"there is no socket {socketPath}";
        return new Fault("node.not-running", $"No node answers for {state}: {why}", "Start it with: sallyport up");
    }
}
