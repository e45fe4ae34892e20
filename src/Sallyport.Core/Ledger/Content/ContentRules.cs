using System.Collections.Immutable;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>Which bodies of an exchange.</summary>
public enum ContentSides
{
    /// <summary>What agents send.</summary>
    Requests,

    /// <summary>What they get.</summary>
    Responses,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>Which bodies are kept, and for how long. Nothing is unless a rule says so. Immutable.</summary>
public sealed class ContentRules
{
    /// <summary>The longest body that any rule can keep: one that is read back is in memory whole.</summary>
    public const long BodyBytesMost = 64L << 20;

    /// <summary>The longest body that a rule keeps which does not say.</summary>
    public const long BodyBytesUsual = 1L << 20;

    /// <summary>The most that is kept where nothing is said.</summary>
    public const long TotalBytesUsual = 1L << 30;

    private readonly ImmutableArray<ContentRule> rules;

    /// <summary>Makes them of a configuration.</summary>
    /// <param name="totalBytesMax">The most that all kept bodies take on the disk.</param>
    /// <param name="rules">Each on its own: what one of them keeps is kept.</param>
    public ContentRules(long totalBytesMax, IEnumerable<ContentRule> rules) =>
        (TotalBytesMax, this.rules) = (totalBytesMax, [.. rules]);

    /// <summary>Nothing is kept.</summary>
    public static ContentRules None { get; } = new(TotalBytesUsual, []);

    /// <summary>The most that all kept bodies take on the disk, compressed.</summary>
    public long TotalBytesMax { get; }

    /// <summary>Every rule, in the order of the configuration.</summary>
    public ImmutableArray<ContentRule> All => rules;

    /// <summary>The rules that keep a body.</summary>
    /// <param name="agent">Whose exchange.</param>
    /// <param name="role">The agent's role.</param>
    /// <param name="source">Name of the source that it is with.</param>
    /// <param name="side">Requests or responses.</param>
    public ImmutableArray<ContentRule> Of(AgentId agent, RoleName role, string source, ContentSides side) =>
        rules.IsEmpty ? [] : [.. rules.Where(rule => rule.Names(agent, role, source, side))];
}

/// <summary>Bodies that are kept: those that fit all that the rule names.</summary>
/// <param name="Sides">Which of an exchange.</param>
/// <param name="For">For how long.</param>
/// <param name="BytesMax">Longer bodies are not kept.</param>
public sealed record ContentRule(ContentSides Sides, RetentionTime For, long BytesMax)
{
    /// <summary>Only of this source; null for any.</summary>
    public string? Source { get; init; }

    /// <summary>Only of this agent; null for any.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>Only of agents of this role; null for any.</summary>
    public RoleName? Role { get; init; }

    /// <summary>Whether it names a body.</summary>
    internal bool Names(AgentId agent, RoleName role, string source, ContentSides side) =>
        (Sides == ContentSides.Both || Sides == side)
        && (Source is null || Source == source) && (Agent is null || Agent == agent) && (Role is null || Role == role);
}
