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

    /// <summary>A client of the node that owns this state folder.</summary>
    public NodeClient(string stateFolder)
    {
        state = Path.GetFullPath(stateFolder);
        var socketPath = SocketFolder.AdminSocket(state);
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

    /// <summary>Asks.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    /// <summary>Asks for something to be done.</summary>
    public Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) }, type, cancellation);

    /// <summary>Asks for something to be undone; no answer but yes is wanted.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellation);
    }

    /// <summary>Asks for something to be undone.</summary>
    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), type, cancellation);

    /// <summary>Asks for lines, as they come.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return line;
        }
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
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failed)
        {
            throw new FaultException(
                Directory.Exists(state)
                    ? new Fault("node.not-running", $"No node answers for {state}: {failed.InnerException?.Message ?? failed.Message}", "Start it with: sallyport up")
                    : new Fault("node.no-state", $"There is no state folder {state}.", "Make one with: sallyport init (or say where it is with --state)"),
                ExitCode.Unavailable);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellation)
                ?? throw new JsonException($"The node answered {request.RequestUri} with {(int)response.StatusCode} and no problem.");
            throw new FaultException(
                new Fault(problem.Code, problem.Detail, problem.Mend),
                problem.Status switch
                {
                    400 => ExitCode.Usage,
                    503 => ExitCode.Unavailable,
                    _ => ExitCode.No,
                });
        }
    }
}
