using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Sallyport.Range.Moltbook;

namespace Sallyport.Range.Server;

/// <summary>What no route answers: an HTML page for an unknown path (as the real site does), JSON for a wrong method.</summary>
internal sealed class NotFoundPage(RequestDelegate next)
{
    private const int PathShownMax = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is null)
        {
            var path = context.Request.Path.Value ?? "/";
            path = HtmlEncoder.Default.Encode(path.Length > PathShownMax ? path[..PathShownMax] : path);
            await Answers.HtmlAsync(context, StatusCodes.Status404NotFound, $"""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>404: This page could not be found.</title></head>
                <body><h1>404</h1><pre>Cannot {HtmlEncoder.Default.Encode(context.Request.Method)} {path}</pre></body></html>

                """);
            return;
        }

        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
        {
            await ApiError.WriteAsync(context, ApiError.WrongMethod);
        }
    }
}
