using System.CommandLine;
using Sallyport.Decisions;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy shadow</c>: what the shadow would have answered, as it was recorded.</summary>
internal static class PolicyShadowVerb
{
    public static Command Create()
    {
        var since = Places.Filter("since", "Only decisions since then: 90m, 12h, 7d, or a time in UTC.");
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "shadow", "Say what the shadow would have changed. Exit code 0 only if it was asked and agreed.")
        {
            since, state, json,
        };
        verb.SetAction(parsed => Run(
            parsed.GetValue(state)!, // has a default
            parsed.GetValue(since),
            parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string state, string? since, bool json)
    {
        var (tally, without, snapshots) = (new AnswerTally(), 0L, new HashSet<string>(StringComparer.Ordinal));
        foreach (var (id, decided) in RecordedDecisions.Since(state, since))
        {
            if (!FactsReader.TryRead(decided, out var facts, out var why))
            {
                tally.AddUnknown(why);
                continue;
            }

            if (FactsReader.ShadowOf(decided) is not { } shadow)
            {
                without++;
                continue;
            }

            snapshots.Add(decided.Snapshot);
            if (shadow == Shadow.Same)
            {
                tally.AddSame();
            }
            else
            {
                tally.Add(id, decided, Replay.Recorded(decided, facts), shadow);
            }
        }

        tally.Show(json);
        if (json)
        {
            Print.Json(
                new ShadowView(tally.Same, tally.Changed, tally.Unknown, without, snapshots.Count),
                PolicyJson.Default.ShadowView);
        }
        else
        {
            var perimeters = snapshots.Count > 1 ? $" (under {snapshots.Count} perimeters)" : "";
            Print.Line(
                $"{tally.Same} the same, {tally.Changed} would change, {tally.Unknown} unknown, "
                + $"{without} without a shadow{perimeters}");
        }

        return (int)(tally is { Changed: 0, Unknown: 0, Same: > 0 } ? ExitCode.Yes : ExitCode.No);
    }
}
