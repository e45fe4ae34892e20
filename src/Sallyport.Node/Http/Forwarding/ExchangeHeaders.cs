using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sallyport.Http.Forwarding;

/// <summary>Which header fields pass, in both directions.</summary>
internal static class ExchangeHeaders
{
    // Names as gateways behind CGI see them: lower case, and every other character a '-' (see Folded).
    private static readonly FrozenSet<string> NeverSent = new[]
    {
        // RFC 9110, 7.6.1, and what belongs to this proxy alone. Host is set from the target that was decided.
        "connection", "proxy-connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade",
        "http2-settings", "expect", "host", "proxy-authorization", "proxy-authenticate",

        // Another method, path or host than the one that was decided, to frameworks that believe them.
        "x-http-method-override", "x-http-method", "x-method-override", "http-method-override", "x-original-method",
        "x-original-url", "x-rewrite-url", "x-original-uri", "x-rewrite-uri", "x-original-path",
        "x-envoy-original-path", "script-name", "x-script-name", "x-original-host", "x-host", "x-http-host-override",
        "x-override-url", "x-middleware-subrequest", "x-http-host", "x-envoy-original-host", "x-host-override",
        "forwarded-host",

        // Another sender than this one, or (httpoxy) another way out for the upstream's own requests.
        "forwarded", "x-real-ip", "x-client-ip", "client-ip", "x-cluster-client-ip", "true-client-ip",
        "cf-connecting-ip", "fastly-client-ip", "x-originating-ip", "x-remote-ip", "x-remote-addr", "proxy",
        "forwarded-for", "x-forward-for", "front-end-https", "x-proxyuser-ip", "x-azure-clientip", "remote-user",
        "x-remote-user",

        // Files that an upstream's own front end would send.
        "x-sendfile-type", "x-accel-mapping",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Nothing = [];

    // Longer than any name above.
    private const int FoldedCharsMax = 32;

    // Alt-Svc would lead the client to another address or to QUIC, where there is no gate.
    private static readonly FrozenSet<string> NeverReturned = new[]
    {
        "connection", "proxy-connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "alt-svc",
        "proxy-authenticate", "proxy-authentication-info",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NeverSentFolded =
        NeverSent.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NeverReturnedFolded =
        NeverReturned.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Copies what the agent sent.</summary>
    public static void CopyRequest(HttpRequest from, HttpRequestMessage to)
    {
        var listed = Listed(from.Headers.Connection);
        foreach (var (name, values) in from.Headers)
        {
            if (IsNeverSent(name) || listed.Contains(name) || name[0] == ':')
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

    /// <summary>The fields of a request that are passed on, each value by itself: what an approval binds.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Passed(HttpRequest from)
    {
        var listed = Listed(from.Headers.Connection);
        foreach (var (name, values) in from.Headers)
        {
            if (IsNeverSent(name) || listed.Contains(name) || name[0] == ':')
            {
                continue;
            }

            foreach (var value in values)
            {
                yield return KeyValuePair.Create(name, value ?? "");
            }
        }
    }

    /// <summary>Copies what the upstream answered.</summary>
    public static void CopyResponse(HttpResponseMessage from, HttpResponse to)
    {
        var listed = from.Headers.NonValidated.TryGetValues("Connection", out var connection)
            ? Listed(connection.ToString())
            : Nothing;
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
                if (!IsNeverReturned(name))
                {
                    to.AppendTrailer(name, Join(values));
                }
            }
        }
    }

    private static void Copy(HttpHeadersNonValidated from, IReadOnlySet<string> listed, HttpResponse to)
    {
        foreach (var (name, values) in from)
        {
            if (!IsNeverReturned(name) && !listed.Contains(name))
            {
                to.Headers[name] = Join(values);
            }
        }
    }

    private static StringValues Join(HeaderStringValues values) =>
        values.Count == 1 ? values.ToString() : new StringValues([.. values]);

    // Many servers hand fields on as CGI variables (RFC 3875, 4.1.18), where X_Original_URL and X-Original-URL are
    // one; some map every other character too. Content_Length and Content_Type would there stand for the real ones.
    private static bool IsNeverSent(string name)
    {
        var folded = Fold(name, stackalloc char[FoldedCharsMax]);
        ReadOnlySpan<char> original = name;
        return folded.StartsWith("x-forwarded") || folded.StartsWith("sallyport-")
            || name.Length <= FoldedCharsMax && NeverSentFolded.Contains(folded)
            || folded is "content-length" or "content-type"
                && !original.Equals(folded, StringComparison.OrdinalIgnoreCase);
    }

    // A field that claims to come from us is never passed on, in either direction: what reads it may fold names too.
    private static bool IsNeverReturned(string name)
    {
        var folded = Fold(name, stackalloc char[FoldedCharsMax]);
        return folded.StartsWith("sallyport-")
            || name.Length <= FoldedCharsMax && NeverReturnedFolded.Contains(folded);
    }

    // Lower case, and every other character a '-'; at most FoldedCharsMax characters of it.
    private static Span<char> Fold(string name, Span<char> buffer)
    {
        var folded = buffer[..Math.Min(name.Length, FoldedCharsMax)];
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = char.IsAsciiLetterOrDigit(name[i]) ? (char)(name[i] | 0x20) : '-';
        }

        return folded;
    }

    private static IReadOnlySet<string> Listed(string? connection)
    {
        if (connection is null or "" || connection.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
        {
            return Nothing;
        }

        return connection
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
