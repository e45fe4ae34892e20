using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Policy;

/// <summary>Decisions of Sallyport.Cedar, beside the official engine as WebAssembly in Node.</summary>
internal sealed class PolicyBench : IBench
{
    private const int RoundsDefault = 7;
    private const double SecondsDefault = 0.5;

    private static readonly Column[] Columns =
    [
        new("set", "set"), new("arm", "arm"), new("decisionsPerSecond", "decisions/s"),
        new("decisionsPerSecondLower", "q1"), new("decisionsPerSecondUpper", "q3"),
        new("p50Nanoseconds", "p50 ns"), new("p99Nanoseconds", "p99 ns"), new("cpuNanoseconds", "CPU ns"), new("allocatedBytes", "bytes"),
    ];

    /// <inheritdoc/>
    public string Name => "policy";

    /// <inheritdoc/>
    public string Question => "What does a policy decision cost, beside official Cedar as WebAssembly in Node? (3 minutes)";

    /// <inheritdoc/>
    public Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation) => Task.Run(() => Run(options, cancellation), cancellation);

    private BenchReport Run(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        var folder = scratch.Folder("cedar-wasm");
        using var engine = OfficialPackage.TryStart(Repository.Root, folder, out var absent);
        var notes = new List<string>();
        var files = PolicyFiles.Write(Generated(folder, notes)).Where(set => options.Wants(set.Name)).ToList();
        var official = engine is null ? null : new OfficialArm(engine);
        var (cells, differences) = Open(files, official, cancellation);
        var (rounds, seconds) = (options.Rounds ?? RoundsDefault, options.Seconds ?? SecondsDefault);
        RunRounds(cells, rounds, seconds, cancellation);
        notes.AddRange(engine is null
            ? [$"the rival is not here, so the figures are ours alone: {absent}"]
            : [$"the rival is {engine.Description}: not native Cedar; much of its time at ten policies is the way into WebAssembly and back"]);
        notes.AddRange(differences);
        return new BenchReport(
            Name, facts, [Table(cells, rounds, seconds)], new PolicyBars(cells, official is null ? absent : null, differences.Count).All(), notes);
    }

    /// <summary>The folder of gen.js' files, run if the rival's package is here.</summary>
    private static string Generated(string folder, List<string> notes)
    {
        var generated = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        if (File.Exists(Path.Combine(folder, "gen.js")) && OfficialPackage.Run(folder, "node", "gen.js") == 0)
        {
            notes.Add(PolicyFiles.AreOurs(generated) == true
                ? "gen.js was run: its files and those of our own generator are the same, byte for byte"
                : "gen.js was run, and its files are not those of our own generator any more; its files were taken where it has some");
        }

        return generated;
    }

    /// <summary>Reads every set, and has both engines answer every request before anything is timed.</summary>
    private static (List<PolicyCell> Cells, List<string> Differences) Open(
        IReadOnlyList<PolicyFiles> files, OfficialArm? official, CancellationToken cancellation)
    {
        var (cells, differences) = (new List<PolicyCell>(), new List<string>());
        foreach (var set in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var scenario = PolicyScenario.Read(set);
            var ours = scenario.Answers();
            var theirs = official?.Open(scenario) ?? ours;
            differences.AddRange(Enumerable.Range(0, ours.Count).Where(i => ours[i] != theirs[i]).Take(1)
                .Select(i => $"{set.Name}, request {i}: ours {ours[i]}, official {theirs[i]}"));
            IPolicyArm[] arms = official is null ? [new FromJsonArm(), new BuiltArm()] : [new FromJsonArm(), new BuiltArm(), official];
            cells.AddRange(arms.Select(arm => new PolicyCell(scenario, arm, [])));
            Print.Note($"{set.Name}: {ours.Count} requests, {ours.Count(answer => answer.StartsWith("allow", StringComparison.Ordinal))} allowed"
                + (official is null ? "" : ours.SequenceEqual(theirs, StringComparer.Ordinal) ? ", both engines agree" : ", the engines do not agree"));
        }

        return (cells, differences);
    }

    /// <summary>Every arm of a set in turn, in an order that changes from round to round; the first round warms up and does not count.</summary>
    private static void RunRounds(List<PolicyCell> cells, int rounds, double seconds, CancellationToken cancellation)
    {
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var set in cells.GroupBy(cell => cell.Scenario))
            {
                var arms = set.ToList();
                var rotated = arms.Select((_, i) => arms[(i + round) % arms.Count]);
                foreach (var cell in round % 2 == 0 ? rotated : rotated.Reverse())
                {
                    cancellation.ThrowIfCancellationRequested();
                    var result = cell.Arm.Measure(cell.Scenario, seconds);
                    if (round > 0)
                    {
                        cell.Rounds.Add(result);
                    }
                }
            }

            Print.Note(round == 0 ? "warm-up" : $"round {round} of {rounds}");
        }
    }

    private static Table Table(IReadOnlyList<PolicyCell> cells, int rounds, double seconds) => new(
        $"medians of {rounds} paired rounds of {seconds:0.0#} s, one thread; q1 and q3 are quartiles of decisions/s",
        Columns,
        [
            .. cells.Select(cell =>
            {
                var rate = Quartiles.Of(cell.Of(result => result.DecisionsPerSecond));
                return (IReadOnlyList<object?>)
                [
                    cell.Scenario.Files.Name, cell.Arm.Name, rate.Median, rate.Lower, rate.Upper,
                    cell.Median(result => result.MedianNanoseconds), cell.Median(result => result.TailNanoseconds),
                    cell.Median(result => result.CpuNanoseconds),
                    cell.Arm is OfficialArm ? null : cell.Median(result => result.AllocatedBytes ?? 0),
                ];
            }),
        ]);
}

/// <summary>What was measured, a result for each round that counts.</summary>
internal sealed record PolicyCell(PolicyScenario Scenario, IPolicyArm Arm, List<DecisionResult> Rounds)
{
    /// <summary>One figure of each round.</summary>
    public double[] Of(Func<DecisionResult, double> figure) => [.. Rounds.Select(figure)];

    /// <summary>Median of a figure over the rounds.</summary>
    public double Median(Func<DecisionResult, double> figure) => Quartiles.Of(Of(figure)).Median;
}
