using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Bench.Reports;
using Sallyport.Cedar.Authorization;

namespace Sallyport.Bench.Policy;

/// <summary>What one arm did in one round.</summary>
/// <param name="DecisionsPerSecond">Decisions per second of wall time.</param>
/// <param name="CpuNanoseconds">CPU time of the whole process for a decision: nothing that ran beside it is in it.</param>
/// <param name="MedianNanoseconds">p50 of a decision.</param>
/// <param name="TailNanoseconds">p99 of a decision.</param>
/// <param name="AllocatedBytes">Managed bytes allocated for a decision; null where the arm cannot say.</param>
internal sealed record DecisionResult(
    double DecisionsPerSecond, double CpuNanoseconds, double MedianNanoseconds, double TailNanoseconds, double? AllocatedBytes);

/// <summary>One way to a decision.</summary>
internal interface IPolicyArm
{
    /// <summary>As it stands in the table.</summary>
    string Name { get; }

    /// <summary>Decides the requests of a scenario, over and over, for some seconds.</summary>
    DecisionResult Measure(PolicyScenario scenario, double seconds);
}

/// <summary>Ours in column (a): from the JSON of request and entities to a whole response, at each call.</summary>
internal sealed class FromJsonArm : IPolicyArm
{
    /// <inheritdoc/>
    public string Name => "ours, from JSON";

    /// <inheritdoc/>
    public DecisionResult Measure(PolicyScenario scenario, double seconds) => TimedLoop.Run(seconds, i =>
    {
        var call = AuthorizationCall.Parse(scenario.Calls[i % scenario.Calls.Count]).ValueOrThrow();
        return scenario.Policies.Authorize(call.Request, call.Entities).Decision;
    });
}

/// <summary>Ours in column (b): the request was built before, and the verdict is used again.</summary>
internal sealed class BuiltArm : IPolicyArm
{
    private readonly Verdict _verdict = new();

    /// <inheritdoc/>
    public string Name => "ours, built before";

    /// <inheritdoc/>
    public DecisionResult Measure(PolicyScenario scenario, double seconds) => TimedLoop.Run(seconds, i =>
    {
        var call = scenario.Built[i % scenario.Built.Count];
        return scenario.Policies.Authorize(call.Request, call.Entities, _verdict);
    });
}

/// <summary>The rival: policies parsed before, request and entities given as the objects its interface takes.</summary>
internal sealed class OfficialArm(OfficialEngine engine) : IPolicyArm
{
    /// <inheritdoc/>
    public string Name => "official, WebAssembly";

    /// <inheritdoc/>
    public DecisionResult Measure(PolicyScenario scenario, double seconds)
    {
        var result = engine.Ask(new JsonObject { ["op"] = "measure", ["name"] = scenario.Files.Name, ["seconds"] = seconds });
        var decisions = Number(result, "decisions");
        return new DecisionResult(
            decisions / Number(result, "seconds"), Number(result, "cpuSeconds") * 1e9 / decisions,
            Number(result, "p50Nanoseconds"), Number(result, "p99Nanoseconds"), AllocatedBytes: null);
    }

    /// <summary>Has it parse a scenario's policies, and gives its answers to the requests.</summary>
    public IReadOnlyList<string> Open(PolicyScenario scenario)
    {
        engine.Ask(new JsonObject
        {
            ["op"] = "open",
            ["name"] = scenario.Files.Name,
            ["policies"] = scenario.Files.Policies,
            ["requests"] = scenario.Files.Requests,
        });
        var answers = engine.Ask(new JsonObject { ["op"] = "answers", ["name"] = scenario.Files.Name });
        return [.. answers.GetProperty("answers").EnumerateArray().Select(Answer.Of)];
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}

/// <summary>Decisions one after the other on one thread, each timed; the clock's own cost (some 25 ns) counts as ours.</summary>
internal static class TimedLoop
{
    // Times of the last decisions of a round; made once, so that the loop itself allocates nothing.
    private static readonly double[] s_times = new double[1 << 20];

    public static DecisionResult Run(double seconds, Func<int, Decision> decide)
    {
        var length = (long)(seconds * Stopwatch.Frequency);
        var allowed = 0L;
        var count = 0;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var now = started;
        do
        {
            var before = now;
            allowed += (int)decide(count);
            now = Stopwatch.GetTimestamp();
            s_times[count++ & (s_times.Length - 1)] = now - before;
        }
        while (now - started < length);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var used = Environment.CpuUsage.TotalTime - cpu;
        var times = s_times.AsSpan(0, Math.Min(count, s_times.Length));
        times.Sort();
        return allowed > count ? throw new InvalidOperationException("More was allowed than was asked.") : new DecisionResult(
            count / ((double)(now - started) / Stopwatch.Frequency), used.TotalNanoseconds / count,
            Nanoseconds(Quartiles.At(times, 0.5)), Nanoseconds(Quartiles.At(times, 0.99)), (double)allocated / count);
    }

    private static double Nanoseconds(double ticks) => ticks * 1e9 / Stopwatch.Frequency;
}
