using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Egress;

namespace Sallyport.Perimeter.Cases;

/// <summary>Reads a request as a person writes it: a method and a URL.</summary>
internal static class ActReader
{
    private const string Form = "Write METHOD URL: GET https://api.example.org/v1, or CONNECT api.example.org:443";

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads the two, through the same forms as a request that arrives.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">An absolute URL of http or https; of CONNECT a host and a port.</param>
    /// <param name="traits">What else is known of the request.</param>
    /// <param name="act">The request.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryRead(
        string method,
        string url,
        RequestTraits traits,
        [NotNullWhen(true)] out Act.Http? act,
        [NotNullWhen(false)] out Fault? fault)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(url);
        act = null;
        if (method.Length == 0 || method.AsSpan().ContainsAnyExcept(Token))
        {
            fault = new Fault("usage.value", $"'{Excerpt.Of(method)}' is no method", Form);
            return false;
        }

        if (TryTarget(method, url, out var target, out fault))
        {
            act = new Act.Http(method, target, traits);
        }

        return act is not null;
    }

    private static bool TryTarget(
        string method, string url, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out Fault? fault)
    {
        const string Tls = "https://";
        if (!url.StartsWith(Tls, StringComparison.OrdinalIgnoreCase))
        {
            var isPlain = method != "CONNECT" || url.Contains("://", StringComparison.Ordinal);
            var isTarget = isPlain
                ? Target.TryFromAbsoluteForm(url, out target, out fault)
                : Target.TryFromAuthority(url, out target, out fault);
            if (isPlain && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            {
                fault = new Fault("usage.value", $"'{Excerpt.Of(url)}' is no URL of http or https", Form);
            }

            return isTarget;
        }

        var end = url.AsSpan(Tls.Length).IndexOfAny("/?#") is var at and >= 0 ? Tls.Length + at : url.Length;
        var authority = url[Tls.Length..end];
        var hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        if (!Target.TryFromAuthority(hasPort ? authority : $"{authority}:443", out var tunnel, out fault))
        {
            target = null;
            return false;
        }

        if (method == "CONNECT")
        {
            target = tunnel;
            return true;
        }

        // An empty path is "/" (RFC 9110, 4.2.3).
        var path = url[end..];
        return Target.TryFromTunnel(tunnel, path.StartsWith('/') ? path : $"/{path}", out target, out fault);
    }
}
