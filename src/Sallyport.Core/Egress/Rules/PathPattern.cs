using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Egress;

/// <summary>Which paths a rule names: <c>*</c> stands for anything within a segment, <c>**</c> as a whole segment for
/// any number
/// of segments, none included: <c>/repos/**</c> names <c>/repos</c> too.</summary>
public sealed class PathPattern : IEquatable<PathPattern>
{
    private const string AnyDepth = "**";

    private readonly string text;

    private PathPattern(string text, ImmutableArray<string> segments)
    {
        this.text = text;
        Segments = segments;
    }

    /// <summary>Every path: a rule with this one does not look at paths at all.</summary>
    public static PathPattern All { get; } = new("/**", [AnyDepth]);

    /// <summary>Whether every path is named.</summary>
    public bool IsAll => Segments is [AnyDepth];

    internal ImmutableArray<string> Segments { get; }

    /// <summary>Parses a path that begins with a slash.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="fault">What is wrong, and the mend.</param>
    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out PathPattern? pattern, [NotNullWhen(false)] out Fault? fault)
    {
        var flaw = Flaw(text, out var normal);
        fault = flaw is null ? null : RuleFault.Path(text, flaw);
        pattern = flaw is null ? new PathPattern(normal, [.. normal[1..].Split('/')]) : null;
        return fault is null;
    }

    /// <summary>Whether the pattern names a normalised path.</summary>
    /// <param name="path">A <see cref="Target.Path"/>.</param>
    /// <param name="ranges">Its segments.</param>
    /// <param name="comparison">How letters are compared.</param>
    internal bool Matches(ReadOnlySpan<char> path, ReadOnlySpan<Range> ranges, StringComparison comparison)
    {
        // Two cursors and one mark: the last '**' is widened by a segment whenever what follows it fails.
        var (at, segment, star, mark) = (0, 0, -1, 0);
        while (at < ranges.Length)
        {
            if (segment < Segments.Length && Segments[segment] == AnyDepth)
            {
                (star, mark) = (segment++, at);
            }
            else if (segment < Segments.Length && SegmentMatches(Segments[segment], path[ranges[at]], comparison))
            {
                (at, segment) = (at + 1, segment + 1);
            }
            else if (star >= 0)
            {
                (segment, at) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        while (segment < Segments.Length && Segments[segment] == AnyDepth)
        {
            segment++;
        }

        return segment == Segments.Length;
    }

    /// <summary>Whether every path that <paramref name="other"/> names is certainly named by this one; false where it
    /// is hard to tell.</summary>
    internal bool Covers(PathPattern other)
    {
        for (var i = 0; i < Segments.Length; i++)
        {
            if (Segments[i] == AnyDepth)
            {
                return i == Segments.Length - 1
                    || Segments.Skip(i).SequenceEqual(other.Segments.Skip(i), StringComparer.Ordinal);
            }

            if (i >= other.Segments.Length
                || other.Segments[i] == AnyDepth
                || !SegmentCovers(Segments[i], other.Segments[i]))
            {
                return false;
            }
        }

        return Segments.Length == other.Segments.Length;
    }

    /// <summary>Whether a segment holds a wildcard.</summary>
    internal static bool IsGlob(string segment) => segment.Contains('*', StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool Equals(PathPattern? other) => other?.text == text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text, in normal form.</summary>
    public override string ToString() => text;

    private static string? Flaw(ReadOnlySpan<char> text, out string normal)
    {
        normal = "";
        if (!text.StartsWith('/'))
        {
            return "does not begin with '/'";
        }

        if (text.ContainsAnyExceptInRange('!', '~') || text.ContainsAny('?', '#'))
        {
            return text.Contains('?')
                ? "holds a query; rules look at the path alone"
                : "holds a character that no path has";
        }

        normal = RequestPath.Normalise(text.ToString(), out var flaw);
        if (flaw is not PathFlaw.None)
        {
            return TargetFault.Words(flaw);
        }

        foreach (var range in normal.AsSpan(1).Split('/'))
        {
            var segment = normal.AsSpan(1)[range];
            if (segment.Length > 2 && segment.Contains(AnyDepth, StringComparison.Ordinal))
            {
                return "holds '**' within a segment";
            }
        }

        return null;
    }

    private static bool SegmentCovers(string mine, string other) =>
        mine == other || mine == "*" || (!IsGlob(other) && SegmentMatches(mine, other, StringComparison.Ordinal));

    private static bool SegmentMatches(ReadOnlySpan<char> glob, ReadOnlySpan<char> segment, StringComparison comparison)
    {
        if (!glob.Contains('*'))
        {
            return segment.Equals(glob, comparison);
        }

        // The text before the first star is a prefix, the text after the last a suffix, and those between stand in
        // order.
        var first = glob.IndexOf('*');
        var last = glob.LastIndexOf('*');
        var head = glob[..first];
        var tail = glob[(last + 1)..];
        if (segment.Length < head.Length + tail.Length
            || !segment.StartsWith(head, comparison)
            || !segment.EndsWith(tail, comparison))
        {
            return false;
        }

        var rest = segment[head.Length..^tail.Length];
        var middle = first == last ? default : glob[(first + 1)..last];
        foreach (var range in middle.Split('*'))
        {
            var part = middle[range];
            var found = rest.IndexOf(part, comparison);
            if (found < 0)
            {
                return false;
            }

            rest = rest[(found + part.Length)..];
        }

        return true;
    }
}
