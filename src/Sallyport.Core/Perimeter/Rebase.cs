using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Limits;

namespace Sallyport.Perimeter;

/// <summary>
/// Recorded facts under other rules: what the act was stays, what a perimeter says of it is asked anew.
/// </summary>
public static class Rebase
{
    /// <summary>The facts that a gateway with this snapshot would have gathered for the same act.</summary>
    /// <remarks>
    /// What the run had read stays as it was: labels and origins are its history. Refusals that no rule lifts
    /// (malformed, misdirected, a method, an address that was classed when it was resolved) stay too.
    /// </remarks>
    public static Facts On(Snapshot snapshot, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Call is not null
            || facts.Match is RuleMatch.Malformed or RuleMatch.Misdirected or RuleMatch.MethodRefused
                or RuleMatch.RefusedAddress
            || facts.Agent is not { } agent)
        {
            return facts;
        }

        var isConnect = facts.Method == "CONNECT";
        var text = isConnect ? string.Create(CultureInfo.InvariantCulture, $"{facts.Host}:{facts.Port}") : facts.Target;
        if (!(isConnect
            ? Target.TryFromAuthority(text, out var target, out _)
            : Target.TryFromAbsoluteForm(text, out target, out _)))
        {
            return facts;
        }

        var rules = snapshot.Rules<EgressRules>();
        EgressRule? rule;
        var match = isConnect
            ? rules.MatchConnect(agent, target, out rule)
            : RequestMatch.Of(rules, agent, facts.Method, target, TraitsOf(facts), out rule);
        var isTunnel = isConnect && rule is { Mode: ConnectMode.Tunnel };
        if (match is RuleMatch.Allowed { Class: ActionClass.Read } read && CarriedText.IsCarried(facts.Arguments))
        {
            match = read with { Class = ActionClass.Effect, Basis = ClassBasis.Carried };
        }

        return facts with
        {
            Match = match,
            Budgets = Under(snapshot.Limits, facts.Budgets),
            Source = snapshot.Rules<Sources>().Of(target.Host)
                .SourceAt(target, isConnect ? isTunnel : facts.IsChannel),
            IsInspected = isConnect && !isTunnel,
            IsChannel = isConnect ? isTunnel : facts.IsChannel,
        };
    }

    // What was counted is history; a limit that counts it may have another number or name. One that counts what nobody
    // had counted starts empty, and so says nothing.
    private static ImmutableArray<Budget> Under(LimitRules rules, ImmutableArray<Budget> counted) =>
    [
        .. rules.All
            .Select(rule => counted.FirstOrDefault(budget => budget.Limit.Key == rule.Key) is { } budget
                ? budget with { Limit = rule }
                : null)
            .OfType<Budget>()
            .OrderBy(budget => budget.Id, StringComparer.Ordinal),
    ];

    private static RequestTraits TraitsOf(Facts facts) =>
        facts.IsChannel ? RequestTraits.Channel
        : facts.Untyped.Contains("/body", StringComparer.Ordinal) ? RequestTraits.Content
        : RequestTraits.None;
}
