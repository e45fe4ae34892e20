using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Sallyport.Range.Corpus;
using Sallyport.Range.Samples;
using Sallyport.Range.Server;

namespace Sallyport.Range.Tests;

/// <summary>A range on a real socket over the samples, and clients that reach every name of it.</summary>
public class RangeUnderTest : IAsyncLifetime
{
    private readonly string state = Path.Combine(Path.GetTempPath(), "sallyport-range-" + Path.GetRandomFileName());
    private RangeServer? server;

    internal RangeServer Server => server ?? throw new InvalidOperationException("Not started.");

    public string StateFolder => state;

    public virtual async ValueTask InitializeAsync() => server = await RangeServer.StartAsync(
        new RangeOptions
        {
            StateFolder = state,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            ListenPlain = new IPEndPoint(IPAddress.Loopback, 0),
            Sites = RangeOptions.DefaultSites,
            EnforceLimits = EnforceLimits,
        },
        await CorpusAsync(),
        TimeProvider.System,
        Runner.Cancellation);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(state, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual bool EnforceLimits => false;

    private protected virtual Task<LoadedCorpus> CorpusAsync() => Task.FromResult(SampleCorpus.Load());

    /// <summary>Any name leads to the range; the certificate is checked against the range's CA alone.</summary>
    public SocketsHttpHandler NewHandler()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(Server.CertificatePath);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(
                    context.DnsEndPoint.Port == 80 ? Server.ListenPlain! : Server.Listen, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    public HttpClient NewClient(bool key = false, Version? version = null)
    {
        var client = new HttpClient(NewHandler(), disposeHandler: true)
        {
            BaseAddress = new Uri("https://www.moltbook.com/api/v1/"),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (key)
        {
            client.DefaultRequestHeaders.Add("Authorization", "Bearer moltbook_test");
        }

        return client;
    }

    public Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK, bool key = false) =>
        SendAsync(HttpMethod.Get, path, body: null, expected, key);

    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, string? body, HttpStatusCode expected, bool key = false)
    {
        using var client = NewClient(key);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, Runner.Cancellation);
        var text = await response.Content.ReadAsStringAsync(Runner.Cancellation);
        Assert.True(response.StatusCode == expected, $"{method} {path}: {response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonElement.Parse(text);
    }

    /// <summary>What the control host says has arrived.</summary>
    public Task<JsonElement> ReceivedAsync(string query) => GetAsync("https://localhost/_range/received?" + query);
}

/// <summary>Small readings of JSON.</summary>
internal static class Json
{
    public static string[] Ids(this JsonElement list) =>
        [.. list.EnumerateArray().Select(static item => item.GetProperty("id").GetString()!)];

    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element.GetProperty(name);
        }

        return element;
    }

    public static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();
}
