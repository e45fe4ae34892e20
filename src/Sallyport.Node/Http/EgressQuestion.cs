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
        ActTrace? trace = null,
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
            PlacePath = duplex || target.IsAuthority ? PlaceMap.Root : PlacePath.Of(target.Path),
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

    /// <summary>The question of an open exchange as another snapshot's rules put it.</summary>
    public static Ask Again(Ask ask, Snapshot snapshot, RunState run, Target target)
    {
        var traits = ask.Duplex ? RequestTraits.Channel
            : ask.Untyped.IsEmpty ? RequestTraits.None
            : RequestTraits.Content;
        var rules = snapshot.Rules<EgressRules>();
        var match = RequestMatch.Of(rules, run.Agent, ask.Method, target, traits, out var rule);
        return ask with
        {
            Match = match,
            Source = snapshot.Rules<Sources>().Of(target.Host).SourceAt(target, ask.Duplex),
            Trace = (ask.Trace as RequestOrigins)?.Under(match, rule),
            Consent = ask.Consent is null ? null : Consent.None, // It was given under other rules (decision 0009).
        };
    }

    /// <summary>The question of an open tunnel as another snapshot's rules put it; a host that is now inspected has no
    /// tunnels.</summary>
    public static Ask TunnelAgain(Ask ask, Snapshot snapshot, RunState run, Target target)
    {
        var match = snapshot.Rules<EgressRules>().MatchConnect(run.Agent, target, out var rule);
        match = match is RuleMatch.Allowed { Rule: var now } && rule is not { Mode: ConnectMode.Tunnel }
            ? new RuleMatch.NearMiss(now)
            : match;
        return ask with
        {
            Match = match,
            Source = snapshot.Rules<Sources>().Of(target.Host).SourceAt(target, ask.Duplex),
            Trace = (ask.Trace as RequestOrigins)?.Under(match, rule),
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
