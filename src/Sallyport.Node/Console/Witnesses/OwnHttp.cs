using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Egress;

namespace Sallyport.Console;

/// <summary>HTTP of the node's own: no proxy, no redirect, no cookie, and the same checked dial as everything
/// else.</summary>
internal static class OwnHttp
{
    /// <summary>A handler for one address that the operator has named.</summary>
    public static SocketsHttpHandler Handler(
        CheckedDialler dialler, Target target, EgressRule rule, Upstream upstream) => new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, cancellation) =>
            await dialler.DialAsync(target, rule, upstream, cancellation) switch
            {
                DialResult.Connected { Socket: var socket } => new NetworkStream(socket, ownsSocket: true),
                DialResult.Failed { Fault: var fault } => throw new IOException(fault.Detail),
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = upstream.CaPem is { } pem ? Trusting(pem) : null,
            },
        };

    private static X509ChainPolicy Trusting(string caPem)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPem(caPem);
        return policy;
    }
}
