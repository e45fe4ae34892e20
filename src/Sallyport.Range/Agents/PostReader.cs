using System.Text.Json;

namespace Sallyport.Range.Agents;

/// <summary>
/// Reads different posts page by page, as a research agent does. It keeps their ids, never their text.
/// </summary>
internal static class PostReader
{
    private const int PageSize = 50;

    public static async Task<StepResult> RunAsync(
        AgentClient client, Step.ReadPosts step, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        var pages = 0;
        string? cursor = null;
        Exchange? last = null;
        while (seen.Count < step.Count)
        {
            var url =
                $"{step.Base.AbsoluteUri.TrimEnd('/')}/posts?sort={Uri.EscapeDataString(step.Sort)}&limit={PageSize}"
                + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            last = await client.SendAsync(request, cancellation);
            if (!last.Succeeded)
            {
                break;
            }

            pages++;
            bytes += last.Bytes;
            cursor = Take(last.Body, step.Count, seen);
            if (cursor is null)
            {
                break;
            }
        }

        var end = last;
        return new StepResult(seen.Count >= step.Count, json =>
        {
            json.WriteString("url", step.Base.AbsoluteUri);
            json.WriteNumber("posts", seen.Count);
            json.WriteNumber("pages", pages);
            json.WriteNumber("total_bytes", bytes);
            end?.Write(json);
        });
    }

    /// <summary>Adds the ids of a page; null when there is no next one or the answer is not a page.</summary>
    private static string? Take(ReadOnlyMemory<byte> body, int max, HashSet<string> seen)
    {
        try
        {
            using var page = JsonDocument.Parse(body);
            foreach (var post in page.RootElement.GetProperty("posts").EnumerateArray())
            {
                if (seen.Count < max && post.GetProperty("id").GetString() is { } id)
                {
                    seen.Add(id);
                }
            }

            return page.RootElement.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not a page of posts: what was counted so far stands, and the step falls short.
            return null;
        }
    }
}
