using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>Serves the API on a unix socket, apart from anything that an agent can reach. The switch never cuts it.</summary>
public sealed class AdminListener : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly string socket;

    private AdminListener(WebApplication application, string socket)
    {
        this.application = application;
        this.socket = socket;
    }

    /// <summary>Starts to serve.</summary>
    /// <param name="socket">The socket's path, in a folder of ours alone.</param>
    /// <param name="api">What is served.</param>
    /// <param name="owners">Who owns runs: what descends from them is refused.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="cancellation">Until it serves.</param>
    public static async Task<AdminListener> StartAsync(
        string socket, AdminApi api, RunOwners owners, ILoggerFactory logs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(api);
        File.Delete(socket);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            // The context brings its types and not its strictness: what is unknown, double or missing is refused here.
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.PropertyNameCaseInsensitive = false;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.RespectNullableAnnotations = true;
        });
        var log = logs.CreateLogger<AdminListener>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.ListenUnixSocket(socket, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => ServeAsync(connection, next, owners, log));
            });
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        var application = builder.Build();
        application.Use(ProblemAnswers.AnswerAsync);
        application.Use((context, next) => RefuseInsideAsync(context, next, api));
        application.UseRouting();
        api.Map(application);
        await application.StartAsync(cancellation);
        File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new AdminListener(application, socket);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
        File.Delete(socket);
    }

    // The folder's mode keeps other users out; this says the same once more, and keeps our own agents out.
    private static async Task ServeAsync(
        ConnectionContext connection, ConnectionDelegate next, RunOwners owners, ILogger log)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } raw
            || PeerProcess.Of(raw) is not { } peer
            || (peer.Uid != 0 && peer.Uid != PeerProcess.OwnUid))
        {
            AdminLog.Refused(log);
            connection.Abort();
            return;
        }

        var feature = new PeerFeature(peer, PeerProcess.IsInsideRun(peer.Pid, owners));
        if (feature.IsInsideRun)
        {
            AdminLog.Refused(log);
        }

        connection.Features.Set(feature);
        await next(connection);
    }

    // Before any endpoint, and with a reason: to whom the connection is just cut, the node seems to be down.
    private static Task RefuseInsideAsync(HttpContext context, RequestDelegate next, AdminApi api)
    {
        if (!context.Features.GetRequiredFeature<PeerFeature>().IsInsideRun)
        {
            return next(context);
        }

        api.RefusedInside(context);
        context.Response.Headers.Connection = "close";
        return AdminApi.Problem(StatusCodes.Status403Forbidden, InsideRun).ExecuteAsync(context);
    }

    internal static Fault InsideRun { get; } = new(
        "api.inside-run",
        "Programs inside a run may not speak to the node, nor those of which it cannot be told where they are.",
        "Ask from a shell outside every run; for a node in a container, from inside that container.");
}

/// <summary>Who speaks on an admin connection.</summary>
/// <param name="Peer">The process.</param>
/// <param name="IsInsideRun">Whether it is inside a run, as far as can be told: then it is refused.</param>
internal sealed record PeerFeature(PeerProcess Peer, bool IsInsideRun);

internal static partial class AdminLog
{
    [LoggerMessage(5101, LogLevel.Warning, "a process that may not speak to the API was refused (another user, or inside a run)")]
    public static partial void Refused(ILogger logger);
}
