using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Decisions.Policies;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>One immutable state of all rules. It serves a request from start to end; a change is a new snapshot.</summary>
/// <remarks>Each room compiles its own rules into a record of its own and takes it out by type, so that a gateway gets the
/// snapshot and its rules in one atomic read and no room needs to know another's.</remarks>
public sealed class Snapshot
{
    private readonly FrozenDictionary<Type, object> rules;

    /// <summary>Composes a snapshot.</summary>
    /// <param name="hash">SHA-256 over all that it was compiled from, lower-case hex.</param>
    /// <param name="agents">Every agent that exists.</param>
    /// <param name="rules">One immutable record per room.</param>
    public Snapshot(string hash, IEnumerable<Agent> agents, params IEnumerable<object> rules)
    {
        Hash = hash;
        Agents = agents.ToFrozenDictionary(agent => agent.Id);
        this.rules = rules.ToFrozenDictionary(rule => rule.GetType());
        Limits = this.rules.GetValueOrDefault(typeof(LimitRules)) as LimitRules ?? LimitRules.None;
        Storage = this.rules.GetValueOrDefault(typeof(StorageRules)) as StorageRules ?? StorageRules.Usual;
        Content = this.rules.GetValueOrDefault(typeof(ContentRules)) as ContentRules ?? ContentRules.None;
        Shadow = this.rules.GetValueOrDefault(typeof(ShadowRules)) as ShadowRules;
    }

    /// <summary>SHA-256 over all that it was compiled from, lower-case hex: what the ledger names the snapshot by.</summary>
    public string Hash { get; }

    /// <summary>Every agent that exists, by its id.</summary>
    public FrozenDictionary<AgentId, Agent> Agents { get; }

    /// <summary>Every limit; none where the snapshot was composed without.</summary>
    public LimitRules Limits { get; }

    /// <summary>How much of the ledger agents may fill.</summary>
    public StorageRules Storage { get; }

    /// <summary>Which bodies are kept; none where nothing is said.</summary>
    public ContentRules Content { get; }

    /// <summary>Policies that are asked beside those in force and never obeyed; null for none.</summary>
    public ShadowRules? Shadow { get; }

    /// <summary>The rules of one room.</summary>
    /// <exception cref="KeyNotFoundException">The snapshot was composed without that room: a bug in the composition root.</exception>
    public T Rules<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.None)] T>()
        where T : class => (T)rules[typeof(T)];
}

/// <summary>An agent as the snapshot knows it.</summary>
/// <param name="Spiffe">Its one name, as it is told outside.</param>
/// <param name="Role">Its one role.</param>
/// <param name="Owner">The person who answers for it.</param>
public sealed record Agent(SpiffeId Spiffe, RoleName Role, string Owner)
{
    /// <summary>Its name within this perimeter.</summary>
    public AgentId Id => Spiffe.Agent;
}
