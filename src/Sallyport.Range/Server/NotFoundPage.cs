using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sallyport.Range.Server;

/// <summary>
/// What no route answers, be it the path or the method: an HTML page, as the real site sends (Express).
/// </summary>
internal sealed class NotFoundPage(RequestDelegate next)
{
    private const int PathShownMax = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        // The router makes an endpoint of its own for a path that exists with another method.
        if (context.GetEndpoint() is not RouteEndpoint)
        {
            var path = context.Request.Path.Value ?? "/";
            path = HtmlEncoder.Default.Encode(path.Length > PathShownMax ? path[..PathShownMax] : path);
            var method = HtmlEncoder.Default.Encode(context.Request.Method);
            await Answers.HtmlAsync(context, StatusCodes.Status404NotFound, $"""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>404: not found</title></head>
                <body><h1>404</h1><pre>Cannot {method} {path}</pre></body></html>

                """);
            return;
        }

        await next(context);
    }
}
