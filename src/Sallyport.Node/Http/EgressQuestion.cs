using System.Collections.Immutable;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Http;

/// <summary>Turns what the gateway met into a question for the decision point.</summary>
internal static class EgressQuestion
{
    private const string Gateway = "http";

    // What policies are told that they cannot read (docs/reference/policies.md).
    private static readonly ImmutableArray<string> Channel = ["/channel"];
    private static readonly ImmutableArray<string> Body = ["/body"];

    /// <summary>A request for a target that parsed.</summary>
    public static Ask For(string method, Target target, RuleMatch match, Source source, bool duplex = false) => new()
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
        Untyped = duplex ? Channel : [],
    };

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

    /// <summary>The same, of a request that may have content.</summary>
    public static Ask WithBody(Ask ask) => ask with { Untyped = Body };

    /// <summary>
    /// A WebSocket begins as a GET and then sends as much as it likes: it is an effect, whatever its rule declares.
    /// </summary>
    public static RuleMatch AsChannel(RuleMatch match) => match is RuleMatch.Allowed allowed
        ? allowed with { Class = ActionClass.Effect, Basis = ClassBasis.Channel }
        : match;

    /// <summary>
    /// A request with content sends something out, whatever its method: only a rule can declare that it reads (a
    /// search by POST), a method cannot.
    /// </summary>
    public static RuleMatch WithContent(RuleMatch match) =>
        match is RuleMatch.Allowed { Class: ActionClass.Read, Basis: ClassBasis.Method } read
            ? read with { Class = ActionClass.Effect, Basis = ClassBasis.Content }
            : match;

    /// <summary>What the rules say when nobody is there to have rules.</summary>
    public static RuleMatch Match(EgressRules rules, AgentId? agent, string method, Target target, out EgressRule? rule)
    {
        rule = null;
        return agent is null ? new RuleMatch.None() : rules.Match(agent, method, target, out rule);
    }
}
