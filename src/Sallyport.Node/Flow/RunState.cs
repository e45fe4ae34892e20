using Sallyport.Identity;

namespace Sallyport.Flow;

/// <summary>An open run: whose it is and what it has read so far.</summary>
/// <param name="id">The run.</param>
/// <param name="agent">Its agent.</param>
/// <param name="role">The agent's role when the run began.</param>
public sealed class RunState(RunId id, AgentId agent, RoleName role) : IDisposable
{
    // Swapped whole, so that a reader always sees labels and version of one moment. Written under the sequencer's lock only.
    private volatile RunLabels labels = RunLabels.None;
    private volatile bool ended;

    /// <summary>The run.</summary>
    public RunId Id => id;

    /// <summary>Its agent.</summary>
    public AgentId Agent => agent;

    /// <summary>The agent's role when the run began.</summary>
    public RoleName Role => role;

    /// <summary>What the run carries now.</summary>
    public RunLabels Labels => labels;

    /// <summary>What it has read, as text.</summary>
    public RunTexts Texts { get; } = new();

    /// <summary>What its command is given on standard input.</summary>
    public InputIntake Input => field ??= new InputIntake(Texts);

    /// <summary>Whether the run has ended: nothing is decided for it any more.</summary>
    public bool Ended => ended;

    /// <summary>Held by the interlock from before its labels grow until what they shut is shut, and what they spread to
    /// has them. Only who holds <see cref="Places.Changing"/> takes it.</summary>
    internal SemaphoreSlim Joining { get; } = new(1, 1);

    /// <summary>Makes a larger set visible.</summary>
    /// <exception cref="InvalidOperationException">The set would shrink or the version not grow: a bug, and promise P4 with it.</exception>
    public void Grow(RunLabels grown)
    {
        ArgumentNullException.ThrowIfNull(grown);
        if (!labels.Set.IsSubsetOf(grown.Set) || grown.Version <= labels.Version)
        {
            throw new InvalidOperationException($"Labels of run {id} would go from {labels} to {grown}.");
        }

        labels = grown;
    }

    /// <summary>Ends the run.</summary>
    public void End() => ended = true;

    /// <inheritdoc/>
    public void Dispose() => Joining.Dispose();
}

/// <summary>A label set and the number of joins that made it.</summary>
/// <param name="Set">The labels.</param>
/// <param name="Version">Grows by one with each join; the fence of decisions.</param>
public sealed record RunLabels(LabelSet Set, long Version)
{
    /// <summary>Nothing read yet.</summary>
    public static RunLabels None { get; } = new(LabelSet.Empty, 0);
}
