using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Freeze;
using Sallyport.Http.Wire;

namespace Sallyport.Http.Tls;

/// <summary>Connection middleware of the gate: ends TLS for an inspected tunnel, and puts the head guard before HTTP/1.1.</summary>
internal sealed class Inspection(
    LeafCertificates leaves, SnapshotSource snapshots, DecisionPoint decisions, Channels channels, TimeProvider time, ILogger<Inspection> log)
{
    /// <summary>A handshake that has not ended by then is given up.</summary>
    public const int HandshakeSeconds = 10;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: 16 * 1024, leaveOpen: true);

    /// <summary>Serves the connection to its end.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var feature = connection.Features.GetRequiredFeature<GateFeature>();
        if (feature.Run is { } run)
        {
            feature.BelongTo(run, channels);
        }

        try
        {
            await ServeAsync(connection, feature, next);
        }
        finally
        {
            // Kestrel would do it next, and wait for its buffers to be sent: until then the connection is the run's.
            await connection.DisposeAsync();
        }
    }

    private async Task ServeAsync(ConnectionContext connection, GateFeature feature, ConnectionDelegate next)
    {
        if (feature.Tunnel is null)
        {
            connection.Transport = new GuardedPipe(connection.Transport, feature);
            await next(connection);
            return;
        }

        var raw = connection.Transport;
        await using var tls = new SslStream(new PipeStream(raw), leaveInnerStreamOpen: true);
        if (!await HandshakeAsync(tls, feature, feature.Tunnel))
        {
            feature.Abort();
            return;
        }

        var decrypted = new StreamPipe(PipeReader.Create(tls, ReaderOptions), PipeWriter.Create(tls, WriterOptions));
        connection.Features.Set<ITlsConnectionFeature>(new NoClientCertificate());
        connection.Features.Set<ITlsApplicationProtocolFeature>(new Negotiated(tls.NegotiatedApplicationProtocol.Protocol));
        connection.Transport = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? decrypted : new GuardedPipe(decrypted, feature);
        try
        {
            await next(connection);
        }
        finally
        {
            // Kestrel completes what it was given; the pipe below it is the socket's.
            connection.Transport = raw;
            await decrypted.Input.CompleteAsync();
            await decrypted.Output.CompleteAsync();
        }
    }

    private async Task<bool> HandshakeAsync(SslStream tls, GateFeature feature, Target tunnel)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(HandshakeSeconds), time);
        RuleMatch? refused = null;
        try
        {
            await tls.AuthenticateAsServerAsync((_, hello, _, _) => new(Choose(hello, tunnel, out refused)), null, deadline.Token);
            return true;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            TlsLog.HandshakeFailed(log, tunnel.HostAndPort, failed.Message);
            if (failed is AuthenticationException)
            {
                refused ??= new RuleMatch.Malformed(new Fault(
                    "http.tls",
                    $"Inside the tunnel to {tunnel.HostAndPort} no TLS handshake came about.",
                    "Have the client speak TLS 1.2 or 1.3 and trust the gate's CA, or give the host a rule with mode: tunnel."));
                var snapshot = snapshots.Current;
                decisions.Refuse(snapshot, feature.Run, EgressQuestion.For("CONNECT", tunnel, refused, snapshot.Rules<Sources>().Of(tunnel.Host).Source));
            }

            return false;
        }
    }

    // The certificate is for the CONNECT host, never for what SNI says; another name in SNI is refused before a byte is answered.
    private SslServerAuthenticationOptions Choose(SslClientHelloInfo hello, Target tunnel, out RuleMatch? refused)
    {
        refused = null;
        if (hello.ServerName.Length > 0 && !(Host.TryParse(hello.ServerName, out var named) && named == tunnel.Host))
        {
            refused = new RuleMatch.Misdirected(Excerpt.Of(hello.ServerName));
            throw new AuthenticationException($"SNI names '{Excerpt.Of(hello.ServerName)}'");
        }

        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = leaves.For(tunnel.Host.Text.Trim('[', ']')),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
    }

    private sealed class StreamPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class NoClientCertificate : ITlsConnectionFeature
    {
        public System.Security.Cryptography.X509Certificates.X509Certificate2? ClientCertificate { get; set; }

        public Task<System.Security.Cryptography.X509Certificates.X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(ClientCertificate);
    }

    private sealed class Negotiated(ReadOnlyMemory<byte> protocol) : ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol => protocol;
    }
}

internal static partial class TlsLog
{
    [LoggerMessage(4101, LogLevel.Information, "TLS inspection of {Target} failed in the handshake: {Why}")]
    public static partial void HandshakeFailed(ILogger logger, string target, string why);
}
