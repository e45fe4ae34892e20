using System.Buffers;

namespace Sallyport.Decisions;

/// <summary>The narrowest allow rule that names one act: its method, its host and port, its path.</summary>
public static class NarrowestRule
{
    // What a rule says literally, and what stays within the quotes that a rule is proposed in: no '*', no '"', no '\'.
    private static readonly SearchValues<char> PlainPath =
        SearchValues.Create("!$%&'()+,-./0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> PlainMethod = SearchValues.Create("-ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The rule; null where no rule can name exactly this.</summary>
    /// <param name="method">The method, as sent.</param>
    /// <param name="target">The canonical target.</param>
    /// <remarks>The agent chose method and path: pasted as a rule, <c>/**</c> would allow it the whole host.</remarks>
    public static string? For(string method, string target)
    {
        ArgumentNullException.ThrowIfNull(method);
        var place = PlaceOf(target);
        var path = place.IndexOf('/', StringComparison.Ordinal);
        return place.Length > 0
            && !method.AsSpan().ContainsAnyExcept(PlainMethod)
            && (path < 0 || !place.AsSpan(path).ContainsAnyExcept(PlainPath))
            ? $"{MethodOf(method)} {place}"
            : null;
    }

    // What a CONNECT will be used for is not known yet: the narrowest useful rule only reads.
    private static string MethodOf(string method) => method == "CONNECT" ? "GET,HEAD" : method;

    // A rule names host and path; scheme, query and the default port are not part of it.
    private static string PlaceOf(string target)
    {
        var authority = target.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0
            ? target[(scheme + 3)..]
            : target;
        return authority.Split('?', 2)[0];
    }
}
