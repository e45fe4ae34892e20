using System.Text.Json;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>What <c>why</c> shows, on one screen: the action, why it was answered so, whose words it carries, the reads
/// that they stand in, and of the other reads the last few and how to see the rest.</summary>
internal static class WhyLines
{
    /// <summary>Reads that are shown where nobody says how many.</summary>
    public const int ReadsUsual = 5;

    // Beside evidence the other reads are context.
    private const int ReadsBesideEvidence = 3;
    private const int EvidenceMax = 3;
    private const int PartsMax = 4;

    // Of the lines of a denial, and the sign that follows a target in it.
    private const int WrappedIndent = 8;

    /// <summary>Shows it.</summary>
    /// <param name="why">The answer.</param>
    /// <param name="asMany">Whether as many reads were asked for: then all of them are shown.</param>
    public static void Show(WhyView why, bool asMany)
    {
        Print.Line(EntryLine.Of(why.Action, Width.Columns));
        if (why.Denial is { } denial)
        {
            Print.Line($"  why: {WithoutMiddle(Print.Inert(denial.Detail), Print.Inert(Text(why.Action, "target")))}");
            Print.Line($"  mend: {Print.Inert(denial.Mend)}");
        }

        Show(why.Action, "policies", Text(why.Action, "verdict") is "allow"
            ? "policies that a person has lifted" : "policies that did not let it through");
        Show(why.Action, "rule", "rule of the allow list");
        foreach (var step in why.Approval)
        {
            Entry(step);
        }

        if (why.Outcome is { } outcome)
        {
            Entry(outcome);
            ShowBodies(outcome, why.Bodies);
        }

        ShowOrigins(why.Action, why.IsRunOpen);
        ShowEvidence(why);
        ShowReads(why, asMany);
    }

    // The first line has the target at its longest.
    private static string WithoutMiddle(string detail, string target) =>
        Width.Columns is not { } columns || target.Length == 0 ? detail
            : detail.Replace(
                target, Width.CutMiddle(target, columns - WrappedIndent), StringComparison.Ordinal);

    private static void Entry(JsonElement entry) => Print.Line($"  {EntryLine.Of(entry, Width.Columns - 2)}");

    private static void Show(JsonElement action, string member, string name)
    {
        if (Text(action, member) is { Length: > 0 } text)
        {
            Print.Line($"  {name}: {Print.Inert(text)}");
        }
    }

    private static void ShowEvidence(WhyView why)
    {
        if (why.Evidence.Count == 0)
        {
            return;
        }

        Print.Line(why.Evidence.Count == 1 ? "Its text stands in this read:" : "Its text stands in these reads:");
        foreach (var read in why.Evidence.Take(EvidenceMax))
        {
            Read(read, why.Bodies);
        }

        if (why.Evidence.Count > EvidenceMax)
        {
            Print.Line($"  ... and in {why.Evidence.Count - EvidenceMax} more: see --json");
        }
    }

    private static void ShowReads(WhyView why, bool asMany)
    {
        if (why.IndexedFrom is { } first)
        {
            Print.Line($"The run began before the index does ({first}): for older reads add --from-log.");
        }

        if (why.ReadsInAll == 0)
        {
            Print.Line("It was preceded by no read of the same run.");
            return;
        }

        var shown = why.Reads
            .ExceptBy(why.Evidence.Select(Name), Name, StringComparer.Ordinal)
            .Take(asMany || why.Evidence.Count == 0 ? why.Reads.Count : ReadsBesideEvidence)
            .ToList();
        Print.Line($"It was preceded by {Print.Count(why.ReadsInAll, "read")} of the same run"
            + (shown.Count > 0 ? $"; {(why.Evidence.Count > 0 ? "others" : "they are")}, newest first:" : "."));
        foreach (var read in shown)
        {
            Read(read, why.Bodies);
        }

        if (shown.Count < why.ReadsInAll - why.Evidence.Count)
        {
            var (run, id) = (Text(why.Action, "run"), Name(why.Action));
            Print.Line($"  ... and more: sallyport why {id} --limit {Math.Min(why.ReadsInAll, 1_000)}");
            Print.Line($"      or: sallyport log --run {run} --kind observation --before {id}");
        }
    }

    private static void Read(JsonElement read, IReadOnlyList<ContentView> bodies)
    {
        Entry(read);
        Print.Line($"      sha256 {Digest(read)}");
        ShowBodies(read, bodies);
    }

