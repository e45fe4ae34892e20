using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sallyport.Range.Server;

/// <summary>A request body as one JSON object, bounded. What it holds is checked by whoever asked for it.</summary>
internal static class JsonBody
{
    /// <summary>The longest documented content is 40,000 characters; escaped, that stays well below this.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>
    /// The outcome of a read: exactly one of the two is set, or neither for a body that is no JSON object.
    /// </summary>
    public readonly record struct Outcome(JsonDocument? Document, bool TooLarge);

    public static async Task<Outcome> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + count > BytesMax)
            {
                return new Outcome(null, TooLarge: true);
            }

            await body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
        }

        try
        {
            var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                // The document keeps the buffer; disposing a MemoryStream leaves it alone.
                return new Outcome(document, TooLarge: false);
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Told to the client as a validation error.
        }

        return default;
    }

    /// <summary>A member that is a string of valid Unicode; null for anything else.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
