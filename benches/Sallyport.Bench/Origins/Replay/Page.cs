using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Sallyport.Bench.Origins;

/// <summary>A text as a server sends it: a page with markup within its sentences, or a JSON document, compressed.
/// </summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Coding">Its content coding.</param>
/// <param name="Body">What is on the wire.</param>
internal sealed record Page(string MediaType, string Coding, byte[] Body)
{
    private const int BoldEvery = 9;

    /// <summary>The forms in turn.</summary>
    public static Page Of(string text, int number)
    {
        var coding = number % 2 == 0 ? "gzip" : "br";
        return number / 2 % 2 == 0
            ? new Page("text/html; charset=utf-8", coding, Compressed(Html(text), coding))
            : new Page("application/json", coding, Compressed(JsonOf(text), coding));
    }

    private static string JsonOf(string text) => JsonSerializer.Serialize(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = "post", ["content"] = text });

    private static string Html(string text)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Posts</title>
            <link rel="stylesheet" href="/site.css"><script>window.page = { "id": 7, "kind": "post" };</script></head>
            <body><nav><a href="/">Home</a> <a href="/new">New</a></nav><main><article><p>
            """);
        var word = 0;
        foreach (var part in text.Split(' '))
        {
            var shown = WebUtility.HtmlEncode(part).Replace("\n", "<br>\n", StringComparison.Ordinal);
            page.Append(++word % BoldEvery == 0 ? $"<b>{shown}</b> " : $"{shown} ");
        }

        return page.Append("</p></article></main><footer>&copy; 2026 &middot; Terms</footer></body></html>").ToString();
    }

    private static byte[] Compressed(string text, string coding)
    {
        var target = new MemoryStream();
        using (Stream stream = coding == "br"
            ? new BrotliStream(target, CompressionLevel.Fastest)
            : new GZipStream(target, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }
}
