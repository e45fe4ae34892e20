using System.Net;
using System.Text;

namespace Sallyport.EndToEnd.Program;

/// <summary>An HTTP client whose proxy is a node's TCP listener.</summary>
internal static class ProxyClient
{
    /// <summary>A client of one run.</summary>
    /// <param name="up">The node.</param>
    /// <param name="run">The run and its token.</param>
    public static HttpClient Of(Up up, OpenRun run) =>
        new(new SocketsHttpHandler { Proxy = new WebProxy($"http://{up.Proxy}"), MaxConnectionsPerServer = 256 })
        {
            // Sent at once: waiting for the 407 would put a denial of nobody before each first request.
            DefaultRequestHeaders = { ProxyAuthorization = new("Basic", Basic(run)) },
        };

    /// <summary>The credentials of a run, as RFC 7617 writes them.</summary>
    public static string Basic(OpenRun run) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{run.Run}:{run.Token}"));

    /// <summary>The code of a denial; empty when it is none.</summary>
    public static string Denied(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Sallyport-Denied", out var codes) ? string.Join(',', codes) : "";
}
