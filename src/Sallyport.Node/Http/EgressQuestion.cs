using System.Collections.Immutable;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Http;

/// <summary>Turns what the gateway met into a question for the decision point.</summary>
internal static class EgressQuestion
{
    private const string Gateway = "http";

    // What policies are told that they cannot read (docs/reference/policies.md).
    private static readonly ImmutableArray<string> Body = ["/body"];
    private static readonly ImmutableArray<string> Channel = ["/channel"];

    /// <summary>A request for a target that parsed.</summary>
    /// <param name="method">The method, as sent.</param>
    /// <param name="target">The target.</param>
    /// <param name="match">What the rules say.</param>
    /// <param name="source">Where the target belongs to.</param>
    /// <param name="duplex">Whether it is a channel.</param>
    /// <param name="content">Whether it may have content.</param>
    /// <param name="trace">Traces what it says.</param>
    /// <param name="length">The declared length of the content; null where none is declared.</param>
    public static Ask For(
        string method,
        Target target,
        RuleMatch match,
        Source source,
        bool duplex = false,
        bool content = false,
        Func<RunState, ImmutableArray<ArgumentOrigin>>? trace = null,
        long? length = null)
    {
        return new Ask
        {
            Gateway = Gateway,
            Method = method,
            Target = target.ToString(),
            Host = target.Host.Text,
            Port = target.Port,
            Path = target.Path,
            Inspected = target.IsAuthority && !duplex,
            Match = match,
            Source = source,
            Duplex = duplex,
            Trace = trace,
            BodyBytesLeast = duplex ? 1 : content ? length ?? 1 : 0,
            Consent = duplex || target.IsAuthority ? null : Consent.None,
            Untyped = duplex ? Channel : content ? Body : [],
        };
    }

    /// <summary>A request that did not parse.</summary>
    public static Ask Malformed(string method, string text, Fault fault) => new()
    {
        Gateway = Gateway,
        Method = Excerpt.Of(method),
        Target = Excerpt.Of(text),
        Host = "",
        Match = new RuleMatch.Malformed(fault),
        Source = Source.Undeclared,
    };
}
