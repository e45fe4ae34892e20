namespace Sallyport.Egress;

/// <summary>The words for a target that is none. The malformed text is shown as an <see cref="Excerpt"/>, queries
/// never.</summary>
internal static class TargetFault
{
    public const string Malformed = "target.malformed";
    public const string PathNotCanonical = "target.path-not-canonical";

    private const string UseOneForm =
        "Send plain HTTP as http://HOST[:PORT]/PATH and anything over TLS through CONNECT HOST:PORT.";

    public static Fault? OfLength(string text) => text.Length <= Target.LengthMax ? null : new(
        Malformed,
        $"The request target has {text.Length} characters; {Target.LengthMax} are read.",
        "Send long arguments in the body.");

    public static Fault Scheme(string text) => new(
        Malformed,
        $"The request target '{Excerpt.Of(BeforeSecrets(text))}' does not begin with http://.",
        UseOneForm);

    public static Fault UserInformation() => new(
        Malformed,
        "The request target holds user information ('@') before the host.",
        "Leave user name and password out of the URL; a credential belongs in a header, or to the gateway.");

    public static Fault Port(ReadOnlySpan<char> authority) => new(
        Malformed,
        $"The request target '{Excerpt.Of(authority)}' has no port of 1 to 65535 in plain digits after its host.",
        UseOneForm);

    public static Fault Host(ReadOnlySpan<char> host, string flaw) => new(
        Malformed,
        $"The host '{Excerpt.Of(host)}' {flaw}.",
        "Write a DNS name, an IPv4 address of four decimal parts, or IPv6 in brackets.");

    public static Fault NotOriginForm() => new(
        Malformed,
        "The request target inside a tunnel does not begin with '/'.",
        "Inside a tunnel send only path and query; the host is the one that CONNECT named.");

    /// <summary>Only visible ASCII may stand in a target (RFC 3986, 2), and a fragment is never sent (RFC 9110,
    /// 7.1).</summary>
    public static Fault? OfCharacters(ReadOnlySpan<char> pathAndQuery)
    {
        var bad = pathAndQuery.IndexOfAnyExceptInRange('!', '~');
        if (bad >= 0)
        {
            return new Fault(
                Malformed,
                $"The request target holds the character U+{(int)pathAndQuery[bad]:X4} at position {bad} of its path.",
                "Percent-encode it as UTF-8.");
        }

        return pathAndQuery.Contains('#')
            ? new Fault(
                Malformed, "The request target holds a fragment ('#').", "Leave the fragment out, or encode it as %23.")
            : null;
    }

    public static Fault? OfPath(PathFlaw flaw) => flaw is PathFlaw.None ? null : new(
        PathNotCanonical,
        $"The path {Words(flaw)}, so servers would not agree on what it names, and no rule can be compared with it.",
        "Send the path in its plain form, or have the rule allow the whole host.");

    public static string Words(PathFlaw flaw) => flaw switch
    {
        PathFlaw.None => "is plain",
        PathFlaw.DotSegment => "climbs ('.' or '..' as a segment, in some spelling)",
        PathFlaw.Backslash => "holds a backslash",
        PathFlaw.EncodedSeparator => "holds an encoded slash or backslash",
        PathFlaw.EmptySegment => "holds two slashes in a row",
        PathFlaw.Parameter => "holds a ';'",
        PathFlaw.BrokenEncoding => "holds a '%' without two hexadecimal digits",
        PathFlaw.EncodedControl => "holds an encoded control character",
        PathFlaw.DoubleEncoding => "is percent-encoded twice",
        PathFlaw.TooDeep => $"has more than {RequestPath.SegmentsMax} segments",
    };

    // Up to the path, and without what stands before an '@'.
    private static ReadOnlySpan<char> BeforeSecrets(ReadOnlySpan<char> text)
    {
        var start = text.IndexOf("://") is var scheme and >= 0 ? scheme + 3 : 0;
        var end = text[start..].IndexOfAny("/?#@");
        return end < 0 ? text : text[..(start + end)];
    }
}
