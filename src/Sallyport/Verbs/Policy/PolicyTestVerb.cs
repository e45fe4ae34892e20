using System.CommandLine;
using Sallyport.Decisions;
using Sallyport.Perimeter;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy test</c>: the cases beside the policies, decided as the gateways decide.</summary>
internal static class PolicyTestVerb
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = $"Files of cases; every *{CaseFiles.Extension} in the perimeter folder if none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var coverage = new Option<bool>("--coverage") { Description = "Say which rules and policies no case has met." };
        var (perimeter, json) = (Places.Perimeter(), Places.Json());
        var verb = new Command("test", "Run the cases beside the policies. Exit code 0 only if all pass.")
        {
            files, coverage, perimeter, json,
        };
        verb.SetAction(parsed => Run(
            parsed.GetValue(perimeter)!, parsed.GetValue(files) ?? [], // the folder has a default
            parsed.GetValue(coverage), parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string folder, string[] files, bool coverage, bool json)
    {
        var (snapshot, _) = CheckVerb.Load(folder);
        var loaded = CaseFiles.Load(folder, files, snapshot);
        Refuse(folder, loaded);
        foreach (var warning in json ? [] : loaded.Warnings)
        {
            Print.Note(Print.Inert($"{warning} (warning)"));
        }

        var results = loaded.Cases.Select(one => one.Run(snapshot)).ToList();
        foreach (var result in results)
        {
            Show(snapshot, result, json);
        }

        var (passed, failed) = (results.Count(result => result.IsPass), results.Count(result => !result.IsPass));
        var met = coverage ? Coverage.Of(snapshot, results) : null;
        if (json)
        {
            Print.Json(
                new TestsView(passed, failed, met is null ? null : CoverageView.Of(met)), PolicyJson.Default.TestsView);
        }
        else
        {
            if (met is not null)
            {
                CoverageLines.Show(met, "case");
            }

            Print.Line($"{passed} passed, {failed} failed");
        }

        return (int)(failed == 0 ? ExitCode.Yes : ExitCode.No);
    }

    /// <summary>Throws where there is nothing that could be run.</summary>
    internal static void Refuse(string folder, LoadedCases loaded)
    {
        if (!loaded.Mistakes.IsEmpty)
        {
            throw new FaultException(
                new Fault(
                    "policy.cases", "The cases have mistakes, so none was run.",
                    "Mend them: what a case looks like is in docs/reference/policies.md"),
                ExitCode.Configuration,
                [.. loaded.Mistakes.Concat(loaded.Warnings).Select(mistake => mistake.ToString())]);
        }

        if (loaded.Cases.IsEmpty)
        {
            throw new FaultException(
                new Fault(
                    "policy.no-cases",
                    loaded.Files == 0
                        ? $"There is no file *{CaseFiles.Extension} in {folder}."
                        : "The files hold no case.",
                    "Write one: docs/reference/policies.md shows how"),
                ExitCode.Configuration);
        }
    }

    // What passes is told to programs alone: a person reads what failed.
    private static void Show(Snapshot snapshot, CaseResult result, bool json)
    {
        if (json)
        {
            Print.Json(CaseView.Of(snapshot, result), PolicyJson.Default.CaseView);
            return;
        }

        if (result.Difference is not { } difference)
        {
            return;
        }

        var (file, line) = (result.Case.File, result.Case.Position.Line);
        Print.Line(Print.Inert($"{file}:{line}: FAIL {result.Case.Name}".TrimEnd(' ')));
        Print.Line(Print.Inert($"  {difference}"));
        foreach (var said in TrialLines.Of(snapshot, result.Trial, isWhole: false))
        {
            Print.Line(Print.Inert($"  {said}"));
        }
    }
}
