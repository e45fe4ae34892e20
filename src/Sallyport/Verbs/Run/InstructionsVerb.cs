using System.CommandLine;
using Sallyport.Console;
using Sallyport.Flow;

namespace Sallyport.Verbs;

/// <summary><c>sallyport instructions</c>: what runs did to the files by which agent programs are told what to
/// do.</summary>
internal static class InstructionsVerb
{
    public static Command Create()
    {
        var limit = Places.Limit("At most so many changes (the newest).", 20);
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("instructions", "Show what runs wrote to instruction files, and how to clear it.")
        {
            limit, state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var changes = await node.GetAsync(
                $"instructions?limit={parsed.GetValue(limit)}", ApiJson.Default.IReadOnlyListInstructionView,
                cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(changes, ApiJson.Default.IReadOnlyListInstructionView);
                return (int)ExitCode.Yes;
            }

            foreach (var change in changes)
            {
                Show(change);
            }

            if (changes.Count == 0)
            {
                Print.Line("No run has changed an instruction file.");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static void Show(InstructionView change)
    {
        var what = change.Program.Length > 0
            ? $"{Print.Inert(change.Program)}: {Print.Inert(change.What)}"
            : "not all of it was looked at";
        Print.Line($"{change.Entry,-9} {Print.Time(change.Time)} {change.Agent} {Verb(change)} "
            + $"{Print.Inert(change.Path)} ({what})  run {change.Run}");
        if (Compare(change) is { } compare)
        {
            Print.Line($"    see it:   {compare}");
        }

        Print.Line(change.Labels.Count == 0
            ? "    labels:   none; later runs may begin with it"
            : $"    labels:   {string.Join(',', change.Labels)}; every run that begins with it gets them");
        if (change.Labels.Count > 0)
        {
            Print.Line(
                $"    harmless: sallyport places clear {InstructionFiles.Place} {Quoted(change.Place)} 'read it'");
        }
    }

    private static string Verb(InstructionView change) => (change.Before, change.After) switch
    {
        ("", _) => "wrote",
        (_, "") => "removed",
        _ => "changed",
    };

    private static string? Compare(InstructionView change) => (change.BeforeFile, change.AfterFile) switch
    {
        ({ } before, { } after) => $"diff {Quoted(before)} {Quoted(after)} | cat -v",
        (null, { } after) when change.Before.Length == 0 => $"cat -v {Quoted(after)}",
        ({ } before, null) when change.After.Length == 0 => $"cat -v {Quoted(before)}",
        _ => null,
    };

    // As a shell takes it for one word.
    private static string Quoted(string text)
    {
        var inert = Print.Inert(text);
        return inert.All(one => char.IsAsciiLetterOrDigit(one) || "/._-+:@%,".Contains(one, StringComparison.Ordinal))
            ? inert
            : $"'{inert.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
