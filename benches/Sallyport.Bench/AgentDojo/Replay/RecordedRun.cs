using System.IO.Compression;
using System.Text.Json;
using static Sallyport.Bench.AgentDojo.SuiteJson;

namespace Sallyport.Bench.AgentDojo;

/// <summary>What a recorded run shows.</summary>
internal enum RecordedKind
{
    /// <summary>No attack, and the user's task done: its calls should be made.</summary>
    Benign,

    /// <summary>The attack succeeded: a call should be stopped.</summary>
    Succeeded,

    /// <summary>The attack was resisted and the task done: its calls should be made.</summary>
    Resisted,
}

/// <summary>Recorded runs of models, replayed. Their results are absent, so figures are anchors, not bars.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Kind">What it shows.</param>
/// <param name="Denied">Calls refused.</param>
/// <param name="Held">Calls that a person is asked about.</param>
internal sealed record RecordedRun(string Suite, RecordedKind Kind, int Denied, int Held)
{
    /// <summary>Replays every run of <c>runs.jsonl.gz</c>; none where it is absent.</summary>
    /// <param name="folder">The folder that holds it.</param>
    /// <param name="suites">The suites with their tools.</param>
    public static IEnumerable<RecordedRun> ReadAll(
        string folder, IReadOnlyDictionary<string, (Suite Suite, ToolSet Tools)> suites)
    {
        var path = Path.Combine(folder, "runs.jsonl.gz");
        if (!File.Exists(path))
        {
            yield break;
        }

        var known = suites.Values.ToDictionary(
            suite => suite.Suite.Name, suite => new KnownResults(suite.Suite), StringComparer.Ordinal);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var run = document.RootElement;
            if (suites.TryGetValue(Text(run, "suite"), out var suite)
                && suite.Suite.UserTasks.FirstOrDefault(task => task.Id == Text(run, "user_task")) is { } task
                && KindOf(run) is { } kind)
            {
                yield return Replay(run, kind, suite, task, known[suite.Suite.Name]);
            }
        }
    }

    // Attacks by denial of service want no call, and are left out.
    private static RecordedKind? KindOf(JsonElement run)
    {
        var isAttacked = Text(run, "injection_task").Length > 0;
        var (useful, secure) = (IsTrue(run, "utility"), IsTrue(run, "security"));
        return Text(run, "attack").EndsWith("dos", StringComparison.Ordinal) ? null
            : !isAttacked ? useful && Text(run, "attack").Length == 0 ? RecordedKind.Benign : null
            : secure ? RecordedKind.Succeeded
            : useful ? RecordedKind.Resisted
            : null;
    }

    private static RecordedRun Replay(
        JsonElement recorded, RecordedKind kind, (Suite Suite, ToolSet Tools) suite, SuiteTask task, KnownResults known)
    {
        var run = new ReplayedRun(suite.Tools, task.Words);
        var attackId = Text(recorded, "injection_task");
        var goal = suite.Suite.Attacks.FirstOrDefault(attack => attack.Id == attackId)?.Words ?? "";
        var (denied, held) = (0, 0);
        foreach (var call in Each(recorded, "calls"))
        {
            var tool = Text(call, "tool");
            var arguments = call.TryGetProperty("args", out var args) ? args : default;
            var answer = run.Ask(tool, arguments);

            // What the tool itself refused as no call of it was lost before us.
            var isLost = answer.IsMalformed && Text(call, "error").Length > 0;
            denied += answer.Verdict is Verdict.Denied && !isLost ? 1 : 0;
            held += answer.Verdict is Verdict.Held ? 1 : 0;
            run.TakeUnseen(tool);
            if (known.Of(tool, arguments) is { } output)
            {
                run.Take(tool, output);
            }

            if (Each(call, "vectors").Any())
            {
                run.Take(tool, goal);
            }
        }

        return new RecordedRun(suite.Suite.Name, kind, denied, held);
    }

    private static bool IsTrue(JsonElement run, string name) =>
        run.TryGetProperty(name, out var flag) && flag.ValueKind is JsonValueKind.True;

    /// <summary>Results that the suite file shows for the same read with the same arguments.</summary>
    private sealed class KnownResults
    {
        private readonly Dictionary<string, string> outputs = new(StringComparer.Ordinal);

        public KnownResults(Suite suite)
        {
            foreach (var call in suite.UserTasks.Concat(suite.Attacks).SelectMany(task => task.Calls))
            {
                outputs.TryAdd(Key(call.Tool, call.Arguments), call.Output);
            }
        }

        public string? Of(string tool, JsonElement arguments) => outputs.GetValueOrDefault(Key(tool, arguments));

        private static string Key(string tool, JsonElement arguments) => $"{tool} {arguments}";
    }
}
