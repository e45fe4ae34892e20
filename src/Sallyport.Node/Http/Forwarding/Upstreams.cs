using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Http.Wire;
using Sallyport.Identity;

namespace Sallyport.Http.Forwarding;

/// <summary>
/// Connections to upstreams, pooled per run and snapshot, so that none outlives the decision it was opened under or
/// is shared between runs.
/// </summary>
internal sealed class Upstreams(CheckedDialler dialler) : IDisposable
{
    private readonly ConcurrentDictionary<(RunId Run, string Snapshot, string Source), Lazy<Pool>> pools = new();

    /// <summary>The client to speak to an upstream with.</summary>
    public HttpMessageInvoker For(RunState run, Snapshot snapshot, Upstream upstream)
    {
        // A source's own CA is trusted for that source alone, so such a source has a pool of its own.
        var key = (run.Id, snapshot.Hash, upstream.CaPem is null ? "" : upstream.Source.Name);
        return pools.GetOrAdd(key, _ => new Lazy<Pool>(() => new Pool(dialler, upstream.CaPem))).Value.Invoker;
    }

    /// <summary>Resets every upstream connection of a run.</summary>
    public void Cut(RunId run)
    {
        foreach (var (key, pool) in pools)
        {
            if (key.Run == run && pool.IsValueCreated)
            {
                pool.Value.Cut();
            }
        }
    }

    /// <summary>Closes the pools of a run that has ended.</summary>
    public void Forget(RunId run)
    {
        foreach (var (key, _) in pools)
        {
            if (key.Run == run && pools.TryRemove(key, out var pool) && pool.IsValueCreated)
            {
                pool.Value.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, pool) in pools)
        {
            if (pool.IsValueCreated)
            {
                pool.Value.Dispose();
            }
        }
    }

    private sealed class Pool : IDisposable
    {
        // Nothing is sent twice, so a request that meets the close of an idle connection fails. Common servers
        // close after 5 s (Node, Apache) or later; a connection that is seen closed before a byte is written is
        // still exchanged for another.
        private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(4);

        private readonly ConcurrentDictionary<Socket, byte> sockets = new();
        private readonly CheckedDialler dialler;

        public Pool(CheckedDialler dialler, string? caPem)
        {
            this.dialler = dialler;
            Invoker = new HttpMessageInvoker(new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                EnableMultipleHttp2Connections = true,
                RequestHeaderEncodingSelector = WriteOnce,
                ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
                PooledConnectionIdleTimeout = IdleMax,
                ConnectCallback = ConnectAsync,
                SslOptions = new SslClientAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = caPem is null ? null : Trusting(caPem),
                },
            });
        }

        public HttpMessageInvoker Invoker { get; }

        public void Cut()
        {
            foreach (var (socket, _) in sockets)
            {
                RawSocket.Abort(socket);
                sockets.TryRemove(socket, out _);
            }
        }

        public void Dispose() => Invoker.Dispose();

        // The client asks for the encoding of each field whenever it serialises a head, before a byte of it is
        // written. It would serialise it again, up to three times, when the upstream drops a request without
        // content (HTTP/1.1: closed without an answer; HTTP/2: REFUSED_STREAM, GOAWAY), and has no switch for that.
        // So the second time is refused here, at the one field that every request has (Forwarder sets it). In
        // HTTP/2 a head that was serialised and then met the end of its connection before it was written is refused
        // too: that is rare, and it is not known at this place.
        private static Encoding WriteOnce(string field, HttpRequestMessage request)
        {
            if (field.Equals("Host", StringComparison.Ordinal))
            {
                Of(request).BeginHead(writing: true);
            }

            return Encoding.Latin1; // As they were read: every byte is one character.
        }

        private static Exchange Of(HttpRequestMessage request) =>
            request.Options.TryGetValue(Exchange.Key, out var exchange)
                ? exchange
                : throw new InvalidOperationException("A request that belongs to no exchange reached the pool.");

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

        private async ValueTask<Stream> ConnectAsync(
            SocketsHttpConnectionContext context, CancellationToken cancellation)
        {
            // The request that asks for a connection says what was decided; the pool is per host, so whoever shares the
            // connection later was decided for the same host (P6).
            if (!context.InitialRequestMessage.Options.TryGetValue(Dial.Key, out var dial))
            {
                throw new InvalidOperationException("A request without a decided target reached the pool.");
            }

            Of(context.InitialRequestMessage).BeginHead(writing: false);
            Of(context.InitialRequestMessage).BeginDial();
            var dialled = await dialler.DialAsync(dial.Target, dial.Rule, dial.Upstream, cancellation);
            if (dialled is not DialResult.Connected { Socket: var socket })
            {
                throw new UpstreamException(((DialResult.Failed)dialled).Fault);
            }

            sockets[socket] = 0;
            return new TrackedStream(socket, () => sockets.TryRemove(socket, out _));
        }
    }

    private sealed class TrackedStream(Socket socket, Action closed) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            closed();
            base.Dispose(disposing);
        }
    }
}

/// <summary>What was decided, for the one who dials.</summary>
/// <param name="Target">The canonical target.</param>
/// <param name="Rule">The rule that allowed it.</param>
/// <param name="Upstream">Where it is and what verifies it.</param>
internal sealed record Dial(Target Target, EgressRule Rule, Upstream Upstream)
{
    public static HttpRequestOptionsKey<Dial> Key { get; } = new("sallyport.dial");
}

/// <summary>A dial that failed, on its way through the HTTP client.</summary>
internal sealed class UpstreamException(Fault fault) : IOException(fault.Detail)
{
    public Fault Fault => fault;
}
