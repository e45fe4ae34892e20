using System.Globalization;

namespace Sallyport.Flow.Origins;

/// <summary>Cuts a URL into the parts that can each carry text (RFC 3986, appendix B). It judges nothing.</summary>
internal static class UrlParts
{
    /// <summary>The parts, as written: the trace decodes them once.</summary>
    public static IEnumerable<(string Part, string Text)> Of(string url)
    {
        var rest = url.Trim();
        var fragmentAt = rest.IndexOf('#', StringComparison.Ordinal);
        var fragment = fragmentAt < 0 ? "" : rest[(fragmentAt + 1)..];
        rest = fragmentAt < 0 ? rest : rest[..fragmentAt];
        var queryAt = rest.IndexOf('?', StringComparison.Ordinal);
        var query = queryAt < 0 ? "" : rest[(queryAt + 1)..];
        rest = queryAt < 0 ? rest : rest[..queryAt];
        var schemeAt = rest.IndexOf("://", StringComparison.Ordinal);
        var opaqueAt = schemeAt < 0 && !rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            ? rest.IndexOf(':', StringComparison.Ordinal)
            : -1;
        rest = schemeAt < 0 ? rest[(opaqueAt + 1)..] : rest[(schemeAt + 3)..];
        var parts = opaqueAt >= 0 ? [("path/0", rest)] : Hierarchical(rest);
        return [.. parts.Concat(Query(query)).Append(("fragment", fragment)).Where(part => part.Item2.Length > 0)];
    }

    private static IEnumerable<(string Part, string Text)> Hierarchical(string rest)
    {
        var segments = rest.Split('/', '\\');
        var userAt = segments[0].LastIndexOf('@');
        var authority = segments[0][(userAt + 1)..];
        var portAt = authority.LastIndexOf(':');
        var hasPort = portAt > 0 && authority.AsSpan(portAt + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        yield return ("host", hasPort ? authority[..portAt] : authority);
        if (userAt > 0)
        {
            yield return ("user", segments[0][..userAt]);
        }

        for (var number = 1; number < segments.Length; number++)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"path/{number - 1}"), segments[number]);
        }
    }

    private static IEnumerable<(string Part, string Text)> Query(string query)
    {
        var number = 0;
        foreach (var pair in query.Split('&', ';'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var prefix = string.Create(CultureInfo.InvariantCulture, $"query/{number++}");
            yield return ($"{prefix}/name", (equals < 0 ? pair : pair[..equals]).Replace('+', ' '));
            yield return ($"{prefix}/value", equals < 0 ? "" : pair[(equals + 1)..].Replace('+', ' '));
        }
    }
}
