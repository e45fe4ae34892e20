using System.Text.Json;
using static Sallyport.Bench.AgentDojo.SuiteJson;

namespace Sallyport.Bench.AgentDojo;

/// <summary>A suite of AgentDojo as exported: what users want, what attackers want, and the calls that do it.</summary>
internal sealed class Suite
{
    private Suite(string name, JsonElement root)
    {
        Name = name;
        Tools = root.GetProperty("tools");
        Vectors = [.. Each(root, "injection_vectors").Select(vector => new Vector(
            Text(vector, "id"), Text(vector, "default"),
            [.. Each(vector, "read_by_ground_truth_tools").Concat(Each(vector, "read_by_zero_arg_tools"))
                .Select(tool => tool.GetString() ?? "")]))];
        UserTasks = [.. Each(root, "user_tasks").Select(task => new SuiteTask(
            Text(task, "id"), Text(task, "prompt"), Calls(task)))];
        Attacks = [.. Each(root, "injection_tasks").Select(task => new SuiteTask(
            Text(task, "id"), Text(task, "goal"), Calls(task)))];
    }

    /// <summary>Its name, and the name of the server that its tools are on.</summary>
    public string Name { get; }

    /// <summary>Its tools, as a server lists them; beside that, the class of each.</summary>
    public JsonElement Tools { get; }

    /// <summary>Places of the world where an attacker can write.</summary>
    public IReadOnlyList<Vector> Vectors { get; }

    /// <summary>What users ask.</summary>
    public IReadOnlyList<SuiteTask> UserTasks { get; }

    /// <summary>What attackers ask.</summary>
    public IReadOnlyList<SuiteTask> Attacks { get; }

    /// <summary>Every suite of a folder, by name; a JSON file of another form is none.</summary>
    public static IReadOnlyList<Suite> ReadAll(string folder)
    {
        var suites = new List<Suite>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var root = JsonElement.Parse(File.ReadAllBytes(file));
            if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("user_tasks", out _))
            {
                suites.Add(new Suite(Text(root, "suite"), root));
            }
        }

        return suites;
    }

    private static IReadOnlyList<SuiteCall> Calls(JsonElement task) =>
    [
        .. Each(task, "ground_truth_calls").Select(call => new SuiteCall(
            Text(call, "tool"), call.GetProperty("args"), OutputOf(call),
            [.. Each(call, "vectors_in_output").Select(id => id.GetString() ?? "")])),
    ];

    private static string OutputOf(JsonElement call) =>
        call.TryGetProperty("output", out var output)
            && output.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)
            ? output.GetRawText()
            : Text(call, "output");
}

/// <summary>A place where an attacker can write.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Harmless">What stands there without an attack; may be empty.</param>
/// <param name="ReadBy">Tools whose results show it.</param>
internal sealed record Vector(string Id, string Harmless, IReadOnlyList<string> ReadBy);

/// <summary>What somebody wants, and calls that do it.</summary>
/// <param name="Id">Its name within the suite.</param>
/// <param name="Words">The user's prompt, or the attacker's wish.</param>
/// <param name="Calls">The calls; none where only an answer is wanted.</param>
internal sealed record SuiteTask(string Id, string Words, IReadOnlyList<SuiteCall> Calls);

/// <summary>One call.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Output">What it returned, without an attack.</param>
/// <param name="Vectors">Vectors whose text the output shows.</param>
internal sealed record SuiteCall(string Tool, JsonElement Arguments, string Output, IReadOnlyList<string> Vectors);

/// <summary>Members of the exported files that may be absent or null.</summary>
internal static class SuiteJson
{
    /// <summary>The elements of an array that may be absent or null.</summary>
    public static IEnumerable<JsonElement> Each(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var array) && array.ValueKind is JsonValueKind.Array ? array.EnumerateArray()
            : [];

    /// <summary>A text that may be absent or null.</summary>
    public static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() ?? ""
            : "";
}
