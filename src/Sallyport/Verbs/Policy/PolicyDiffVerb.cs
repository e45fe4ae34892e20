using System.CommandLine;
using Sallyport.Decisions;
using Sallyport.Perimeter;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy diff</c>: which cases another perimeter answers otherwise.</summary>
internal static class PolicyDiffVerb
{
    public static Command Create()
    {
        var before = new Argument<string>("before") { Description = "The perimeter folder as it is." };
        var after = new Argument<string>("after") { Description = "The perimeter folder as it would be; its cases." };
        var replay = new Option<bool>("--replay")
        {
            Description = "Decide what a ledger records under both, instead of the cases.",
        };
        var since = Places.Filter("since", "With --replay: only decisions since then: 90m, 12h, 7d, or a time in UTC.");
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("diff", "Say which cases change between two perimeters. Exit code 0 only if none does.")
        {
            before, after, replay, since, state, json,
        };
        verb.SetAction(parsed =>
        {
            var (old, _) = CheckVerb.Load(parsed.GetValue(before)!, "BEFORE"); // required
            var (next, _) = CheckVerb.Load(parsed.GetValue(after)!, "AFTER"); // required
            var isSame = parsed.GetValue(replay)
                ? RecordedDiff.Show(
                    old, next, parsed.GetValue(state)!, parsed.GetValue(since), parsed.GetValue(json)) // a default
                    is { Changed: 0, Unknown: 0 }
                : Run(parsed.GetValue(after)!, old, next, parsed.GetValue(json)); // required
            return (int)(isSame ? ExitCode.Yes : ExitCode.No);
        });
        return verb;
    }

    private static bool Run(string after, Snapshot old, Snapshot next, bool json)
    {
        var loaded = CaseFiles.Load(after, [], next);
        PolicyTestVerb.Refuse(after, loaded);

        // The same texts, read for the old rules: what these do not know (an agent, a tool) is missing there.
        var known = CaseFiles.Load(after, [], old).Cases.ToDictionary(one => (one.File, one.Position));
        var changed = 0;
        foreach (var one in loaded.Cases)
        {
            var was = known.TryGetValue((one.File, one.Position), out var same) ? Answer(same, old) : "unknown";
            var now = Answer(one, next);
            if (was != now)
            {
                changed++;
                Show(one, was, now, json);
            }
        }

        if (json)
        {
            Print.Json(new DiffView(loaded.Cases.Length, changed), PolicyJson.Default.DiffView);
        }
        else
        {
            Print.Line($"{loaded.Cases.Length} cases, {changed} changed");
        }

        return changed == 0;
    }

    private static string Answer(PolicyCase one, Snapshot snapshot)
    {
        var trial = one.Run(snapshot).Trial;
        return trial.Why is { } why
            ? $"{CaseResult.Word(trial.Verdict)} ({why.Code})"
            : CaseResult.Word(trial.Verdict);
    }

    private static void Show(PolicyCase one, string was, string now, bool json)
    {
        if (json)
        {
            Print.Json(
                new ChangedView(one.File, one.Position.Line, one.Name, was, now), PolicyJson.Default.ChangedView);
            return;
        }

        Print.Line(Print.Inert($"{one.File}:{one.Position.Line}: {one.Name}".TrimEnd(' ', ':')));
        Print.Line(Print.Inert($"  {was} -> {now}"));
    }
}
