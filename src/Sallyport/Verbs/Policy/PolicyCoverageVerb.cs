using System.CommandLine;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy coverage</c>: the rules and policies that no recorded decision has met.</summary>
internal static class PolicyCoverageVerb
{
    public static Command Create()
    {
        var since = Places.Filter("since", "Only decisions since then: 90m, 12h, 30d, or a time in UTC.");
        var (perimeter, state, json) = (Places.Perimeter(), Places.State(), Places.Json());
        var verb = new Command("coverage", "Say which rules and policies no recorded decision has met.")
        {
            since, perimeter, state, json,
        };
        verb.SetAction(parsed => Run(
            parsed.GetValue(perimeter)!, // has a default
            parsed.GetValue(state)!, // has a default
            parsed.GetValue(since),
            parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string perimeter, string state, string? since, bool json)
    {
        var (snapshot, _) = CheckVerb.Load(perimeter);
        var coverage = new RecordedCoverage(snapshot);
        foreach (var (_, decided) in RecordedDecisions.Since(state, since))
        {
            coverage.Add(decided);
        }

        var left = coverage.Left();
        if (json)
        {
            Print.Json(
                new RecordedCoverageView(coverage.Decisions, coverage.Unknown, CoverageView.Of(left)),
                PolicyJson.Default.RecordedCoverageView);
        }
        else
        {
            CoverageLines.Show(left, "decision");
            var unknown = coverage.Unknown > 0 ? $"; {coverage.Unknown} more cannot be read" : "";
            Print.Line($"{coverage.Decisions} decisions{unknown}");
        }

        return (int)ExitCode.Yes;
    }
}
