using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Sallyport.Range.Agents;

/// <summary>
/// An ordinary HTTP client that knows of no gateway: the proxy comes from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and
/// NO_PROXY, the trust from SSL_CERT_FILE. Redirects are reported, not followed.
/// </summary>
internal sealed class AgentClient : IDisposable
{
    private const int BodyBytesMax = 16 * 1024 * 1024;
    private const string GatePrefix = "Sallyport-";

    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;

    public AgentClient()
    {
        handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SslOptions = Trust(),
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("sallyport-range-agent/0.1");
    }

    /// <summary>The same handler, for a WebSocket.</summary>
    public HttpMessageInvoker Invoker => client;

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    /// <summary>Sends and reads the whole answer; every failure of the network is a value.</summary>
    public async Task<Exchange> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using var response = await OpenAsync(request, cancellation);
            return await ReadAsync(response, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Exchange { Failure = FailureOf(exception) };
        }
    }

    /// <summary>Sends and returns as soon as the head of the answer is there.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public static async Task<Exchange> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[16 * 1024];
        int count;
        Failure? failure = null;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            await body.WriteAsync(buffer.AsMemory(0, count), cancellation);
            if (body.Length > BodyBytesMax)
            {
                failure = new Failure("too_large", null, $"The answer is longer than {BodyBytesMax} bytes.");
                break;
            }
        }

        var bytes = body.ToArray();
        return Head(response) with
        {
            Bytes = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Problem = ProblemIn(response.Content.Headers.ContentType, bytes),
            Body = bytes,
            Failure = failure,
        };
    }

    /// <summary>What the head of an answer tells, without its body.</summary>
    public static Exchange Head(HttpResponseMessage response) => new()
    {
        Status = (int)response.StatusCode,
        Version = response.Version.ToString(),
        GateHeaders = response.Headers
            .Where(static header => header.Key.StartsWith(GatePrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                static header => header.Key.ToLowerInvariant(), static header => string.Join(", ", header.Value)),
    };

    public static Failure FailureOf(Exception exception)
    {
        if (exception is not HttpRequestException failed)
        {
            return new Failure("cut", null, Userinfo.RemoveFrom(exception.Message));
        }

        var kind = failed.HttpRequestError switch
        {
            HttpRequestError.ProxyTunnelError => "proxy_refused",
            HttpRequestError.ConnectionError => "unreachable",
            HttpRequestError.NameResolutionError => "name",
            HttpRequestError.SecureConnectionError => "tls",
            HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError => "cut",
            _ when failed.InnerException is IOException => "cut",
            _ => "other",
        };
        var proxyStatus = kind == "proxy_refused" ? (int?)failed.StatusCode : null;
        return new Failure(kind, proxyStatus, Userinfo.RemoveFrom(failed.Message));
    }

    private static Dictionary<string, JsonElement> ProblemIn(MediaTypeHeaderValue? type, ReadOnlySpan<byte> body)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (type?.MediaType != "application/problem+json")
        {
            return members;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            var problem = JsonElement.ParseValue(ref reader);
            if (problem.ValueKind != JsonValueKind.Object)
            {
                return members;
            }

            foreach (var member in problem.EnumerateObject())
            {
                if (member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
                {
                    members[member.Name] = member.Value;
                }
            }
        }
        catch (JsonException)
        {
            // Called a problem and is none: the status and the bytes still tell.
        }

        return members;
    }

    /// <summary>
    /// On Linux the runtime itself reads SSL_CERT_FILE; elsewhere it does not, and the file is the whole trust here.
    /// </summary>
    private static SslClientAuthenticationOptions Trust()
    {
        var options = new SslClientAuthenticationOptions();
        var file = Environment.GetEnvironmentVariable("SSL_CERT_FILE");
        if (OperatingSystem.IsLinux() || string.IsNullOrEmpty(file))
        {
            return options;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        options.CertificateChainPolicy = policy;
        return options;
    }
}
