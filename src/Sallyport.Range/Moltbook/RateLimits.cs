using Microsoft.AspNetCore.Http;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>
/// Counts requests per key in fixed windows and says so in the headers of every answer of the network's hosts.
/// Exceeding the limit is refused only if asked for: most tests read faster than a real agent may.
/// </summary>
internal sealed class RateLimits(RequestDelegate next, bool enforce, TimeProvider time)
{
    /// <summary>G2, per key and window.</summary>
    public const int ReadsMax = 60;

    /// <summary>G2, per key and window.</summary>
    public const int WritesMax = 30;

    private const int WindowSeconds = 60;

    // A flood of invented keys shares one count beyond this many.
    private const int KeysMax = 4096;
    private const string SharedKey = "";

    private readonly Lock gate = new();
    private readonly Dictionary<(string Key, bool Write), int> counts = [];
    private long window;

    public Task InvokeAsync(HttpContext context)
    {
        if (HostGate.KindOf(context) != SiteKind.Network
            || context.Request.Path.StartsWithSegments("/_range", StringComparison.Ordinal))
        {
            return next(context);
        }

        var write = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        var limit = write ? WritesMax : ReadsMax;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var used = Count(context.Request.Headers.Authorization.ToString(), write, now / WindowSeconds);
        var reset = ((now / WindowSeconds) + 1) * WindowSeconds;

        var headers = context.Response.Headers;
        headers["X-RateLimit-Limit"] = limit.ToString();
        headers["X-RateLimit-Remaining"] = Math.Max(limit - used, 0).ToString();
        headers["X-RateLimit-Reset"] = reset.ToString();
        return enforce && used > limit ? RefuseAsync(context, reset, reset - now) : next(context);
    }

    private int Count(string key, bool write, long currentWindow)
    {
        lock (gate)
        {
            if (window != currentWindow)
            {
                window = currentWindow;
                counts.Clear();
            }

            var slot = (counts.Count < KeysMax || counts.ContainsKey((key, write)) ? key : SharedKey, write);
            return counts[slot] = counts.GetValueOrDefault(slot) + 1;
        }
    }

    private static Task RefuseAsync(HttpContext context, long reset, long seconds)
    {
        context.Response.Headers.RetryAfter = seconds.ToString();
        return Answers.JsonAsync(context, StatusCodes.Status429TooManyRequests, json =>
        {
            json.WriteBoolean("success", false);
            json.WriteNumber("statusCode", StatusCodes.Status429TooManyRequests);
            json.WriteString("error", "Rate limit exceeded");
            json.WriteString("message", "Rate limit exceeded");
            json.WriteString("code", "RATE_LIMITED");
            json.WriteNumber("remaining", 0);
            json.WriteString("reset_at", DateTimeOffset.FromUnixTimeSeconds(reset));
            json.WriteNumber("retry_after_seconds", seconds);
        });
    }
}
