using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sallyport.Range.Server;

/// <summary>Writes whole answers with their length; streams write by themselves.</summary>
internal static class Answers
{
    // As a JavaScript server writes, without escaping for HTML (characters beyond the first plane are still escaped,
    // which reads the same). Only ever sent as application/json.
    private static readonly JsonWriterOptions AsJavaScript = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write) =>
        JsonAsync(context, StatusCodes.Status200OK, write);

    public static async Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(body, AsJavaScript))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        await SendAsync(context, status, "application/json; charset=utf-8", body.WrittenMemory);
    }

    public static Task HtmlAsync(HttpContext context, int status, string html) =>
        SendAsync(context, status, "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(html));

    private static async Task SendAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
