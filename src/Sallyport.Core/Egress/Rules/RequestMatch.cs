using Sallyport.Decisions;
using Sallyport.Identity;

namespace Sallyport.Egress;

/// <summary>What of a request, beside its method and target, says what kind of act it is.</summary>
[Flags]
public enum RequestTraits
{
    /// <summary>A head and nothing behind it.</summary>
    None = 0,

    /// <summary>It has content, or may have.</summary>
    Content = 1,

    /// <summary>It sends and reads at once (WebSocket).</summary>
    Channel = 2,
}

/// <summary>What the rules say of one whole request: the same for gateways and for trials of policies.</summary>
public static class RequestMatch
{
    /// <summary>Matches a request, plain or inside an inspected tunnel.</summary>
    /// <param name="rules">The rules in force.</param>
    /// <param name="agent">Whose request; null when nobody is there to have rules.</param>
    /// <param name="method">The method as sent.</param>
    /// <param name="target">A target with a path.</param>
    /// <param name="traits">What else is known of it.</param>
    /// <param name="rule">The rule that decided; null when there is none.</param>
    public static RuleMatch Of(
        EgressRules rules, AgentId? agent, string method, Target target, RequestTraits traits, out EgressRule? rule)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(target);
        rule = null;
        if (agent is null)
        {
            return new RuleMatch.None();
        }

        var match = rules.Match(agent, method, target, out rule);
        if (match is RuleMatch.NearMiss && target.PathFault is { } path)
        {
            // Not "not allowed": servers would disagree about what was asked.
            return new RuleMatch.Malformed(path);
        }

        return traits.HasFlag(RequestTraits.Channel) ? AsChannel(match)
            : traits.HasFlag(RequestTraits.Content) ? WithContent(match)
            : match;
    }

    // A WebSocket begins as a GET and then sends as much as it likes: it is an effect, whatever its rule declares.
    private static RuleMatch AsChannel(RuleMatch match) => match is RuleMatch.Allowed allowed
        ? allowed with { Class = ActionClass.Effect, Basis = ClassBasis.Channel }
        : match;

    // A request with content sends something out, whatever its method: only a rule can declare that it reads (a search
    // by POST), a method cannot.
    private static RuleMatch WithContent(RuleMatch match) =>
        match is RuleMatch.Allowed { Class: ActionClass.Read, Basis: ClassBasis.Method } read
            ? read with { Class = ActionClass.Effect, Basis = ClassBasis.Content }
            : match;
}
