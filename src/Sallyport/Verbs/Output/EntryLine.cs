using System.Globalization;
using System.Text.Json;

namespace Sallyport.Verbs;

/// <summary>A ledger entry as one line for people. Values come from outside and are made inert.</summary>
internal static class EntryLine
{
    // A target that is cut to less than this says too little: it gets a line of its own then.
    private const int TargetMin = 40;
    private const int Indent = 4; // of a wrapped line

    /// <summary>Id, time, kind, what matters of that kind, and the run, as <c>log --run</c> takes it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="columns">Where the line should end: a longer target loses its middle. Null: no bound.</param>
    public static string Of(JsonElement entry, int? columns)
    {
        var id = $"{Text(entry, "epoch")}-{Text(entry, "position")}";
        var time = DateTimeOffset.TryParse(Text(entry, "time"), CultureInfo.InvariantCulture, out var at)
            ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "?";
        var target = Text(entry, "target");
        var run = Text(entry, "run") is { Length: > 0 } given ? $"  run {given}" : "";
        var line = $"{id,-9} {time} {Body(entry, target)}{run}";
        if (columns is not { } most || line.Length <= most || target.Length == 0)
        {
            return line;
        }

        var room = target.Length - line.Length + most;
        if (room < TargetMin)
        {
            var after = line.Length - line.IndexOf(target, StringComparison.Ordinal) - target.Length;
            room = Math.Max(most - Indent - after, Math.Min(TargetMin, most - Indent));
        }

        return $"{id,-9} {time} {Body(entry, Width.CutMiddle(target, room))}{run}";
    }

    /// <summary>Whether anything came back that the run can have read: a status line or a byte.</summary>
    public static bool BroughtSomething(JsonElement observation) =>
        Text(observation, "status") is not "0" || Text(observation, "bytesReceived") is not "0";

    private static string Body(JsonElement entry, string target) => Text(entry, "kind") switch
    {
        "decision" => $"{Text(entry, "verdict"),-5} {Who(entry)} {Text(entry, "method")} {target}{Because(entry)}",
        "observation" => Seen(entry, target),
        "labels" => $"label {Who(entry)} now carries {Labels(entry)} (from {Text(entry, "decision")})",
        "cut" => $"cut   {Who(entry)} {target} ({Text(entry, "code")}){After(entry)}",
        "run-start" => $"run   {Who(entry)} starts {Text(entry, "program")} as {Text(entry, "role")}, "
            + Text(entry, "confinement"),
        "run-end" => $"run   {Who(entry)} ends: {End(Text(entry, "reason"), Text(entry, "exitCode"))}",
        "freeze" => $"{Text(entry, "change")} {Text(entry, "freezeId")} {Text(entry, "scope")} "
            + $"by {Text(entry, "author")}: {Text(entry, "reason")} "
            + $"({Print.Count(Number(entry, "channelsCut"), "channel")} cut)",
        "node-start" => $"node  starts, version {Text(entry, "version")}"
            + (Text(entry, "tornBytesCut") is "0" ? "" : $", cut {Text(entry, "tornBytesCut")} torn bytes"),
        "perimeter" => $"rules {Text(entry, "change")} {Short(entry, "before")} -> {Short(entry, "after")}, "
            + $"{Text(entry, "direction")}, by {Text(entry, "author")}"
            + (Text(entry, "confirmer") is { Length: > 0 } second ? $" and {second}" : "")
            + (Text(entry, "summary") is { Length: > 0 } summary ? $": {summary}" : ""),
        "gap" => $"gap   nothing could be recorded for {Text(entry, "milliseconds")} ms ({Text(entry, "code")}): "
            + $"{Text(entry, "carried")} entries carried over, {Text(entry, "refused")} refused",
        "counts" => $"count {Text(entry, "dials")} dials, {Text(entry, "replies")} replies, {Text(entry, "open")} open",
        "period" => $"log   begins after {Text(entry, "before")} ({Text(entry, "entries")} entries)",
        "node-stop" => $"node  stops: {Text(entry, "reason")}",
        "hold" => $"held  {Who(entry)} {Text(entry, "method")} {target} waits for a person, "
            + $"ticket {Text(entry, "ticket")} ({Text(entry, "policies")})",
        "approval" => $"ticket {Text(entry, "ticket")} of {Who(entry)} {Text(entry, "change")}{Answer(entry)}",
        "place" => $"place {Who(entry)} wrote to {Text(entry, "place")} {Text(entry, "path")} [{Labels(entry)}]",
        "place-clear" => $"place {Text(entry, "place")} {Text(entry, "path")} cleared of {Labels(entry)} "
            + $"by {Text(entry, "author")}: {Text(entry, "reason")}",
        "refused" => $"full  {Text(entry, "refused")} entries of "
            + $"{(Text(entry, "code") is "ledger.reserve" ? "agents" : Who(entry))} refused "
            + $"({Text(entry, "code")}: {Text(entry, "limit")})",
        "unsigned" => $"log   {Text(entry, "entries")} entries from position {Text(entry, "from")} on were found "
            + $"unsigned, {Text(entry, "disbelieved")} of them loosen and are not believed",
        "key" => $"key   {Text(entry, "key")} {Text(entry, "change")} by {Text(entry, "author")}: "
            + Text(entry, "reason"),
        "act-refused" => $"no    {Text(entry, "author")} may not {Text(entry, "act")} {Text(entry, "what")} "
            + $"({Text(entry, "code")})",
        "archive" => $"log   a period ends with {Text(entry, "entries")} entries, archived in {Text(entry, "archive")} "
            + $"by {Text(entry, "author")}: {Text(entry, "reason")} (from {Text(entry, "first")} on on the disk)",
        "wake" => $"run   {Who(entry)} round {Text(entry, "round")} of series {Text(entry, "series")}, "
            + $"every {Text(entry, "everySeconds")} s",
        "input" => $"input {Who(entry)} was given {Text(entry, "untrustedLines")} untrusted lines (by byte "
            + $"{Text(entry, "bytes")})",
        "instruction" => Text(entry, "change") is "found"
            ? $"file  {Who(entry)} begins with {Text(entry, "path")}, which runs under labels have written"
            : $"file  {Who(entry)} {(Text(entry, "after").Length == 0 ? "removed" : "wrote")} {Text(entry, "path")} "
                + $"({Program(entry)})",
        "content" => $"body  {Text(entry, "bodies")} {Text(entry, "change")} ({Text(entry, "reason")})"
            + (Text(entry, "author") is { Length: > 0 } by ? $" by {by}" : ""),
        "content-hold" => $"body  legal hold {Text(entry, "hold")} on {Text(entry, "scope")} {Text(entry, "change")} "
            + $"by {Text(entry, "author")}: {Text(entry, "reason")}",
        "endorsement" => $"words {Text(entry, "digest")[..12]} of {Who(entry)} at {Text(entry, "at")} in "
            + $"{Text(entry, "method")} {target}: {Endorsed(entry)}{Answer(entry)}",
        var other => other,
    };

