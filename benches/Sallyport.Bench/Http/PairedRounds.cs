using System.Diagnostics;
using Sallyport.Bench.Load;
using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Http;

/// <summary>Runs every arm of every scenario once a round, so that what disturbs the machine disturbs all of them alike.</summary>
internal static class PairedRounds
{
    private const string CompilerThread = ".NET Tiered Com"; // The kernel keeps 15 characters.
    private const int WarmUpBurstsMax = 8;
    private const double CompilerShareMax = 0.05;
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUpBurst = TimeSpan.FromSeconds(1);

    /// <summary>Measures; one round more than asked for comes first and does not count.</summary>
    public static IReadOnlyList<Cell> Run(IReadOnlyList<Scenario> scenarios, int rounds, CancellationToken cancellation)
    {
        var cells = scenarios.SelectMany(scenario => scenario.Arms.Select(arm => new Cell(scenario, arm, []))).ToList();
        for (var round = 0; round <= rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var scenario in scenarios)
            {
                foreach (var cell in Order(cells.Where(cell => cell.Scenario == scenario).ToList(), round))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (round == 0)
                    {
                        WarmUp(cell);
                    }
                    else
                    {
                        cell.Rounds.Add(Measure(cell, scenario.Shape.Window));
                    }
                }
            }

            Print.Note($"{(round == 0 ? "warm-up" : $"round {round} of {rounds}")}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        }

        return cells;
    }

    // A node runs for months and compiles its hot code in its first minute: it is warm when its compiler has gone quiet.
    private static void WarmUp(Cell cell)
    {
        if (cell.Arm.Pid is not { } pid || cell.Arm.Name is not (ScenarioList.Ours or ScenarioList.Against))
        {
            Measure(cell, WarmUpBurst / 4);
            return;
        }

        var process = new ProcessTree(pid);
        for (var burst = 0; burst < WarmUpBurstsMax; burst++)
        {
            var (compiler, all) = (process.CpuSeconds(CompilerThread), process.CpuSeconds());
            Measure(cell, WarmUpBurst);
            if (process.CpuSeconds(CompilerThread) - compiler < CompilerShareMax * (process.CpuSeconds() - all))
            {
                return;
            }
        }
    }

    // Rotated by one each round and reversed every other: nobody is always first, or always after the same.
    private static IEnumerable<Cell> Order(List<Cell> cells, int round)
    {
        var rotated = cells.Select((_, i) => cells[(i + round) % cells.Count]);
        return round % 2 == 0 ? rotated : rotated.Reverse();
    }

    private static LoadResult Measure(Cell cell, TimeSpan window)
    {
        var proxy = cell.Arm.Pid is { } pid ? new ProcessTree(pid) : null;
        var before = 0.0;
        var result = ClosedLoop.Run(cell.Arm.Route, cell.Scenario.Shape with { Window = window }, () => before = proxy?.CpuSeconds() ?? 0);
        if (proxy is null || result.Requests == 0)
        {
            return result;
        }

        // What it put off (an index, a log, a collection) is its own cost, and must not slow down the next arm.
        proxy.Settle(SettlePatience);
        return result with { CpuMicroseconds = (proxy.CpuSeconds() - before) * 1e6 / result.Requests };
    }
}
