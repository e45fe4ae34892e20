using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Decisions;

namespace Sallyport.Egress;

/// <summary>
/// Which parts of an address an allow rule spells out: the operator's own words, whoever else says them.
/// </summary>
public static class RuleWords
{
    /// <summary>The parts of a request's address, with what its rule spells out as <c>brief</c>.</summary>
    /// <remarks>
    /// Host and path segments up to the first wildcard; the whole address where nothing else is left.
    /// </remarks>
    /// <param name="parts">Each part as <see cref="ArgumentOrigins"/> traced it.</param>
    /// <param name="rule">The rule that allows the request.</param>
    /// <param name="target">The request's target.</param>
    public static ImmutableArray<ArgumentOrigin> Vouch(
        ImmutableArray<ArgumentOrigin> parts, EgressRule rule, Target target)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(target);
        var segments = Segments(rule, target);
        var isHostSaid = rule.Pattern.Host is HostPattern.Exact;
        var isAllSaid = isHostSaid && rule.Pattern.Path.Segments.Length == segments
            && target.PathAndQuery == target.Path;
        var vouched = ImmutableArray.CreateBuilder<ArgumentOrigin>(parts.Length);
        foreach (var part in parts)
        {
            var isSaid = part.Place switch
            {
                "" => isAllSaid,
                "/host" => isHostSaid,
                _ => IsSaid(part.Place, segments),
            };
            vouched.Add(isSaid
                ? part with { Words = Brief, Evidence = [], IsUnread = false, IsSpelledOut = true }
                : part);
        }

        return vouched.MoveToImmutable();
    }

    private static ImmutableArray<string> Brief { get; } = [OriginWords.Brief];

    // How many segments at the start are spelled out. A path that is not in normal form spells nothing.
    private static int Segments(EgressRule rule, Target target)
    {
        var pattern = rule.Pattern.Path.Segments;
        var path = target.Path;
        if (rule.Pattern.Path.IsAll || !IsNormal(target))
        {
            return 0;
        }

        var (count, at) = (0, 1);
        while (count < pattern.Length && at <= path.Length)
        {
            var end = path.AsSpan(at).IndexOf('/') is >= 0 and var slash ? at + slash : path.Length;
            if (!path.AsSpan(at, end - at).SequenceEqual(pattern[count]))
            {
                break;
            }

            (count, at) = (count + 1, end + 1);
        }

        return count;
    }

    private static bool IsNormal(Target target) =>
        target.Path.Length > 0 && target.PathAndQuery.StartsWith(target.Path, StringComparison.Ordinal)
        && (target.PathAndQuery.Length == target.Path.Length || target.PathAndQuery[target.Path.Length] == '?');

    private static bool IsSaid(string place, int segments) =>
        place.StartsWith("/path/", StringComparison.Ordinal)
        && int.TryParse(place.AsSpan("/path/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < segments;
}
