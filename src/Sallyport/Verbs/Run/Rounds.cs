using Sallyport.Console;
using Sallyport.Host;

namespace Sallyport.Verbs;

/// <summary>A command that is run again and again: each round is a run of its own, with a fresh process and a fresh
/// home, and two are never there at once.</summary>
/// <param name="round">The run.</param>
/// <param name="every">From the start of one round to the start of the next; a round that takes longer is followed at
/// once.</param>
/// <param name="times">How many; null for no end.</param>
/// <param name="time">Clock.</param>
internal sealed class Rounds(RunRound round, TimeSpan every, int? times, TimeProvider time)
{
    /// <summary>Longest interval, in seconds.</summary>
    public const long SecondsMax = 30 * 86_400;

    // What may be over when the next round is due; anything else is a mistake, and told at once if the first meets it.
    private static readonly string[] Passing = ["freeze.active", "node.not-running", "ledger.unavailable"];

    /// <summary>Runs them.</summary>
    /// <returns>The exit code of the last round that failed, or 0; 130 or 143 when it was asked to stop.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var signals = new PassedSignals(isSeries: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Stopped);
        var (failed, series) = (0, (string?)null);
        for (var number = 1; ; number++)
        {
            var due = time.GetUtcNow() + every;
            var isLast = number == times;
            try
            {
                var exit = await round.RunAsync(
                    new WakeRequest(series, number, (long)every.TotalSeconds), signals,
                    () => isLast || stop.IsCancellationRequested ? null : due, stop.Token);
                series ??= round.Run;
                failed = exit == 0 ? failed : exit;
                if (exit != 0 && !stop.IsCancellationRequested)
                {
                    Failed(number, $"ended with exit code {exit}", isLast ? null : due);
                }
            }
            catch (FaultException not) when (number > 1 || Passing.Contains(not.Fault.Code, StringComparer.Ordinal))
            {
                failed = (int)not.Exit;
                Failed(number, $"did not take place: {not.Fault.Detail} ({not.Fault.Code})", isLast ? null : due);
            }
            catch (OperationCanceledException) when (signals.Exit is { } asked)
            {
                return (int)asked;
            }

            if (isLast)
            {
                return failed;
            }

            if (due - time.GetUtcNow() is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (stop.IsCancellationRequested)
            {
                return (int)(signals.Exit ?? ExitCode.Interrupted);
            }
        }
    }

    private static void Failed(int number, string how, DateTimeOffset? next) => Print.Warning(
        new Fault(
            "run.round-failed",
            $"Round {number} {how}.",
            next is { } at
                ? $"The next one comes at {Print.Time(at)}; Ctrl-C ends them."
                : "It was the last."),
        json: false);
}
