using Sallyport.Decisions.Policies;

namespace Sallyport.Decisions;

/// <summary>The one engine that decides: first what no policy can change, then the policies.</summary>
public static class Decider
{
    /// <summary>Answers one request. Pure: no clock, no I/O, no randomness.</summary>
    /// <remarks>The order is the order of what a person should hear first: who, then frozen, then never, then not
    /// allowed, then too often, then what the policies say.</remarks>
    public static Decision Decide(Snapshot snapshot, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return Decide(snapshot, facts, snapshot.Rules<PolicyRules>());
    }

    /// <summary>The policies whose conditions hold where policies are asked; none where they are not.</summary>
    internal static IEnumerable<PolicyReference> Satisfied(Snapshot snapshot, Facts facts) =>
        facts is { Run: not null, Agent: { } agent, Freeze: null, IsInspected: false, Match: RuleMatch.Allowed allowed }
        && snapshot.Agents.ContainsKey(agent)
        && facts.Budgets.All(budget => budget.Admits)
            ? snapshot.Rules<PolicyRules>().Satisfied(facts, allowed.Class)
            : [];

    /// <summary>The same with other policies: what no policy can change stays.</summary>
    internal static Decision Decide(Snapshot snapshot, Facts facts, PolicyRules policies)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Run is null || facts.Agent is null)
        {
            return new Decision.Deny(facts.Match is RuleMatch.Malformed ? DenyReason.Malformed : DenyReason.NoIdentity);
        }

        if (!snapshot.Agents.ContainsKey(facts.Agent))
        {
            return new Decision.Deny(DenyReason.AgentUnknown);
        }

        if (facts.Freeze is not null)
        {
            return new Decision.Deny(DenyReason.Frozen);
        }

        return facts.Match switch
        {
            RuleMatch.Malformed => new Decision.Deny(DenyReason.Malformed),
            RuleMatch.Misdirected => new Decision.Deny(DenyReason.Misdirected),
            RuleMatch.MethodRefused => new Decision.Deny(DenyReason.MethodRefused),
            RuleMatch.RefusedAddress => new Decision.Deny(DenyReason.RefusedAddress),
            RuleMatch.Forbidden => new Decision.Deny(DenyReason.Forbidden),
            RuleMatch.NearMiss => new Decision.Deny(DenyReason.MethodOrPathNotAllowed),
            RuleMatch.Allowed allowed when facts.IsInspected => new Decision.Allow(allowed.Rule, allowed.Class),
            RuleMatch.Allowed when facts.Budgets.Any(budget => !budget.Admits) =>
                new Decision.Deny(DenyReason.LimitExceeded),
            RuleMatch.Allowed allowed => policies.Decide(facts, allowed.Rule, allowed.Class),
            RuleMatch.None => new Decision.Deny(DenyReason.NotAllowed),
            _ => throw new InvalidOperationException($"No answer for {facts.Match}."), // The type is closed; a new case belongs above.
        };
    }
}
