using System.Collections.Frozen;
using System.Collections.Immutable;
using Sallyport.Identity;

namespace Sallyport.Limits;

/// <summary>Every limit of a configuration. Immutable.</summary>
public sealed class LimitRules
{
    /// <summary>The most limits of one configuration: each takes memory, and each that covers an agent takes
    /// time.</summary>
    public const int CountMax = 256;

    private readonly FrozenDictionary<AgentId, ImmutableArray<LimitRule>> covering;
    private readonly ImmutableArray<LimitRule> coveringOthers;

    /// <summary>Makes them of a configuration's limits and agents.</summary>
    public LimitRules(IEnumerable<LimitRule> limits, IEnumerable<KeyValuePair<AgentId, RoleName>> agents)
    {
        ArgumentNullException.ThrowIfNull(agents);
        All = [.. limits.OrderBy(limit => limit.Id, StringComparer.Ordinal)];
        covering = agents.ToFrozenDictionary(agent => agent.Key, agent => Of(agent.Key, agent.Value));
        coveringOthers = [.. All.Where(limit => limit.Scope is LimitScope.Fleet)];
    }

    /// <summary>No limit.</summary>
    public static LimitRules None { get; } = new([], []);

    /// <summary>Every limit, by id in ordinal order.</summary>
    public ImmutableArray<LimitRule> All { get; }

    /// <summary>The limits that count what this agent does, by id in ordinal order; of an agent that is not configured,
    /// those of the fleet.</summary>
    public ImmutableArray<LimitRule> Covering(AgentId agent) => covering.GetValueOrDefault(agent, coveringOthers);

    private ImmutableArray<LimitRule> Of(AgentId agent, RoleName role) =>
        [.. All.Where(limit => limit.Scope.Covers(agent, role))];
}