    private static string Program(JsonElement entry) => Text(entry, "program") is { Length: > 0 } program
        ? $"{program}: {Text(entry, "what")}"
        : "not all of it was looked at";

    private static string Endorsed(JsonElement entry) => Text(entry, "change") switch
    {
        "given" => "endorsed",
        "refused" => "not endorsed",
        var other => other,
    };

    private static string Answer(JsonElement entry)
    {
        var (by, author) = (Text(entry, "operator"), Text(entry, "author"));
        var who = by.Length > 0 && author.Length > 0 && by != author ? $"{by} ({author}, {Text(entry, "factor")})"
            : by.Length > 0 ? by : author;
        return (who.Length > 0 ? $" by {who}" : "")
            + (Text(entry, "reason") is { Length: > 0 } reason ? $": {reason}" : "");
    }

    private static long Number(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    private static string Short(JsonElement entry, string name) =>
        Text(entry, name) is { Length: > 12 } hash ? hash[..12] : Text(entry, name);

    // The source's labels are those of what was read; of nothing there are none.
    private static string Seen(JsonElement entry, string target) => BroughtSomething(entry)
        ? $"seen  {Who(entry)} {Text(entry, "status")} {Text(entry, "bytesReceived")} B {Text(entry, "end")} {target} "
            + $"[{Labels(entry)}]{After(entry)}"
        : $"none  {Who(entry)} {Text(entry, "end")}, nothing was read: {target}{After(entry)}";

    // The decision that it follows from.
    private static string After(JsonElement entry) => $" (of {Text(entry, "decision")})";

    private static string End(string reason, string exit) => (reason, exit) switch
    {
        ("not-started", "127") => "not started: command not found (exit code 127)",
        ("not-started", "126") => "not started: command not executable (exit code 126)",
        (_, "") => reason,
        _ => $"{reason} {exit}",
    };

    private static string Who(JsonElement entry) => Text(entry, "agent") is { Length: > 0 } agent ? agent : "nobody";

    private static string Because(JsonElement entry) => Text(entry, "code") is { Length: > 0 } code
        ? $"  ({code}{(Labels(entry) is { Length: > 0 } labels ? $"; carries {labels}" : "")})"
        : "";

    private static string Labels(JsonElement entry) =>
        entry.TryGetProperty("labels", out var labels) && labels.ValueKind is JsonValueKind.Array
            ? Print.Inert(string.Join(',', labels.EnumerateArray().Select(label => label.GetString())))
            : "";

    private static string Text(JsonElement entry, string name) => !entry.TryGetProperty(name, out var value) ? ""
        : value.ValueKind is JsonValueKind.String ? Print.Inert(value.GetString()!) // a string
        : value.ValueKind is JsonValueKind.Null ? "" : value.GetRawText();
}
