using System.CommandLine;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport why</c>: an action, and what its run had read before it.</summary>
internal static class WhyVerb
{
    private const int PartsMax = 8;

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

    // Whose words it carries: "stands in", never "caused by". What is untrusted comes first; what stands nowhere else
    // and is nobody's is left out.
    private static void ShowOrigins(JsonElement action)
    {
        var parts = action.TryGetProperty("facts", out var facts)
            && facts.TryGetProperty("arguments", out var arguments)
            ? arguments.EnumerateArray().Where(part => IsUntrusted(part) || Evidence(part).Length > 0).ToList()
            : [];
        if (facts.ValueKind is JsonValueKind.Object && facts.TryGetProperty("untyped", out var untyped))
        {
            Print.Line($"  not looked into, so nobody knows whose words they are: "
                + string.Join(", ", untyped.EnumerateArray().Select(part => part.GetString())));
        }

        foreach (var part in parts.OrderByDescending(IsUntrusted).Take(PartsMax))
        {
            var at = Text(part, "at") is { Length: > 0 } place ? $"its {place}" : "its whole address";
            var shown = Text(part, "shown") is { Length: > 0 } value ? $" '{value}'" : "";
            Cut($"  {at}{shown} is {string.Join(", ", Words(part))}");
            foreach (var found in Evidence(part))
            {
                var start = found.GetProperty("start").GetInt64();
                var end = start + found.GetProperty("length").GetInt32() - 1;
                var source = Text(found, "source") is { Length: > 0 } name ? $" from {name}" : "";
                Cut($"      it stands in {Text(found, "entry")}{source}, bytes {start} to {end}");
            }
        }

        if (parts.Count > PartsMax)
        {
            Print.Line($"  ... and {parts.Count - PartsMax} more parts: see --json");
        }
    }

    private static void Cut(string line) =>
        Print.Line(Width.CutMiddle(Print.Inert(line), Width.Columns ?? int.MaxValue));

    private static bool IsUntrusted(JsonElement part) => Words(part).Contains("untrusted", StringComparer.Ordinal);

    private static IEnumerable<string?> Words(JsonElement part) =>
        part.TryGetProperty("origins", out var origins)
            ? origins.EnumerateArray().Select(word => word.GetString())
            : [];

    private static JsonElement[] Evidence(JsonElement part) =>
        part.TryGetProperty("evidence", out var evidence) ? [.. evidence.EnumerateArray()] : [];

    private static string Text(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";

    private static string Digest(JsonElement read) =>
        read.TryGetProperty("digestReceived", out var digest) && digest.GetString() is { Length: > 0 } hex ? hex : "none (content unseen)";
}
