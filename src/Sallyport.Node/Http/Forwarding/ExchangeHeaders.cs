using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sallyport.Http.Forwarding;

/// <summary>Which header fields pass, in both directions.</summary>
internal static class ExchangeHeaders
{
    // RFC 9110, 7.6.1, and what belongs to this proxy alone. Host is set from the target that was decided.
    private static readonly HashSet<string> NeverSent = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Expect", "Host",
        "Proxy-Authorization", "Proxy-Authenticate", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
    };

    // Alt-Svc would lead the client to another address or to QUIC, where there is no gate.
    private static readonly HashSet<string> NeverReturned = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Alt-Svc",
        "Proxy-Authenticate", "Proxy-Authentication-Info",
    };

    /// <summary>Copies what the agent sent.</summary>
    public static void CopyRequest(HttpRequest from, HttpRequestMessage to)
    {
        var listed = Listed(from.Headers.Connection);
        foreach (var (name, values) in from.Headers)
        {
            if (NeverSent.Contains(name) || listed.Contains(name) || IsOurs(name) || name[0] == ':')
            {
                continue;
            }

            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                // A content field without content (Content-Type on an empty POST) still means what it says.
                to.Content ??= new ByteArrayContent([]);
                to.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Copies what the upstream answered.</summary>
    public static void CopyResponse(HttpResponseMessage from, HttpResponse to)
    {
        var listed = from.Headers.NonValidated.TryGetValues("Connection", out var connection) ? Listed(connection.ToString()) : [];
        Copy(from.Headers.NonValidated, listed, to);
        Copy(from.Content.Headers.NonValidated, listed, to);
        if (to.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent)
        {
            to.Headers.ContentLength = null;
        }
    }

    /// <summary>Copies trailers, where the protocol has them.</summary>
    public static void CopyTrailers(HttpResponseMessage from, HttpResponse to)
    {
        if (to.SupportsTrailers())
        {
            foreach (var (name, values) in from.TrailingHeaders.NonValidated)
            {
                to.AppendTrailer(name, Join(values));
            }
        }
    }

    private static void Copy(HttpHeadersNonValidated from, HashSet<string> listed, HttpResponse to)
    {
        foreach (var (name, values) in from)
        {
            if (!NeverReturned.Contains(name) && !listed.Contains(name) && !IsOurs(name))
            {
                to.Headers[name] = Join(values);
            }
        }
    }

    private static StringValues Join(HeaderStringValues values) => values.Count == 1 ? values.ToString() : new StringValues([.. values]);

    // A field that claims to come from us is never passed on, in either direction.
    private static bool IsOurs(string name) => name.StartsWith("Sallyport-", StringComparison.OrdinalIgnoreCase);

    private static HashSet<string> Listed(string? connection)
    {
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (connection is { Length: > 0 } && !connection.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
        {
            listed.UnionWith(connection.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        return listed;
    }
}
