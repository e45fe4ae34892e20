using System.Diagnostics;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Load;

/// <summary>Drives a route from a number of connections for a while.</summary>
internal static class ClosedLoop
{
    private const int StackBytes = 256 * 1024;
    private const int ErrorsMax = 50;
    private static readonly TimeSpan Ramp = TimeSpan.FromMilliseconds(60);

    /// <summary>Runs it. Connections are open and warm before the clock starts, unless each request is to have a new one.</summary>
    /// <param name="route">The way.</param>
    /// <param name="shape">How many, how long.</param>
    /// <param name="atStart">Called when the clock starts.</param>
    public static LoadResult Run(Route route, LoadShape shape, Action atStart)
    {
        using var ready = new CountdownEvent(shape.Connections);
        using var go = new ManualResetEventSlim();
        var workers = new Worker[shape.Connections];
        var threads = new Thread[shape.Connections];
        for (var i = 0; i < shape.Connections; i++)
        {
            var worker = workers[i] = new Worker(route, shape);
            threads[i] = new Thread(() => worker.Run(ready, go), StackBytes) { IsBackground = true };
            threads[i].Start();
        }

        ready.Wait();
        atStart();
        var started = Stopwatch.GetTimestamp();
        go.Set();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var latencies = workers.SelectMany(worker => worker.Microseconds).Order().ToArray();
        return new LoadResult
        {
            Requests = latencies.Length,
            RequestsPerSecond = latencies.Length / seconds,
            MedianMicroseconds = Quartiles.At(latencies, 0.5),
            TailMicroseconds = Quartiles.At(latencies, 0.99),
            Errors = workers.Sum(worker => worker.Errors),
            FirstError = workers.Select(worker => worker.FirstError).FirstOrDefault(error => error is not null),
        };
    }

    private sealed class Worker(Route route, LoadShape shape)
    {
        public List<double> Microseconds { get; } = new(capacity: 16 * 1024);

        public int Errors { get; private set; }

        public string? FirstError { get; private set; }

        public void Run(CountdownEvent ready, ManualResetEventSlim go)
        {
            using var connection = new LoadConnection(route, shape.BodyBytes);
            Until(connection, Stopwatch.GetTimestamp(), Ramp, isCounted: false);
            ready.Signal();
            go.Wait();
            Until(connection, Stopwatch.GetTimestamp(), shape.Window, isCounted: true);
        }

        private void Until(LoadConnection connection, long started, TimeSpan window, bool isCounted)
        {
            while (Errors < ErrorsMax && Stopwatch.GetElapsedTime(started) < window)
            {
                // A connection that the answer ended costs the next request its opening: so it does in life.
                var begun = Stopwatch.GetTimestamp();
                try
                {
                    connection.Exchange();
                }
                catch (IOException failed)
                {
                    Errors++;
                    FirstError ??= failed.Message;
                    continue;
                }

                if (isCounted)
                {
                    Microseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
                }

                if (shape.IsNewEachTime)
                {
                    connection.Close();
                }
            }
        }
    }
}

/// <summary>How a route is driven.</summary>
/// <param name="Connections">Connections at once.</param>
/// <param name="BodyBytes">Bytes that every answer must have.</param>
/// <param name="IsNewEachTime">Whether each request opens a connection of its own.</param>
/// <param name="Window">How long.</param>
internal sealed record LoadShape(int Connections, int BodyBytes, bool IsNewEachTime, TimeSpan Window);

/// <summary>What came of it.</summary>
internal sealed record LoadResult
{
    /// <summary>Whole, right answers.</summary>
    public required int Requests { get; init; }

    /// <summary>The same in a second.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>p50 in microseconds.</summary>
    public required double MedianMicroseconds { get; init; }

    /// <summary>p99 in microseconds.</summary>
    public required double TailMicroseconds { get; init; }

    /// <summary>Everything else.</summary>
    public required int Errors { get; init; }

    /// <summary>The first of them.</summary>
    public required string? FirstError { get; init; }

    /// <summary>CPU microseconds of the proxy for a request, work that it put off included; null where there is no proxy.</summary>
    public double? CpuMicroseconds { get; init; }
}
