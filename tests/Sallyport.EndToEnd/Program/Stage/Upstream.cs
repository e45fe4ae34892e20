using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sallyport.EndToEnd.Program;

/// <summary>An upstream over plain HTTP that remembers every request that reached it.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    /// <summary>Bytes of every answer: more than one read, so that a kill can come in the middle.</summary>
    public const int BodyBytes = 32 * 1024;

    private readonly WebApplication application;

    private Upstream(WebApplication application) => this.application = application;

    /// <summary>Method and path of what has arrived.</summary>
    public ConcurrentQueue<string> Arrived { get; } = new();

    /// <summary>Address and port, as a source's <c>address</c> wants it.</summary>
    public string Address { get; private set; } = "";

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var application = builder.Build();
        var upstream = new Upstream(application);
        application.Run(upstream.AnswerAsync);
        await application.StartAsync();
        upstream.Address = new Uri(application.Urls.First()).Authority;
        return upstream;
    }

    /// <summary>A perimeter in which <c>worker</c> may read and act here, and reading at <c>wild.example</c>
    /// taints.</summary>
    public string Perimeter(string reads = "written", string reserve = "none") => $$"""
        version: 1
        organisation: example.org
        listen:
          proxy: 127.0.0.1:0
        ledger:
          reads: {{reads}}
          reserve: {{reserve}}
        roles:
          worker:
            allow:
              - GET,HEAD,POST tame.example
              - GET,HEAD wild.example
        agents:
          worker: { role: worker, owner: alice@example.org }
          other: { role: worker, owner: bob@example.org }
        sources:
          tame: { hosts: [tame.example], labels: [], address: {{Address}} }
          wild: { hosts: [wild.example], labels: [untrusted, social], address: {{Address}} }

        """;

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Arrived.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        var body = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{context.Request.Path} ")
            .PadRight(BodyBytes, '.'));
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, BodyBytes / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(body.AsMemory(BodyBytes / 2), context.RequestAborted);
    }
}
