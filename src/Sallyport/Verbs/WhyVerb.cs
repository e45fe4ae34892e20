using System.CommandLine;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport why</c>: an action, and what its run had read before it.</summary>
internal static class WhyVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The entry of the action, as the denial or the log names it (1-42)." };
        var limit = Places.Limit("At most so many reads.", 10);
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("why", "Show an action and the reads of its run before it, newest first.") { id, limit, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            if (!EntryId.TryParse(parsed.GetValue(id), out var entry))
            {
                // Here and not only at the node: "" and ".." would be another address.
                throw new FaultException(LedgerApi.NotAnId, ExitCode.Usage);
            }

            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var why = await node.GetAsync($"why/{entry}?limit={parsed.GetValue(limit)}", ApiJson.Default.WhyView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(why, ApiJson.Default.WhyView);
            }
            else
            {
                Show(why);
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static void Show(JsonElement action, string member, string name)
    {
        if (action.TryGetProperty(member, out var value) && value.GetString() is { Length: > 0 } text)
        {
            Print.Line($"  {name}: {Print.Inert(text)}");
        }
    }

    /// <summary>One screen.</summary>
    internal static void Show(WhyView why)
    {
        Print.Line(EntryLine.Of(why.Action, Width.Columns));
        Show(why.Action, "policies", why.Action.GetProperty("verdict").GetString() is "allow"
            ? "policies that a person has lifted" : "policies that did not let it through");
        Show(why.Action, "rule", "rule of the allow list");
        foreach (var step in why.Approval)
        {
            Print.Line($"  {EntryLine.Of(step, Width.Columns - 2)}");
        }

        ShowOrigins(why.Action);
        Print.Line(why.Reads.Count == 0 ? "It was preceded by no read of the same run." : "It was preceded by these reads of the same run, newest first:");
        foreach (var read in why.Reads)
        {
            Print.Line($"  {EntryLine.Of(read, Width.Columns - 2)}");
            Print.Line($"      sha256 {Digest(read)}");
        }

        if (why.More)
        {
            Print.Line("  ... and more: see --limit");
        }
    }

    // Whose words it carries: "stands in", never "caused by".
    private static void ShowOrigins(JsonElement action)
    {
        if (!action.TryGetProperty("facts", out var facts) || !facts.TryGetProperty("arguments", out var arguments))
        {
            return;
        }

        foreach (var argument in arguments.EnumerateArray())
        {
            var at = Text(argument, "at") is { Length: > 0 } place ? place : "the whole address";
            var words = argument.TryGetProperty("origins", out var origins)
                ? string.Join(", ", origins.EnumerateArray().Select(word => word.GetString()))
                : "";
            Print.Line(Print.Inert($"  {at} '{Text(argument, "shown")}': {words}"));
            if (argument.TryGetProperty("evidence", out var evidence))
            {
                foreach (var found in evidence.EnumerateArray())
                {
                    var start = found.GetProperty("start").GetInt64();
                    var end = start + found.GetProperty("length").GetInt32() - 1;
                    Print.Line(Print.Inert(
                        $"      stands in {Text(found, "entry")} {Text(found, "source")}, bytes {start} to {end} "
                        + $"({Text(found, "origin")})"));
                }
            }
        }
    }

    private static string Text(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";

    private static string Digest(JsonElement read) =>
        read.TryGetProperty("digestReceived", out var digest) && digest.GetString() is { Length: > 0 } hex ? hex : "none (content unseen)";
}
