using System.Collections.Frozen;
using Sallyport.Decisions;
using Sallyport.Identity;

namespace Sallyport.Egress;

/// <summary>What every agent may reach: the Egress room's part of a snapshot.</summary>
public sealed class EgressRules
{
    private static readonly RuleMatch.None NoRule = new();

    private readonly FrozenDictionary<AgentId, RoleRules> agents;

    /// <summary>Rules by agent; agents of one role share theirs.</summary>
    public EgressRules(IEnumerable<KeyValuePair<AgentId, RoleRules>> agents) =>
        this.agents = agents.ToFrozenDictionary();

    /// <summary>The rules of every role that an agent has, each once.</summary>
    public IEnumerable<RoleRules> Roles => agents.Values.Distinct();

    /// <summary>The rules of an agent; none of an agent that is not there.</summary>
    internal RoleRules Of(AgentId agent) => agents.TryGetValue(agent, out var rules) ? rules : RoleRules.None;

    /// <summary>What the rules say of one request: plain, or inside an inspected tunnel.</summary>
    /// <param name="agent">Whose request.</param>
    /// <param name="method">The method as sent.</param>
    /// <param name="target">A target with a path.</param>
    /// <param name="rule">The rule that decided; for a near miss the nearest; null when there is none.</param>
    /// <returns>A target with a <see cref="Target.PathFault"/> is a near miss wherever rules look at paths.</returns>
    public RuleMatch Match(AgentId agent, string method, Target target, out EgressRule? rule)
    {
        if (target.IsAuthority)
        {
            throw new ArgumentException("A CONNECT target is matched by MatchConnect.", nameof(target));
        }

        rule = null;
        return agents.TryGetValue(agent, out var rules) ? rules.Match(method, target, out rule) : NoRule;
    }

    /// <summary>What the rules say of a CONNECT.</summary>
    /// <param name="agent">Whose request.</param>
    /// <param name="target">The target of CONNECT.</param>
    /// <param name="rule">The rule that decided; when allowed, its <see cref="EgressRule.Mode"/> says how to treat the
    /// tunnel.</param>
    /// <returns>Allowed as a read to be inspected, since each request inside is decided again; as an effect to be
    /// relayed.</returns>
    public RuleMatch MatchConnect(AgentId agent, Target target, out EgressRule? rule)
    {
        rule = null;
        return agents.TryGetValue(agent, out var rules) ? rules.MatchConnect(target, out rule) : NoRule;
    }
}
