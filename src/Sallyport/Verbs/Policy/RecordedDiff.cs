using Sallyport.Decisions;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary>What two perimeters answer to what a ledger records: both decide it anew.</summary>
internal static class RecordedDiff
{
    /// <summary>Prints what differs, by agent and policy.</summary>
    /// <param name="old">The perimeter as it is.</param>
    /// <param name="next">As it would be.</param>
    /// <param name="state">The state folder with the ledger.</param>
    /// <param name="since">An age or a time; null for all.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static AnswerTally Show(Snapshot old, Snapshot next, string state, string? since, bool json)
    {
        var tally = new AnswerTally();
        foreach (var (id, decided) in RecordedDecisions.Since(state, since))
        {
            if (!FactsReader.TryRead(decided, out var facts, out var why))
            {
                tally.AddUnknown(why);
                continue;
            }

            var (was, now) = (Answer(old, facts), Answer(next, facts));
            if (was == now)
            {
                tally.AddSame();
            }
            else
            {
                tally.Add(id, decided, was, now);
            }
        }

        tally.Show(json);
        if (json)
        {
            Print.Json(new ReplayView(tally.Same, tally.Changed, tally.Unknown), PolicyJson.Default.ReplayView);
        }
        else
        {
            Print.Line($"{tally.Same} decisions the same, {tally.Changed} changed, {tally.Unknown} not replayable");
        }

        Print.Note(PolicyReplayVerb.LabelsStay);
        return tally;
    }

    private static ReplayedVerdict Answer(Snapshot snapshot, Facts recorded)
    {
        var facts = Rebase.On(snapshot, recorded);
        return ReplayedVerdict.Of(Decider.Decide(snapshot, facts), facts);
    }
}
