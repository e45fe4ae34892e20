using System.Diagnostics;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Ledger;

/// <summary>A closed loop of producers, each with one entry under way.</summary>
internal static class Producers
{
    public static async Task<CommitResult> RunAsync(ICommitArm arm, int producers, TimeSpan window, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(() => ProduceAsync(arm, started, window, cancellation), cancellation)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = taken.SelectMany(list => list).Order().ToArray();
        return new CommitResult(all.Length / seconds, Quartiles.At(all, 0.5), Quartiles.At(all, 0.99));
    }

    private static async Task<List<double>> ProduceAsync(ICommitArm arm, long started, TimeSpan window, CancellationToken cancellation)
    {
        var taken = new List<double>(capacity: 4096);
        while (Stopwatch.GetElapsedTime(started) < window)
        {
            cancellation.ThrowIfCancellationRequested();
            var begun = Stopwatch.GetTimestamp();
            await arm.CommitAsync();
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return taken;
    }
}
