using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.EndToEnd.Stage;

/// <summary>A well-behaved upstream: one server, reached in plain text and over TLS, that answers as the test says.</summary>
public sealed class Origin : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> routes = new(StringComparer.Ordinal);
    private readonly WebApplication application;
    private int connections;
    private int requests;

    private Origin(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<WebSocketOptions>(options => options.KeepAliveInterval = Timeout.InfiniteTimeSpan);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection =>
            {
                Interlocked.Increment(ref connections);
                return next(connection);
            }));
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        application = builder.Build();
        application.UseWebSockets();
        application.Run(ServeAsync);
    }

    /// <summary>Where it speaks plain HTTP/1.1.</summary>
    public IPEndPoint Plain { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Where it speaks HTTP/1.1 and HTTP/2 over TLS.</summary>
    public IPEndPoint Tls { get; private set; } = new(IPAddress.Loopback, 0);

    public int Connections => Volatile.Read(ref connections);

    public int Requests => Volatile.Read(ref requests);

    public static async Task<Origin> StartAsync(X509Certificate2 certificate)
    {
        var origin = new Origin(certificate);
        await origin.application.StartAsync();
        var addresses = origin.application.Urls.Select(url => new Uri(url)).ToList();
        origin.Plain = new IPEndPoint(IPAddress.Loopback, addresses.Single(address => address.Scheme == "http").Port);
        origin.Tls = new IPEndPoint(IPAddress.Loopback, addresses.Single(address => address.Scheme == "https").Port);
        return origin;
    }

    /// <summary>Answers a path from here on.</summary>
    public void On(string path, RequestDelegate answer) => routes[path] = answer;

    /// <summary>Answers a path with this text.</summary>
    public void On(string path, string text) => On(path, context => context.Response.WriteAsync(text));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        if (routes.TryGetValue(context.Request.Path.Value ?? "", out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
