using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Console;

namespace Sallyport.EndToEnd.Stage;

/// <summary>An open run, and clients that speak as a program inside it would.</summary>
public sealed class TestRun
{
    private readonly RunOpened opened;
    private readonly X509Certificate2 gateCa;

    internal TestRun(RunOpened opened, string gateCa)
    {
        this.opened = opened;
        this.gateCa = X509Certificate2.CreateFromPem(gateCa);
    }

    public string Id => opened.Run;

    public string Token => opened.Token;

    public EndPoint Socket => new UnixDomainSocketEndPoint(opened.Socket);

    public IPEndPoint Proxy => IPEndPoint.Parse(opened.Proxy!); // the stage listens on TCP

    /// <summary>Value of a Proxy-Authorization field that names this run.</summary>
    public string Authorization => Basic(Id, Token);

    public static string Basic(string run, string token) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{run}:{token}"));

    /// <summary>Connects to the run's own socket: nothing else need be proved there.</summary>
    public Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(Socket);

    /// <summary>Connects to the TCP listener.</summary>
    public Task<RawPeer> ConnectTcpAsync() => RawPeer.ConnectAsync(Proxy);

    /// <summary>A client that goes through the run's own socket.</summary>
    public HttpClient Http(Version? version = null, Action? connecting = null)
    {
        var handler = Handler();
        handler.Proxy = new WebProxy("http://gate.invalid:1");
        handler.ConnectCallback = async (_, cancellation) =>
        {
            connecting?.Invoke();
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(Socket, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return Client(handler, version);
    }

    /// <summary>A client that goes through the TCP listener with the run's token.</summary>
    public HttpClient HttpOverTcp(Version? version = null)
    {
        var handler = Handler();
        handler.Proxy = new WebProxy($"http://{Proxy}") { Credentials = new NetworkCredential(Id, Token) };
        return Client(handler, version);
    }

    /// <summary>An invoker for <see cref="System.Net.WebSockets.ClientWebSocket"/>.</summary>
    public HttpMessageInvoker WebSockets()
    {
        var handler = Handler();
        handler.Proxy = new WebProxy($"http://{Proxy}") { Credentials = new NetworkCredential(Id, Token) };
        return new HttpMessageInvoker(handler);
    }

    /// <summary>A CONNECT over TCP that was answered with 200.</summary>
    public async Task<RawPeer> TunnelAsync(string authority)
    {
        var peer = await ConnectTcpAsync();
        await peer.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nProxy-Authorization: {Authorization}\r\n\r\n");
        var head = await peer.UntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        return peer;
    }

    /// <summary>TLS with the gate inside a CONNECT.</summary>
    public async Task<RawPeer> InspectedAsync(string host, SslApplicationProtocol? protocol = null)
    {
        var peer = await TunnelAsync($"{host}:443");
        var tls = new SslStream(peer.Stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = Trust(),
            ApplicationProtocols = [protocol ?? SslApplicationProtocol.Http11],
        });
        return new RawPeer(peer.Socket, tls);
    }

    /// <summary>Trusts the gate's CA and nothing else.</summary>
    public X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(gateCa);
        return policy;
    }

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = true,
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = false,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust() },
    };

    private static HttpClient Client(SocketsHttpHandler handler, Version? version) => new(handler)
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };
}
