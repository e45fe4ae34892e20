using Microsoft.AspNetCore.Http;
using Sallyport.Range.Moltbook;

namespace Sallyport.Range.Server;

/// <summary>Only names that the range serves pass; the network's bare name redirects, as the real one does.</summary>
internal sealed class HostGate(RequestDelegate next, IReadOnlyDictionary<string, SiteKind> sites)
{
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (!sites.TryGetValue(host, out var kind))
        {
            return ApiError.WriteAsync(context, ApiError.Misdirected);
        }

        context.Items[typeof(SiteKind)] = kind;
        if (kind != SiteKind.Redirect || context.Request.Path.StartsWithSegments("/_range", StringComparison.Ordinal))
        {
            return next(context);
        }

        // 307 keeps method and body; a client that follows it to another host drops its Authorization header.
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location =
            $"{context.Request.Scheme}://www.{context.Request.Host}{context.Request.Path.ToUriComponent()}"
            + context.Request.QueryString.ToUriComponent();
        return Task.CompletedTask;
    }

    public static SiteKind? KindOf(HttpContext context) =>
        context.Items.TryGetValue(typeof(SiteKind), out var kind) ? (SiteKind?)kind : null;
}
