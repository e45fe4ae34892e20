using System.Diagnostics.CodeAnalysis;
using Sallyport.Identity;

namespace Sallyport.Limits;

/// <summary>Whose acts a limit counts, all of them together. Closed.</summary>
public abstract record LimitScope
{
    private const string AgentPrefix = "agent:";
    private const string RolePrefix = "role:";

    private LimitScope()
    {
    }

    /// <summary>Whether it counts what this agent does.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="role">Its role; null when it is in no configuration any more.</param>
    public abstract bool Covers(AgentId agent, RoleName? role);

    /// <summary>Parses <c>fleet</c>, <c>role:NAME</c> or <c>agent:NAME</c>, the form that
    /// <see cref="object.ToString"/> prints.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LimitScope? scope)
    {
        scope = text switch
        {
            "fleet" => new Fleet(),
            not null when text.StartsWith(RolePrefix, StringComparison.Ordinal)
                && RoleName.TryParse(text[RolePrefix.Length..], out var role) => new OfRole(role),
            not null when text.StartsWith(AgentPrefix, StringComparison.Ordinal)
                && AgentId.TryParse(text[AgentPrefix.Length..], out var agent) => new OfAgent(agent),
            _ => null,
        };
        return scope is not null;
    }

    /// <summary>Every agent.</summary>
    public sealed record Fleet : LimitScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RoleName? role) => true;

        /// <inheritdoc/>
        public override string ToString() => "fleet";
    }

    /// <summary>Every agent of one role.</summary>
    /// <param name="Role">The role.</param>
    public sealed record OfRole(RoleName Role) : LimitScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RoleName? role) => role == Role;

        /// <inheritdoc/>
        public override string ToString() => RolePrefix + Role;
    }

    /// <summary>One agent, in all its runs.</summary>
    /// <param name="Agent">The agent.</param>
    public sealed record OfAgent(AgentId Agent) : LimitScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RoleName? role) => agent == Agent;

        /// <inheritdoc/>
        public override string ToString() => AgentPrefix + Agent;
    }
}
