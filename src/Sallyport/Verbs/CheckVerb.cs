using System.CommandLine;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport check</c>: every mistake of the configuration at once, with its line and its mend.</summary>
internal static class CheckVerb
{
    public static Command Create()
    {
        var (perimeter, json) = (Places.Perimeter(), Places.Json());
        var verb = new Command("check", "Check the configuration and tell every mistake at once.") { perimeter, json };
        verb.SetAction(parsed =>
        {
            var loaded = PerimeterFolder.Load(parsed.GetValue(perimeter)!); // has a default
            IReadOnlyList<string> notes = loaded.Snapshot is { } snapshot && !HasKey(snapshot) ? [NoKey] : [];
            if (parsed.GetValue(json))
            {
                Print.Json(
                    new CheckView(
                        [.. loaded.Mistakes.Select(MistakeView.Of)], [.. loaded.Warnings.Select(MistakeView.Of)],
                        notes),
                    VerbJson.Default.CheckView);
            }
            else
            {
                foreach (var line in loaded.Lines())
                {
                    Print.Line(Print.Inert(line));
                }

                foreach (var note in notes)
                {
                    Print.Note(note);
                }
            }

            return (int)(loaded.Mistakes.IsEmpty ? ExitCode.Yes : ExitCode.Configuration);
        });
        return verb;
    }

    /// <summary>What is said where nobody can prove to be an operator.</summary>
    internal const string NoKey =
        "note: no operator has a key, so whoever is the node's user, the program of an unconfined run included, can "
        + "change the perimeter (docs/guide/operators.md)";

    /// <summary>Whether any operator can prove who they are.</summary>
    internal static bool HasKey(Snapshot snapshot) =>
        snapshot.Rules<ApprovalRules>().Operators.Values.Any(person => person.KeyPem is not null);

    /// <summary>Loads a configuration that has to be right.</summary>
    public static (Snapshot Snapshot, PerimeterOptions Options) Load(string folder, string option = "--perimeter")
    {
        var loaded = Read(folder, option);
        if (loaded is { Snapshot: { } snapshot, Options: { } options })
        {
            return (snapshot, options);
        }

        throw new FaultException(
            new Fault(
                "perimeter.mistakes", $"The configuration in {folder} has mistakes, so nothing was started.",
                "Mend them, and see with: sallyport check (a first configuration comes from: sallyport init)"),
            ExitCode.Configuration,
            [.. loaded.Lines()]);
    }

    /// <summary>Reads a configuration that has to be there, perhaps with mistakes.</summary>
    public static LoadedPerimeter Read(string folder, string option = "--perimeter")
    {
        var file = Path.Combine(folder, PerimeterFolder.FileName);
        if (!Path.Exists(file))
        {
            // Not a mistake in line 1: there is no line.
            throw new FaultException(
                new Fault(
                    "perimeter.missing", $"There is no configuration {file}.",
                    $"Write a first one with: sallyport init (or say where it is with {option})"),
                ExitCode.Configuration);
        }

        return PerimeterFolder.Load(folder);
    }
}
