using System.Collections.Immutable;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>Something that an agent could do. Closed.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>A request over HTTP.</summary>
    /// <param name="Method">The method; CONNECT for a target that is an authority.</param>
    /// <param name="Target">What it asks for.</param>
    /// <param name="Traits">What else is known of it.</param>
    public sealed record Http(string Method, Target Target, RequestTraits Traits) : Act;

    /// <summary>A call of a tool.</summary>
    /// <param name="Rule">The reviewed tool.</param>
    /// <param name="Arguments">Its arguments, as JSON text; they are read as any agent's are.</param>
    public sealed record Call(ToolRule Rule, string Arguments) : Act;
}

/// <summary>An act, and what is known of the run that wants it.</summary>
public sealed record Question
{
    /// <summary>When a case says no time: a Thursday at noon, so that its answer is the same on every day.</summary>
    public static readonly DateTimeOffset UsualTime = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Whose run.</summary>
    public required AgentId Agent { get; init; }

    /// <summary>What it wants to do.</summary>
    public required Act Act { get; init; }

    /// <summary>What the run carries.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Whose text the arguments are, by place; see <see cref="OriginWords"/>.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Origins { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>When it asks.</summary>
    public DateTimeOffset Time { get; init; } = UsualTime;
}
