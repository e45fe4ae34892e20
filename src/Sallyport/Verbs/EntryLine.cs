using System.Globalization;
using System.Text.Json;

namespace Sallyport.Verbs;

/// <summary>A ledger entry as one line for people. Values come from outside and are made inert.</summary>
internal static class EntryLine
{
    /// <summary>Id, time, kind and what matters of that kind.</summary>
    public static string Of(JsonElement entry)
    {
        var id = $"{Text(entry, "epoch")}-{Text(entry, "position")}";
        var time = DateTimeOffset.TryParse(Text(entry, "time"), CultureInfo.InvariantCulture, out var at) ? at.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) : "?";
        return $"{id,-9} {time} {Body(entry)}";
    }

    private static string Body(JsonElement entry) => Text(entry, "kind") switch
    {
        "decision" => $"{Text(entry, "verdict"),-5} {Who(entry)} {Text(entry, "method")} {Text(entry, "target")}{Because(entry)}",
        "observation" => $"seen  {Who(entry)} {Text(entry, "status")} {Text(entry, "bytesReceived")} B {Text(entry, "end")} {Text(entry, "target")} [{Labels(entry)}]",
        "labels" => $"label {Who(entry)} now carries {Labels(entry)} (from {Text(entry, "decision")})",
        "cut" => $"cut   {Who(entry)} {Text(entry, "target")} ({Text(entry, "code")})",
        "run-start" => $"run   {Who(entry)} starts {Text(entry, "program")} as {Text(entry, "role")}, {Text(entry, "confinement")}",
        "run-end" => $"run   {Who(entry)} ends: {Text(entry, "reason")} {Text(entry, "exitCode")}",
        "freeze" => $"{Text(entry, "change")} {Text(entry, "freezeId")} {Text(entry, "scope")} by {Text(entry, "author")}: {Text(entry, "reason")} ({Text(entry, "channelsCut")} cut)",
        "node-start" => $"node  starts, version {Text(entry, "version")}{(Text(entry, "tornBytesCut") is "0" ? "" : $", cut {Text(entry, "tornBytesCut")} torn bytes")}",
        "node-stop" => $"node  stops: {Text(entry, "reason")}",
        var other => other,
    };

    private static string Who(JsonElement entry) => Text(entry, "agent") is { Length: > 0 } agent ? agent : "nobody";

    private static string Because(JsonElement entry) => Text(entry, "code") is { Length: > 0 } code
        ? $"  ({code}{(Labels(entry) is { Length: > 0 } labels ? $"; carries {labels}" : "")})"
        : "";

    private static string Labels(JsonElement entry) => entry.TryGetProperty("labels", out var labels) && labels.ValueKind is JsonValueKind.Array
        ? Print.Inert(string.Join(',', labels.EnumerateArray().Select(label => label.GetString())))
        : "";

    private static string Text(JsonElement entry, string name) => !entry.TryGetProperty(name, out var value) ? ""
        : value.ValueKind is JsonValueKind.String ? Print.Inert(value.GetString()!) // a string
        : value.ValueKind is JsonValueKind.Null ? "" : value.GetRawText();
}
