using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sallyport.Range.Certificates;
using Sallyport.Range.Company;
using Sallyport.Range.Corpus;
using Sallyport.Range.Instruments;
using Sallyport.Range.Moltbook;
using Sallyport.Range.Network;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Server;

/// <summary>A running range: one Kestrel over one network. Disposing it stops it and cuts what is still open.</summary>
internal sealed class RangeServer : IAsyncDisposable
{
    // A stream that does not end by itself is cut after this long.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly WebApplication app;
    private readonly TestAuthority authority;
    private readonly LeafCertificates leaves;
    private readonly ReceiverLog receiver;

    private RangeServer(WebApplication host, TestAuthority issuer, LeafCertificates certificates, ReceiverLog log)
    {
        app = host;
        authority = issuer;
        leaves = certificates;
        receiver = log;
    }

    /// <summary>The TLS listener's address with the port that was chosen.</summary>
    public IPEndPoint Listen { get; private set; } = new(IPAddress.Loopback, 0);

    public IPEndPoint? ListenPlain { get; private set; }

    public string CertificatePath => authority.CertificatePath;

    /// <exception cref="FaultException">The state folder or the address cannot be used.</exception>
    public static async Task<RangeServer> StartAsync(
        RangeOptions options, LoadedCorpus corpus, TimeProvider time, CancellationToken cancellation)
    {
        StateFolder.Prepare(options.StateFolder);
        var issuer = TestAuthority.Open(options.StateFolder, time);
        var certificates = new LeafCertificates(issuer, [.. options.Sites.Keys], time);
        var log = ReceiverLog.Open(options.StateFolder, time);
        var server = new RangeServer(
            Build(options, corpus.Network, certificates, log, time), issuer, certificates, log);
        try
        {
            await server.app.StartAsync(cancellation);
        }
        catch (IOException exception)
        {
            await server.DisposeAsync();
            throw new FaultException(new Fault(
                "range.listen.unavailable",
                $"The range cannot listen on {options.Listen}: {exception.Message}",
                "Stop what uses that port, or give port 0 to have one chosen.",
                ExitCode.Unavailable));
        }

        var addresses = server.app.Urls.Select(static url => new Uri(url)).ToArray();
        server.Listen = EndPointOf(addresses.Single(static url => url.Scheme == Uri.UriSchemeHttps));
        server.ListenPlain = addresses.Where(static url => url.Scheme == Uri.UriSchemeHttp).Select(EndPointOf)
            .FirstOrDefault();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        receiver.Dispose();
        leaves.Dispose();
        authority.Dispose();
    }

    private static IPEndPoint EndPointOf(Uri url) => new(IPAddress.Parse(url.Host), url.Port);

    private static WebApplication Build(
        RangeOptions options, NetworkSnapshot loaded, LeafCertificates certificates, ReceiverLog log, TimeProvider time)
    {
        // The empty builder reads no file and no variable: a range behaves the same wherever it is started.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.Use(next => connection => CountAsync(next, connection, log));
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = hello => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificates.For(hello.ClientHelloInfo.ServerName),
                    }),
                });
            });
            if (options.ListenPlain is { } plain)
            {
                kestrel.Listen(plain, listen => listen.Use(next => connection => CountAsync(next, connection, log)));
            }
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static one => one.ShutdownTimeout = StopGrace);

        var host = builder.Build();
        var network = new LiveNetwork(loaded);
        host.Use(log.RecordAsync);
        host.UseMiddleware<HostGate>(options.Sites);
        host.UseMiddleware<RateLimits>(options.EnforceLimits, time);
        host.UseWebSockets();
        host.UseRouting();
        host.UseMiddleware<NotFoundPage>();
        var instruments = new InstrumentRoutes(network, time, host.Lifetime.ApplicationStopping);
        foreach (var kind in options.Sites.GroupBy(static site => site.Value, static site => site.Key))
        {
            var site = host.MapGroup("").RequireHost([.. kind]);
            instruments.Map(site);
            MapSite(site, kind.Key, network, time, instruments);
        }

        ControlRoutes.Map(host.MapGroup("").RequireHost("localhost", "127.0.0.1"), log, network);
        return host;
    }

    private static void MapSite(
        RouteGroupBuilder site, SiteKind kind, LiveNetwork network, TimeProvider time, InstrumentRoutes instruments)
    {
        switch (kind)
        {
            case SiteKind.Network:
                // Under both: the official TypeScript client drops the base path.
                MoltbookRoutes.Map(site.MapGroup("/api/v1"), network, time, instruments);
                MoltbookRoutes.Map(site, network, time, instruments);
                break;
            case SiteKind.Wiki:
                Wiki.Map(site);
                break;
            case SiteKind.Ledger:
                LedgerRoutes.Map(site, time);
                break;
            case SiteKind.Collector:
                Collector.Map(site);
                break;
            case SiteKind.Redirect:
                break;
        }
    }

    private static Task CountAsync(ConnectionDelegate next, ConnectionContext connection, ReceiverLog log)
    {
        log.CountConnection();
        return next(connection);
    }
}
