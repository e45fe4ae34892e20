using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;

namespace Sallyport.Decisions;

/// <summary>
/// The two doors. Labels join a run only after every channel that they shut has been shut (promises P4 and P5).
/// </summary>
/// <remarks>
/// The order that makes it hold, with a read (R) and a send (S) racing:
/// (1) the join is an entry, and the larger set becomes visible at its position: a send that is positioned
/// later was decided under the new labels, or its fence is stale and it is decided again;
/// (2) a send that is positioned earlier was registered before it was positioned, so the walk finds it;
/// (3) the walk decides each again and cuts what is no longer allowed;
/// (4) only then does the caller dial, so that nothing that the source chooses is seen before.
/// </remarks>
public sealed partial class Interlock(DecisionPoint decisions, Channels channels, Sequencer sequencer)
{
    /// <summary>
    /// Whether the labels of a channel's own source shut it: a clean run that acts towards an untrusted source.
    /// </summary>
    /// <remarks>
    /// Such an act must be in our hands whole before its join: what the run adds later it may add knowingly.
    /// </remarks>
    public bool ShutsItself(DecidedChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var (snapshot, ask) = channel.Judgement;
        var labels = channel.Run.Labels.Set.Join(decisions.BroughtBy(ask));
        return decisions.Redecide(snapshot, channel.Run, ask, labels) is not null;
    }

    /// <summary>
    /// Gives what a channel's run carries to the place that it writes to, and joins what the channel brings to its
    /// run, before anything is dialled. False when it could not be recorded: then nothing may be dialled.
    /// </summary>
    /// <param name="bringer">
    /// The channel, decided. It is the one that its own join does not cut: what it sends was decided, and was
    /// whole, before (<see cref="ShutsItself"/>).
    /// </param>
    /// <param name="cancellation">Until the join is positioned; after that it is carried through.</param>
    public async ValueTask<bool> JoinAsync(DecidedChannel bringer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bringer);
        bringer.Enter();
        return await LabelPlaceAsync(bringer, cancellation)
            && await JoinAsync(bringer, decisions.BroughtBy(bringer.Ask), cancellation);
    }

    /// <summary>Joins labels that a channel brings.</summary>
    /// <param name="bringer">The channel, decided; it is not cut by its own join.</param>
    /// <param name="labels">What it brings.</param>
    /// <param name="cancellation">Until the join is positioned; after that it is carried through.</param>
    public async ValueTask<bool> JoinAsync(DecidedChannel bringer, LabelSet labels, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bringer);
        ArgumentNullException.ThrowIfNull(labels);
        var run = bringer.Run;
        bringer.Gain(labels);
        if (labels.IsSubsetOf(run.Labels.Set) && run.Joining.CurrentCount > 0)
        {
            return IsWritten(); // Nothing new, and nobody is in the middle of shutting doors for it.
        }

        await decisions.Places.Changing.WaitAsync(cancellation);
        try
        {
            var spread = new Spread();
            spread.Joins.Enqueue((bringer, labels));
            return await SpreadAsync(spread);
        }
        finally
        {
            decisions.Places.Changing.Release();
        }
    }

    /// <summary>Joins labels that a run has from outside of every channel: what its command is given to read.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cause">The entry that says why.</param>
    /// <param name="labels">What it brings.</param>
    /// <returns>False when it could not be recorded: then nothing may be given to it.</returns>
    public async ValueTask<bool> JoinAsync(RunState run, EntryId cause, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(labels);
        await decisions.Places.Changing.WaitAsync(CancellationToken.None);
        try
        {
            var spread = new Spread();
            if (!Grow(run, cause, bringer: null, labels, spread))
            {
                spread.Release();
                return false;
            }

            return await SpreadAsync(spread);
        }
        finally
        {
            decisions.Places.Changing.Release();
        }
    }

    // Labels are visible from their position on, before they are written; a ledger that failed between never writes
    // them.
    private bool IsWritten() => sequencer.Fault is null;

    private bool Grow(DecidedChannel bringer, LabelSet labels, Spread spread) =>
        Grow(bringer.Run, bringer.Decision!.Value, bringer, labels, spread); // Decided, as is asked for.

    private bool Grow(RunState run, EntryId cause, DecidedChannel? bringer, LabelSet labels, Spread spread)
    {
        if (labels.IsSubsetOf(run.Labels.Set))
        {
            return true;
        }

        spread.Hold(run); // Before it is visible: who finds nothing new waits for the end of this.
        var grown = new RunLabels(run.Labels.Set.Join(labels), run.Labels.Version + 1);
        var join = new LedgerEntry.LabelsJoined
        {
            Run = run.Id,
            Agent = run.Agent,
            Decision = cause,
            Labels = grown.Set,
            LabelVersion = grown.Version,
        };

        // 1. Visible exactly at its position: a fence that is asked under the same lock sees either all of it or
        // nothing.
        if (sequencer.Append(join, fence: null, positioned: _ => run.Grow(grown)) is not { IsAccepted: true } accepted)
        {
            return false;
        }

        spread.Last = accepted.Id;
        Interlocked.MemoryBarrier(); // A channel that enters after this sees the larger set.

        // 2. and 3. What was opened before is asked again. Of the bringer, whether its own labels shut it was asked
        // before; but others may have joined in between, and what the run can still add it knows under all of them.
        foreach (var channel in channels.Of(run.Id))
        {
            if (channel is not DecidedChannel { CanSend: true } decided || (decided == bringer && !decided.CanAdd))
            {
                continue;
            }

            var (snapshot, ask) = decided.Judgement;
            if (decisions.Redecide(snapshot, run, ask, grown.Set) is { } code)
            {
                decided.Cut(code, CutDepth.Stream);
                sequencer.Append(new LedgerEntry.ChannelCut
                {
                    Run = run.Id,
                    Agent = run.Agent,
                    Decision = decided.Decision ?? accepted.Id,
                    Target = decided.Ask.Target,
                    Code = code,
                });
            }
            else if (decided.IsEntered)
            {
                spread.Writers.Enqueue(decided);
            }
        }

        return true;
    }
}
