using System.Diagnostics;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Ledger;

/// <summary>What a read pays for being recorded: two entries, each waited for until it is written.</summary>
internal static class ReadBars
{
    private const int Readers = 16;
    private const int Effects = 256;
    private const double CpuMicrosecondsMax = 15;
    private const double DelayMicrosecondsMax = 1_000;

    /// <summary>Measures on a ledger of its own.</summary>
    public static async Task<IReadOnlyList<Bar>> MeasureAsync(
        string folder, string origin, int rounds, TimeSpan window, CancellationToken cancellation)
    {
        await using var arm = new SequencerArm(folder);
        var (cpu, delays) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var alone = await ReadAsync(arm, window, cancellation);
            var effects = Producers.RunAsync(arm, Effects, window, cancellation);
            var beside = await ReadAsync(arm, window, cancellation);
            await effects;
            if (round > 0)
            {
                cpu.Add(alone.CpuMicroseconds);
                delays.Add(beside.TailMicroseconds);
            }
        }

        var (used, delay) = (Quartiles.Of(cpu), Quartiles.Of(delays));
        return
        [
            new Bar
            {
                Name = "CPU of the two entries of a read",
                Origin = origin,
                Outcome = used.Upper <= CpuMicrosecondsMax ? Outcome.Ok : Outcome.Miss,
                Figures = $"{used.Median:0.0} us ({used.Lower:0.0}-{used.Upper:0.0}) of the whole process, "
                    + $"{Readers} readers, at most {CpuMicrosecondsMax:0}",
            },
            new Bar
            {
                Name = $"p99 of the two entries of a read while {Effects} effects are synced",
                Origin = origin,
                Outcome = delay.Upper <= DelayMicrosecondsMax ? Outcome.Ok : Outcome.Miss,
                Figures =
                    $"{delay.Median:N0} us ({delay.Lower:N0}-{delay.Upper:N0}), at most {DelayMicrosecondsMax:N0}",
            },
        ];
    }

    private static async Task<(double CpuMicroseconds, double TailMicroseconds)> ReadAsync(
        SequencerArm arm, TimeSpan window, CancellationToken cancellation)
    {
        using var process = Process.GetCurrentProcess();
        var (before, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var taken = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(
            async () =>
            {
                var own = new List<double>(capacity: 4096);
                while (Stopwatch.GetElapsedTime(started) < window)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var begun = Stopwatch.GetTimestamp();
                    await arm.RecordReadAsync();
                    own.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
                }

                return own;
            },
            cancellation)));
        process.Refresh();
        var all = taken.SelectMany(own => own).Order().ToArray();
        return ((process.TotalProcessorTime - before).TotalMicroseconds / all.Length, Quartiles.At(all, 0.99));
    }
}
