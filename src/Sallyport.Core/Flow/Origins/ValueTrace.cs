namespace Sallyport.Flow.Origins;

/// <summary>What a value looks like; packs use it to tell destinations from content.</summary>
public enum ValueShape
{
    /// <summary>Words.</summary>
    Text,

    /// <summary>Nothing but white space: nobody's text.</summary>
    Empty,

    /// <summary>A number, with or without separators, sign or currency.</summary>
    Number,

    /// <summary>A calendar date, with or without a time of day.</summary>
    Date,

    /// <summary>A mail address.</summary>
    Mail,

    /// <summary>A URL with its scheme, or beginning with <c>www.</c></summary>
    Url,

    /// <summary>A host name with a dot.</summary>
    Host,

    /// <summary>A file path or file name.</summary>
    Path,

    /// <summary>An IBAN, card, account or phone number.</summary>
    Account,

    /// <summary>One word of letters with digits: an id, a hash, a token.</summary>
    Identifier,
}

/// <summary>Which bound a trace ran into; the value then counts as untrusted.</summary>
public enum TraceBound
{
    /// <summary>None.</summary>
    None,

    /// <summary>It took too many steps.</summary>
    Work,

    /// <summary>The value is too long.</summary>
    ValueBytes,

    /// <summary>The argument has too many leaves.</summary>
    Leaves,

    /// <summary>The argument is too deep.</summary>
    Depth,

    /// <summary>The argument is not JSON.</summary>
    Unparsable,
}

/// <summary>Where one value's text comes from.</summary>
public sealed record ValueTrace
{
    /// <summary>What it looks like.</summary>
    public required ValueShape Shape { get; init; }

    /// <summary>Where it stands as a whole, in one of its forms.</summary>
    public required TextOrigins Whole { get; init; }

    /// <summary>Where runs of words or values in it stand, and whether it is composed.</summary>
    public required TextOrigins Shared { get; init; }

    /// <summary>What that amounts to, in what the run has read.</summary>
    public required Standing Standing { get; init; }

    /// <summary>A few pieces of evidence, the untrusted ones first.</summary>
    public required IReadOnlyList<TextSpan> Spans { get; init; }

    /// <summary>The bound that it ran into.</summary>
    public TraceBound Bound { get; init; }

    /// <summary>Everywhere that text of it stands; empty is nowhere.</summary>
    public TextOrigins Origins => Whole | Shared;

    internal static ValueTrace Over(TraceBound bound) => new()
    {
        Shape = ValueShape.Text,
        Whole = TextOrigins.None,
        Shared = TextOrigins.None,
        Standing = Standing.Untrusted,
        Spans = [],
        Bound = bound,
    };
}

/// <summary>One leaf of an argument, or one part of a URL in it.</summary>
/// <param name="Leaf">JSON pointer of the leaf (RFC 6901).</param>
/// <param name="Part">
/// Empty for the leaf itself; of a URL <c>host</c>, <c>user</c>, <c>path/0</c>, <c>query/0/name</c>,
/// <c>query/0/value</c>, <c>fragment</c>.
/// </param>
/// <param name="Value">The text or number, as the call writes it; empty where a bound was met before it was
/// read.</param>
/// <param name="Trace">Its origins.</param>
public sealed record TracedArgument(string Leaf, string Part, string Value, ValueTrace Trace);
