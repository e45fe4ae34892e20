using System.Diagnostics.CodeAnalysis;
using Sallyport.Identity;

namespace Sallyport.Freeze;

/// <summary>What a freeze covers. Closed; more scopes join with the rooms that they belong to.</summary>
public abstract record FreezeScope
{
    private const string AgentPrefix = "agent:";
    private const string RunPrefix = "run:";

    private FreezeScope()
    {
    }

    /// <summary>Whether the scope covers this run of this agent.</summary>
    public abstract bool Covers(AgentId agent, RunId run);

    /// <summary>Parses <c>all</c>, <c>agent:NAME</c> or <c>run:ID</c>, the form that <see cref="object.ToString"/> prints.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FreezeScope? scope)
    {
        scope = text switch
        {
            "all" => new All(),
            not null when text.StartsWith(AgentPrefix, StringComparison.Ordinal)
                && AgentId.TryParse(text[AgentPrefix.Length..], out var agent) => new OfAgent(agent),
            not null when text.StartsWith(RunPrefix, StringComparison.Ordinal)
                && RunId.TryParse(text[RunPrefix.Length..], out var run) => new OfRun(run),
            _ => null,
        };
        return scope is not null;
    }

    /// <summary>Everything.</summary>
    public sealed record All : FreezeScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RunId run) => true;

        /// <inheritdoc/>
        public override string ToString() => "all";
    }

    /// <summary>Every run of one agent, those of the future included.</summary>
    /// <param name="Agent">The agent.</param>
    public sealed record OfAgent(AgentId Agent) : FreezeScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RunId run) => agent == Agent;

        /// <inheritdoc/>
        public override string ToString() => AgentPrefix + Agent;
    }

    /// <summary>One run.</summary>
    /// <param name="Run">The run.</param>
    public sealed record OfRun(RunId Run) : FreezeScope
    {
        /// <inheritdoc/>
        public override bool Covers(AgentId agent, RunId run) => run == Run;

        /// <inheritdoc/>
        public override string ToString() => RunPrefix + Run;
    }
}
