using System.CommandLine;
using Sallyport.Decisions;
using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy replay</c>: what a perimeter would have answered to what was recorded.</summary>
internal static class PolicyReplayVerb
{
    public static Command Create()
    {
        var since = Places.Filter("since", "Only decisions since then: 90m, 12h, 7d, or a time in UTC.");
        var policies = new Option<string>("--policies")
        {
            Description = "The perimeter folder to decide by.",
            DefaultValueFactory = _ => "perimeter",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "replay", "Decide again what the ledger records. Exit code 0 only if every answer is the same.")
        {
            since, policies, state, json,
        };
        verb.SetAction(parsed => Run(
            parsed.GetValue(state)!, // has a default
            parsed.GetValue(policies)!, // has a default
            parsed.GetValue(since),
            parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string state, string policies, string? since, bool json)
    {
        var tally = Show(state, policies, since, json, "--policies");
        return (int)(tally is { Changed: 0, Unknown: 0 } ? ExitCode.Yes : ExitCode.No);
    }

    /// <summary>What a perimeter folder would have answered otherwise, by agent and policy.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="policies">The perimeter folder.</param>
    /// <param name="since">An age or a time; null for all.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="option">The option that names the folder.</param>
    internal static AnswerTally Show(string state, string policies, string? since, bool json, string option)
    {
        var (snapshot, _) = CheckVerb.Load(policies, option);
        var tally = new AnswerTally();
        var isOther = false;
        foreach (var (id, decided) in RecordedDecisions.Since(state, since))
        {
            isOther |= decided.Snapshot != snapshot.Hash;
            switch (Again(decided, snapshot))
            {
                case Replayed.Same:
                    tally.AddSame();
                    break;
                case Replayed.Unknown unknown:
                    tally.AddUnknown(unknown.Why);
                    break;
                case Replayed.Other other:
                    tally.Add(id, decided, other.Was, other.Now);
                    break;
            }
        }

        tally.Show(json);
        if (json)
        {
            Print.Json(new ReplayView(tally.Same, tally.Changed, tally.Unknown), PolicyJson.Default.ReplayView);
        }
        else
        {
            Print.Line($"{tally.Same} the same, {tally.Changed} changed, {tally.Unknown} not replayable");
        }

        if (isOther)
        {
            Print.Note(LabelsStay);
        }

        return tally;
    }

    /// <summary>What a replay under other rules cannot know.</summary>
    internal const string LabelsStay =
        "note: labels and origins are those that the runs had. What other sources would have brought, and what runs "
        + "would have written to places, is not played again.";

    // Under its own snapshot the very facts decide; under another, what its allow lists say is asked anew.
    private static Replayed Again(LedgerEntry.Decided decided, Snapshot snapshot) => Replay.Again(
        decided, snapshot, decided.Snapshot == snapshot.Hash ? null : facts => Rebase.On(snapshot, facts));
}
