using System.Runtime.InteropServices;
using Sallyport.Bench.AgentDojo;
using Sallyport.Bench.Decide;
using Sallyport.Bench.Http;
using Sallyport.Bench.Ledger;
using Sallyport.Bench.Origins;
using Sallyport.Bench.Policy;
using Sallyport.Bench.Reports;
using Sallyport.Bench.Tlog;

namespace Sallyport.Bench;

/// <summary><c>./bench</c>: alone it lists the benches, with a name it runs one.</summary>
internal static class Program
{
    private const int Yes = 0;
    private const int Missed = 1;
    private const int Usage = 2;
    private const int Unavailable = 4;

    // One line for each bench.
    private static readonly IReadOnlyList<IBench> Benches =
    [
        new HttpBench(),
        new LedgerBench(),
        new LargeLedgerBench(),
        new PolicyBench(),
        new TlogBench(),
        new DecideBench(),
        new AgentDojoBench(),
        new OriginsBench(),
    ];

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length == 0 || arguments is ["--help"] or ["-h"])
        {
            List();
            return Yes;
        }

        if (Benches.FirstOrDefault(known => known.Name == arguments[0]) is not { } bench)
        {
            Print.Note($"There is no bench '{arguments[0]}'. Known: {string.Join(", ", Benches.Select(known => known.Name))}.");
            return Usage;
        }

        if (!BenchOptions.TryParse(arguments.AsSpan(1), out var options, out var mistake))
        {
            Print.Note(mistake);
            return Usage;
        }

        using var stopping = new CancellationTokenSource();
        using var interrupt = Stop(PosixSignal.SIGINT, stopping);
        using var terminate = Stop(PosixSignal.SIGTERM, stopping);
        return await RunAsync(bench, options, stopping.Token);
    }

    private static async Task<int> RunAsync(IBench bench, BenchOptions options, CancellationToken cancellation)
    {
        try
        {
            var report = await bench.RunAsync(options, cancellation);
            Print.Report(options.Json ? JsonReport.Of(report) : TextReport.Of(report));
            return report.Bars.Any(bar => bar.Outcome is Outcome.Miss) ? Missed : Yes;
        }
        catch (CannotRunException cannot)
        {
            Print.Note($"error: {cannot.Message}");
            Print.Note($"  {cannot.Mend}");
            return Unavailable;
        }
        catch (OperationCanceledException)
        {
            Print.Note("stopped; nothing was left running");
            return Unavailable;
        }
    }

    private static void List() => Print.Report($"""
        ./bench NAME [--json] [--rounds N] [--seconds S] [--only TEXT] [--against PROGRAM]

        {string.Join('\n', Benches.Select(bench => $"  {bench.Name,-10} {bench.Question}"))}

        Exit code 0: every bar holds; 1: one is missed; 2: usage; 4: it cannot run here. See docs/benchmarks.md.

        """);

    private static PosixSignalRegistration Stop(PosixSignal signal, CancellationTokenSource stopping) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });
}
