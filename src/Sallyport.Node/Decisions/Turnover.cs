using Sallyport.Freeze;
using Sallyport.Ledger;

namespace Sallyport.Decisions;

/// <summary>Puts another snapshot in force while everything is open: what is no longer allowed is cut, and nothing
/// else.</summary>
/// <remarks>
/// The order that makes it hold, with an apply (A) and a request (R) racing:
/// (1) A puts the snapshot in force, then looks at what is open; R registers, is recorded, is marked as open, and then
/// looks at the snapshot. So either A sees R open, or R sees the new snapshot, and is refused with a reason before
/// anything of it goes out;
/// (2) each channel that is open is asked again, as the new rules put the question. What its run carries now counts,
/// but for what its labels alone would have shut already: a response that is still being read, an act that brought its
/// own labels. Those are judged by what the run carried when they were allowed;
/// (3) a run's labels may grow meanwhile: then it is asked again;
/// (4) a source that has more labels than before brings them to whoever is still reading there; who writes
/// elsewhere than before labels that place.
/// </remarks>
public sealed class Turnover(
    SnapshotSource snapshots, DecisionPoint decisions, Interlock interlock, Channels channels, Sequencer sequencer)
{
    /// <summary>Called when another snapshot is in force: what was asked under the old one is asked anew.</summary>
    public Action? Swapped { get; init; }

    /// <summary>Swaps, and decides again what is open.</summary>
    /// <param name="next">The snapshot.</param>
    /// <returns>How many channels were cut. Labels have joined where they could be recorded; where they could not, what
    /// would bring them is cut too.</returns>
    public async Task<int> PutInForceAsync(Snapshot next)
    {
        snapshots.Swap(next);
        Swapped?.Invoke();
        var cut = 0;
        var kept = new List<DecidedChannel>();
        foreach (var channel in channels.All.OfType<DecidedChannel>())
        {
            if (channel.Decision is not { } decision)
            {
                continue; // It looks at the snapshot itself, before anything goes out.
            }

            if (Denied(channel, next) is { } code)
            {
                Cut(channel, decision, code);
                cut++;
            }
            else
            {
                kept.Add(channel);
            }
        }

        foreach (var channel in kept)
        {
            if (!await interlock.JoinAsync(channel, CancellationToken.None))
            {
                Cut(channel, channel.Decision!.Value, "ledger.unavailable"); // Only what has one was kept.
                cut++;
            }
        }

        return cut;
    }

    private string? Denied(DecidedChannel channel, Snapshot next)
    {
        while (true)
        {
            var labels = channel.Run.Labels;
            var (snapshot, ask) = channel.Judgement;
            var again = channel.AskUnder(next);
            var counted = decisions.Redecide(snapshot, channel.Run, ask, labels.Set) is null
                ? labels.Set
                : channel.Carried;
            if (decisions.Redecide(next, channel.Run, again, counted) is { } code)
            {
                return code;
            }

            channel.JudgeBy(next, again);
            Interlocked.MemoryBarrier(); // Who grows the labels after this asks under the new snapshot.
            if (channel.Run.Labels.Version == labels.Version)
            {
                return null;
            }
        }
    }

    private void Cut(DecidedChannel channel, EntryId decision, string code)
    {
        channel.Cut(code, CutDepth.Stream);
        sequencer.Append(new LedgerEntry.ChannelCut
        {
            Run = channel.Run.Id,
            Agent = channel.Run.Agent,
            Decision = decision,
            Target = channel.Ask.Target,
            Code = code,
        });
    }
}
