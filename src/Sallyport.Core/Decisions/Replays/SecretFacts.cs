using System.Collections.Frozen;
using System.Collections.Immutable;
using Sallyport.Flow;
using Sallyport.Ledger;

namespace Sallyport.Decisions;

/// <summary>Facts as they are recorded where the run carries <c>secret</c>. What it says it may have read there, in
/// whatever spelling; so all of it that the operator's rule does not spell out is named by a keyed digest.</summary>
public static class SecretFacts
{
    // RFC 9110, 9.1, PATCH (RFC 5789), and of WebDAV (RFC 4918, 3253, 5323): any other is a word that was chosen.
    private static readonly FrozenSet<string> Methods = new[]
    {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH",
        "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The facts as the entry holds them.</summary>
    public static Facts Of(Facts facts, KeyedDigest digest)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(digest);
        if (!facts.Labels.Contains(Label.Secret))
        {
            return facts;
        }

        var told = facts with
        {
            Method = Methods.Contains(facts.Method) ? facts.Method : digest.Within(facts.Method),
            Arguments = [.. facts.Arguments.Select(part => part.IsSpelledOut ? part : Named(part, digest))],
        };
        return facts.Match is RuleMatch.Allowed && IsSpelledOut(facts.Arguments) ? told : told with
        {
            Target = Target(facts, digest),
            Host = Host(facts, digest),
            Path = "",
            Match = facts.Match switch
            {
                RuleMatch.Malformed malformed =>
                    new RuleMatch.Malformed(new Fault(malformed.Fault.Code, digest.Of(malformed.Fault.Detail), "")),
                RuleMatch.RefusedAddress refused => refused with { Address = digest.Of(refused.Address) },
                RuleMatch.Misdirected misdirected => new RuleMatch.Misdirected(digest.Of(misdirected.Inner)),
                var match => match,
            },
        };
    }

    private static ArgumentOrigin Named(ArgumentOrigin part, KeyedDigest digest) => part with
    {
        Shown = part.Shown.Length == 0 ? "" : digest.Of(part.Shown),
        Item = null,
    };

    // A rule that spells out the whole address tells what it is.
    private static bool IsSpelledOut(ImmutableArray<ArgumentOrigin> parts)
    {
        var address = parts.Where(part => !part.Place.StartsWith("/headers", StringComparison.Ordinal)
            && !part.Place.StartsWith(BodyOrigins.Place, StringComparison.Ordinal)).ToList();
        return address.Count > 0 && address.TrueForAll(part => part.IsSpelledOut);
    }

    // What did not parse has no host of which anything is known.
    private static string Target(Facts facts, KeyedDigest digest)
    {
        if (facts.Host.Length == 0)
        {
            return facts.Target.Length == 0 ? "" : digest.Within(facts.Target);
        }

        if (IsNamed(facts))
        {
            return digest.AddressOf(facts.Target);
        }

        var address = digest.AddressOf(facts.Target);
        var at = address.IndexOf(facts.Host, StringComparison.Ordinal);
        return at < 0
            ? digest.Within(facts.Target)
            : $"{address[..at]}{Host(facts, digest)}{address[(at + facts.Host.Length)..]}";
    }

    // A host that no rule names is the agent's word, the last label as much as the first; so is an address.
    private static string Host(Facts facts, KeyedDigest digest) =>
        facts.Host.Length == 0 || IsNamed(facts) ? facts.Host : digest.Within(facts.Host);

    private static bool IsNamed(Facts facts) =>
        facts.Match is RuleMatch.Allowed or RuleMatch.Forbidden or RuleMatch.NearMiss;
}
