using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Egress;

/// <summary>How a target is spoken to.</summary>
public enum Scheme
{
    /// <summary>Plain HTTP.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,
}

/// <summary>What a request asks for: the one canonical value that is decided, logged, resolved and dialled (promise
/// P6).</summary>
/// <remarks>Made only by the three forms in which a forward proxy meets a target (RFC 9112, 3.2): absolute-form,
/// authority-form
/// of CONNECT, and origin-form inside an inspected tunnel. Every other spelling is a fault, never a guess.</remarks>
public sealed record Target
{
    /// <summary>Longest target in characters.</summary>
    public const int LengthMax = 8192;

    private readonly string text;

    private Target(Scheme scheme, Host host, int port, string pathAndQuery)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        PathAndQuery = pathAndQuery;
        Path = "";
        if (pathAndQuery.Length > 0)
        {
            var query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
            Path = RequestPath.Normalise(query < 0 ? pathAndQuery : pathAndQuery[..query], out var flaw);
            PathFlaw = flaw;
        }

        var name = scheme is Scheme.Http ? "http://" : "https://";
        text = IsDefaultPort
            ? string.Concat(name, host.Text, pathAndQuery)
            : string.Create(CultureInfo.InvariantCulture, $"{name}{host.Text}:{port}{pathAndQuery}");
    }

    /// <summary>How it is spoken to.</summary>
    public Scheme Scheme { get; }

    /// <summary>Whom to speak to.</summary>
    public Host Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Path and query exactly as sent, and as they are to be forwarded; empty for a CONNECT target.</summary>
    public string PathAndQuery { get; }

    /// <summary>The path as rules see it: equivalent spellings (RFC 3986, 6.2.2) are one; empty for a CONNECT
    /// target.</summary>
    public string Path { get; }

    /// <summary>Where servers would disagree about the path. No rule that looks at paths allows such a
    /// target.</summary>
    public PathFlaw PathFlaw { get; }

    /// <summary>Whether this came from CONNECT: a host and a port, and no path.</summary>
    public bool IsAuthority => PathAndQuery.Length == 0;

    /// <summary>80 for http, 443 for https.</summary>
    public bool IsDefaultPort => Port == (Scheme is Scheme.Http ? 80 : 443);

    /// <summary>Host and port, the port always written: <c>api.example.org:443</c>.</summary>
    public string HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{Host.Text}:{Port}");

    /// <summary>The words for <see cref="PathFlaw"/>; null when the path is read alike everywhere. Answered with
    /// 400.</summary>
    public Fault? PathFault => TargetFault.OfPath(PathFlaw);

    /// <summary>The target of a plain proxied request: <c>http://host[:port]/path</c>. TLS goes through
    /// CONNECT.</summary>
    public static bool TryFromAbsoluteForm(
        string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out Fault? fault)
    {
        const string prefix = "http://";
        target = null;
        if (TargetFault.OfLength(text) is { } tooLong)
        {
            fault = tooLong;
            return false;
        }

        if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            fault = TargetFault.Scheme(text);
            return false;
        }

        var rest = text.AsSpan(prefix.Length);
        var end = rest.IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        if (!Authority.TryParse(authority, defaultPort: 80, out var host, out var port, out fault))
        {
            return false;
        }

        // An empty path is "/" (RFC 9110, 4.2.3).
        var path = end < 0 ? "/" : rest[end] == '/' ? text[(prefix.Length + end)..] : string.Concat("/", rest[end..]);
        fault = TargetFault.OfCharacters(path);
        target = fault is null ? new Target(Scheme.Http, host, port, path) : null;
        return fault is null;
    }

    /// <summary>The target of CONNECT: <c>host:port</c>, the port always written (RFC 9110, 9.3.6).</summary>
    public static bool TryFromAuthority(
        string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out Fault? fault)
    {
        target = null;
        fault = TargetFault.OfLength(text);
        if (fault is null && Authority.TryParse(text, defaultPort: null, out var host, out var port, out fault))
        {
            target = new Target(Scheme.Https, host, port, "");
        }

        return fault is null;
    }

    /// <summary>The target of a request inside an inspected tunnel: the tunnel's host and port, and an origin-form
    /// path.</summary>
    /// <param name="tunnel">What CONNECT named.</param>
    /// <param name="pathAndQuery">The request's target, beginning with a slash.</param>
    /// <param name="target">The target.</param>
    /// <param name="fault">What is wrong with the path.</param>
    public static bool TryFromTunnel(
        Target tunnel,
        string pathAndQuery,
        [NotNullWhen(true)] out Target? target,
        [NotNullWhen(false)] out Fault? fault)
    {
        if (!tunnel.IsAuthority)
        {
            throw new ArgumentException("Only the target of a CONNECT can hold requests.", nameof(tunnel));
        }

        target = null;
        fault = TargetFault.OfLength(pathAndQuery)
            ?? (pathAndQuery.StartsWith('/') ? TargetFault.OfCharacters(pathAndQuery) : TargetFault.NotOriginForm());
        target = fault is null ? new Target(tunnel.Scheme, tunnel.Host, tunnel.Port, pathAndQuery) : null;
        return fault is null;
    }

    /// <summary>The canonical text: <c>https://host/path?query</c>, the default port omitted; for CONNECT without a
    /// path.</summary>
    public override string ToString() => text;
}