    private static void ShowBodies(JsonElement observation, IReadOnlyList<ContentView> bodies)
    {
        foreach (var (member, name) in ((string, string)[])[("digestSent", "request"), ("digestReceived", "response")])
        {
            if (bodies.FirstOrDefault(body => body.Digest == Text(observation, member)) is { } body)
            {
                Print.Line($"      {name} {ContentWords.Of(body)}");
                if (body.State == "kept")
                {
                    Print.Line($"      sallyport content show --body {body.Digest}");
                }
            }
        }
    }

    // Whose words it carries: "stands in", never "caused by". What is untrusted comes first; what stands nowhere else
    // and is nobody's is left out.
    private static void ShowOrigins(JsonElement action, bool isRunOpen)
    {
        var parts = action.TryGetProperty("facts", out var facts)
            && facts.TryGetProperty("arguments", out var arguments)
            ? arguments.EnumerateArray().Where(part => IsUntrusted(part) || Evidence(part).Length > 0).ToList()
            : [];
        if (facts.ValueKind is JsonValueKind.Object && facts.TryGetProperty("untyped", out var untyped)
            && untyped.EnumerateArray().Select(part => part.GetString()).Where(part => !IsTraced(facts, part)).ToList()
                is { Count: > 0 } unread)
        {
            Print.Line(Print.Inert(
                $"  not looked into, so nobody knows whose words they are: {string.Join(", ", unread)}"));
        }

        foreach (var part in parts.OrderByDescending(IsUntrusted).Take(PartsMax))
        {
            ShowPart(part, isRunOpen ? Text(action, "run") : null);
        }

        if (parts.Count > PartsMax)
        {
            Print.Line($"  ... and {Print.Count(parts.Count - PartsMax, "more part")}: see --json");
        }
    }

    // Policies cannot look into a body, and yet its values may have been traced.
    private static bool IsTraced(JsonElement facts, string? unread) =>
        unread == BodyOrigins.Place && facts.TryGetProperty("arguments", out var arguments)
        && arguments.EnumerateArray().Any(part =>
            Text(part, "at") is var at && (at == unread || at.StartsWith($"{unread}/", StringComparison.Ordinal)));

    // Of a run that has ended nothing can be endorsed.
    private static void ShowPart(JsonElement part, string? run)
    {
        var at = Text(part, "at") is { Length: > 0 } place ? $"its {place}" : "its whole address";
        var shown = Text(part, "shown") is { Length: > 0 } value ? $" '{value}'" : "";
        var endorsed = Text(part, "endorsed").Length > 0 ? ", since a person has endorsed it for this act" : "";
        Cut($"  {at}{shown} is {string.Join(", ", Words(part))}{endorsed}");
        var places = Evidence(part);
        if (places.Length == 0)
        {
            return;
        }

        var start = places[0].GetProperty("start").GetInt64();
        var end = start + places[0].GetProperty("length").GetInt32() - 1;
        var entry = Text(places[0], "entry");
        var where = EntryId.TryParse(entry, out _) ? entry : entry.Length > 0 ? $"the {entry}" : "the brief";
        var source = Text(places[0], "source") is { Length: > 0 } name ? $" from {name}" : "";
        Cut($"      it stands in {where}{source}, bytes {start} to {end}"
            + (places.Length > 1 ? $", and in {Print.Count(places.Length - 1, "more place")}" : ""));
        if (run is not null && Text(part, "item") is { Length: > 0 } item)
        {
            Print.Line($"      if it is meant: sallyport endorse {item} --for {run}");
        }
    }

    private static string Name(JsonElement entry) =>
        $"{entry.GetProperty("epoch").GetInt64()}-{entry.GetProperty("position").GetInt64()}";

    private static void Cut(string line) =>
        Print.Line(Width.CutMiddle(Print.Inert(line), Width.Columns ?? int.MaxValue));

    private static bool IsUntrusted(JsonElement part) => Words(part).Contains("untrusted", StringComparer.Ordinal);

    private static IEnumerable<string?> Words(JsonElement part) =>
        part.TryGetProperty("origins", out var origins)
            ? origins.EnumerateArray().Select(word => word.GetString())
            : [];

    private static JsonElement[] Evidence(JsonElement part) =>
        part.TryGetProperty("evidence", out var evidence)
            ? [
                // As approvals order it: what the run said itself and read again comes after where it had it from.
                .. evidence.EnumerateArray().OrderByDescending(found => Text(found, "origin") == "untrusted")
                    .ThenBy(found => EntryId.TryParse(Text(found, "entry"), out var id) ? id : default),
            ]
            : [];

    private static string Text(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()! : ""; // a string

    private static string Digest(JsonElement read) =>
        Text(read, "digestReceived") is { Length: > 0 } hex ? hex : "none (content unseen)";
}
