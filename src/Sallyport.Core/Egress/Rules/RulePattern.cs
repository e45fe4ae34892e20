using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Egress;

/// <summary>What a rule names: <c>[METHODS ]host[:port][/path]</c>.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>GET,HEAD api.github.com/repos/**</c>: these methods, this host on its default ports, these paths.</item>
/// <item><c>*.example.org:443</c>: every method and path, every host below <c>example.org</c> and not that host
/// itself.</item>
/// <item><c>10.0.0.0/8:5432</c>: literal addresses; IPv6 in brackets. Never matches a name that resolves there.</item>
/// </list>
/// No methods means every method but CONNECT and TRACE. No path means every path.
/// </remarks>
public sealed class RulePattern : IEquatable<RulePattern>
{
    private readonly string text;

    private RulePattern(ImmutableArray<string> methods, HostPattern host, int? port, PathPattern path)
    {
        (Methods, Host, Port, Path) = (methods, host, port, path);
        var verbs = methods.IsEmpty ? "" : $"{string.Join(',', methods)} ";

        // "10.0.0.5/8" reads back as a network, so a path behind a bare address needs the length of its prefix.
        var bare = port is null && !path.IsAll && host is HostPattern.Network { IsSingle: true, IsV6: false }
            ? "/32"
            : "";
        text = string.Create(
            CultureInfo.InvariantCulture,
            $"{verbs}{host}{bare}{(port is null ? "" : ":")}{port}{(path.IsAll ? "" : path)}");
    }

    /// <summary>The methods; empty for every method.</summary>
    public ImmutableArray<string> Methods { get; }

    /// <summary>The hosts.</summary>
    public HostPattern Host { get; }

    /// <summary>The port; null for the default port of the request's scheme.</summary>
    public int? Port { get; }

    /// <summary>The paths.</summary>
    public PathPattern Path { get; }

    /// <summary>Whether every method and path of the host is named.</summary>
    public bool NamesWholeHost => Methods.IsEmpty && Path.IsAll;

    /// <summary>Parses a rule.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="fault">What is wrong, and the mend.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out RulePattern? pattern, [NotNullWhen(false)] out Fault? fault)
    {
        pattern = null;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var methods = ImmutableArray<string>.Empty;
        if (space >= 0 && !TryParseMethods(text.AsSpan(0, space), out methods, out fault))
        {
            return false;
        }

        var place = text.AsSpan(space + 1);
        if (place.IsEmpty || place.Contains(' '))
        {
            fault = RuleFault.Words(text);
            return false;
        }

        if (place.Contains("://", StringComparison.Ordinal))
        {
            fault = RuleFault.Scheme(text);
            return false;
        }

        var hostEnd = HostEnd(place);
        if (!HostPattern.TryParse(place[..hostEnd], out var host, out fault)
            || !TryParsePort(place[hostEnd..], out var port, out var portEnd, out fault))
        {
            return false;
        }

        var rest = place[(hostEnd + portEnd)..];
        var path = PathPattern.All;
        if (!rest.IsEmpty && !PathPattern.TryParse(rest, out path, out fault))
        {
            return false;
        }

        pattern = new RulePattern(methods, host, port, path);
        return true;
    }

    /// <summary>Whether every request that an allow rule with <paramref name="other"/> names is certainly named by this
    /// pattern too;
    /// false where it is hard to tell.</summary>
    internal bool Covers(RulePattern other, RuleSide side) =>
        (Methods.IsEmpty || (!other.Methods.IsEmpty && other.Methods.All(Methods.Contains)))
        && Host.Covers(other.Host)
        && (Port == other.Port || (side is RuleSide.Deny && Port is null))
        && Path.Covers(other.Path);

    /// <inheritdoc/>
    public bool Equals(RulePattern? other) => other?.text == text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RulePattern);

    /// <inheritdoc/>
    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text; it parses back to an equal pattern.</summary>
    public override string ToString() => text;

    /// <summary>CONNECT is decided by host and port alone; TRACE echoes credentials that the gateway adds.</summary>
    internal static bool IsNeverAllowed(string method) =>
        method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase)
            || method.Equals("TRACE", StringComparison.OrdinalIgnoreCase);

    private static bool TryParseMethods(
        ReadOnlySpan<char> text, out ImmutableArray<string> methods, [NotNullWhen(false)] out Fault? fault)
    {
        var parsed = ImmutableArray.CreateBuilder<string>();
        methods = [];
        foreach (var range in text.Split(','))
        {
            var method = text[range];
            fault = method switch
            {
                "CONNECT" or "TRACE" => RuleFault.NeverMethod(method),
                _ when method.IsEmpty || method.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ-").Length > 0 =>
                    RuleFault.Method(method),
                _ when parsed.Contains(method.ToString()) => RuleFault.MethodTwice(method),
                _ => null,
            };
            if (fault is not null)
            {
                return false;
            }

            parsed.Add(method.ToString());
        }

        methods = parsed.ToImmutable();
        fault = null;
        return true;
    }

    // A slash ends the host, unless it divides an address from the length of its prefix.
    private static int HostEnd(ReadOnlySpan<char> place)
    {
        if (place.StartsWith('['))
        {
            return place.IndexOf(']') + 1 is var end and > 0 ? end : place.Length;
        }

        var stop = place.IndexOfAny(':', '/');
        if (stop < 0 || place[stop] == ':' || !HostAddress.TryParseV4(place[..stop], out _))
        {
            return stop < 0 ? place.Length : stop;
        }

        var tail = place[(stop + 1)..];
        var digits = tail.IndexOfAnyExceptInRange('0', '9') is var end2 and >= 0 ? end2 : tail.Length;
        return digits > 0 && (digits == tail.Length || tail[digits] is ':' or '/') ? stop + 1 + digits : stop;
    }

    private static bool TryParsePort(
        ReadOnlySpan<char> text, out int? port, out int length, [NotNullWhen(false)] out Fault? fault)
    {
        (port, length, fault) = (null, 0, null);
        if (!text.StartsWith(':'))
        {
            return true;
        }

        length = text.IndexOf('/') is var slash and >= 0 ? slash : text.Length;
        if (!Authority.TryParsePort(text[1..length], out var number))
        {
            fault = RuleFault.Port(text[1..length]);
            return false;
        }

        port = number;
        return true;
    }
}
