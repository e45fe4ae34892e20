using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http.Forwarding;
using Sallyport.Http.Tls;
using Sallyport.Http.Wire;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Http;

/// <summary>The HTTP gateway of a node: Kestrel behind our own accept loops.</summary>
public sealed class HttpGateway : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(30);

    private readonly GateTransport transport = new();
    private readonly ConcurrentDictionary<RunId, Acceptor> runSockets = new();
    private readonly KestrelServer server;
    private readonly SocketConnectionContextFactory contexts;
    private readonly FirstBytes entrance;
    private readonly Upstreams upstreams;
    private readonly GateApplication application;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private Acceptor? tcp;

    /// <summary>Composes the gateway; <see cref="StartAsync"/> opens it.</summary>
    public HttpGateway(GatewayParts parts, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(parts);
        log = logs.CreateLogger<HttpGateway>();
        time = parts.Time;
        upstreams = new Upstreams(parts.Dialler);
        var forwarder = new Forwarder(
            upstreams, parts.Interlock, parts.Sequencer, parts.Dialler.Tally, parts.Content,
            logs.CreateLogger<Forwarder>());
        application = new GateApplication(
            parts.Snapshots, parts.Decisions, parts.Held, parts.Channels, forwarder, upstreams, parts.Runs,
                parts.Tokens, parts.Time, logs.CreateLogger<GateApplication>());
        var inspection = new Inspection(
            new LeafCertificates(parts.Authority, parts.Time), parts.Snapshots, parts.Decisions, parts.Channels, parts.Time, logs.CreateLogger<Inspection>());
        server = new KestrelServer(Options.Create(KestrelOptions(inspection)), transport, logs);
        contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logs.CreateLogger<SocketConnectionContextFactory>());
        var connect = new ConnectHandler(
            parts.Snapshots, parts.Decisions, parts.Interlock, parts.Channels, parts.Dialler, parts.Sequencer, parts.Runs, parts.Tokens, parts.Time, logs.CreateLogger<ConnectHandler>());
        entrance = new FirstBytes(transport, connect, contexts, parts.Time, logs.CreateLogger<FirstBytes>());
    }

    /// <summary>Where the TCP listener is; null when there is none.</summary>
    public IPEndPoint? Listening { get; private set; }

    /// <summary>Starts to serve.</summary>
    /// <param name="proxy">The TCP listener's address, port 0 for any; null for none.</param>
    /// <param name="cancellation">Until it serves.</param>
    /// <returns>A fault when the address cannot be had.</returns>
    public async Task<Fault?> StartAsync(IPEndPoint? proxy, CancellationToken cancellation)
    {
        await server.StartAsync(application, cancellation);
        if (proxy is null)
        {
            return null;
        }

        var listener = new Socket(proxy.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(proxy);
            listener.Listen(Backlog);
        }
        catch (SocketException failed)
        {
            listener.Dispose();
            return new Fault("http.listen", $"The proxy cannot listen on {proxy}: {failed.Message}", "Stop what listens there, or set listen: proxy: in perimeter/sallyport.yaml to another port, then: sallyport up --apply");
        }

        Listening = (IPEndPoint)listener.LocalEndPoint!; // A bound socket has one.
        tcp = new Acceptor(listener, run: null, entrance, time, log);
        return null;
    }

    /// <summary>Opens a run's own socket: a 0700 folder of its own, the socket 0600. Whoever connects there is that run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">At most 107 bytes (unix(7)).</param>
    public void OpenRunSocket(RunState run, string path)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // A full path has a folder.
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(Backlog);
        runSockets[run.Id] = new Acceptor(listener, run, entrance, time, log);
    }

    /// <summary>Closes what belongs to a run that has ended.</summary>
    public async Task CloseRunAsync(RunId run)
    {
        if (runSockets.TryRemove(run, out var acceptor))
        {
            await acceptor.DisposeAsync();
        }

        upstreams.Forget(run);
    }

    /// <summary>Stops accepting, lets requests end until <paramref name="cancellation"/>, then closes.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await (tcp?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var (_, acceptor) in runSockets)
        {
            await acceptor.DisposeAsync();
        }

        await server.StopAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        contexts.Dispose();
        upstreams.Dispose();
        await (tcp?.DisposeAsync() ?? ValueTask.CompletedTask);
        await transport.DisposeAsync();
    }

    private KestrelServerOptions KestrelOptions(Inspection inspection)
    {
        var options = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowHostHeaderOverride = true, // The head guard has compared them; Kestrel's own comparison refuses upper case.
            RequestHeaderEncodingSelector = _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = _ => Encoding.Latin1,
        };
        var limits = options.Limits;
        limits.MaxRequestBodySize = null; // Streamed, never buffered: the budget is the Limits room's.
        limits.MinRequestBodyDataRate = null; // An agent may think between two bytes.
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = RequestHead.LineBytesMax;
        limits.MaxRequestHeadersTotalSize = RequestHead.BytesMax;
        limits.MaxRequestHeaderCount = RequestHead.FieldsMax;
        limits.KeepAliveTimeout = KeepAlive;
        limits.RequestHeadersTimeout = HeadTimeout;
        options.Listen(transport.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(next => connection => inspection.InvokeAsync(connection, next));
        });
        return options;
    }
}

/// <summary>What the gateway is made of; all of it belongs to the node.</summary>
public sealed record GatewayParts
{
    /// <summary>Rules in force.</summary>
    public required SnapshotSource Snapshots { get; init; }

    /// <summary>Answers.</summary>
    public required DecisionPoint Decisions { get; init; }

    /// <summary>Answers where a person can be asked.</summary>
    public required HeldDecisions Held { get; init; }

    /// <summary>Doors.</summary>
    public required Interlock Interlock { get; init; }

    /// <summary>What is open.</summary>
    public required Channels Channels { get; init; }

    /// <summary>Dials.</summary>
    public required CheckedDialler Dialler { get; init; }

    /// <summary>Records.</summary>
    public required Sequencer Sequencer { get; init; }

    /// <summary>Keeps bodies.</summary>
    public required ContentStore Content { get; init; }

    /// <summary>Open runs.</summary>
    public required Runs Runs { get; init; }

    /// <summary>Their tokens.</summary>
    public required RunTokens Tokens { get; init; }

    /// <summary>The CA.</summary>
    public required CertificateAuthority Authority { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }
}
