using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Instruments;

/// <summary>
/// The proof of what arrived, and so of what did not: every request is counted when its head is read, and written as
/// one JSON line to `received.jsonl` in the state folder when it ends.
/// </summary>
internal sealed class ReceiverLog : IDisposable
{
    public const string FileName = "received.jsonl";

    private const int PathLengthMax = 2048;

    // Kept for questions to the control host; the file has all of them.
    private const int LinesKeptMax = 20_000;

    private readonly TimeProvider time;
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly Queue<ReceivedLine> ended = [];
    private readonly ConcurrentDictionary<long, Arrival> open = [];
    private long arrived;
    private long connections;

    private ReceiverLog(FileStream file, TimeProvider time)
    {
        this.file = file;
        this.time = time;
    }

    public long Arrived => Interlocked.Read(ref arrived);

    public long Connections => Interlocked.Read(ref connections);

    /// <summary>
    /// Set when a line could not be written: the file is then no proof, and the control host says so.
    /// </summary>
    public bool Broken { get; private set; }

    /// <exception cref="FaultException">The file cannot be opened.</exception>
    public static ReceiverLog Open(string stateFolder, TimeProvider time)
    {
        var path = Path.Combine(stateFolder, FileName);
        try
        {
            return new ReceiverLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(
                "range.log.unusable",
                $"The receiver's log '{path}' cannot be opened: {exception.Message}",
                "Give each range a --state folder of its own."));
        }
    }

    public void CountConnection() => Interlocked.Increment(ref connections);

    /// <summary>The arrival of a request that <see cref="RecordAsync"/> is passing on.</summary>
    public static Arrival ArrivalOf(HttpContext context) =>
        context.Features.Get<Arrival>()
            ?? throw new InvalidOperationException("The receiver's log stands before every route.");

    /// <summary>The outermost middleware.</summary>
    public async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.GetEncodedPathAndQuery();
        var arrival = new Arrival(
            Interlocked.Increment(ref arrived),
            time.GetUtcNow(),
            context.Request.Host.Value ?? "",
            context.Request.Method,
            path.Length > PathLengthMax ? path[..PathLengthMax] : path);
        open[arrival.Number] = arrival;
        context.Features.Set(arrival);
        var body = context.Request.Body;
        context.Request.Body = new CountingStream(body, arrival);
        var aborted = true;
        try
        {
            await next(context);
            aborted = context.RequestAborted.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, or was cut off by whatever stands between: that is an outcome, not a bug.
        }
        catch (IOException)
        {
            // As above, seen while reading the body.
        }
        finally
        {
            context.Request.Body = body;
            End(arrival, arrival.ToLine(context.Response.StatusCode, aborted));
        }
    }

    /// <summary>Ended and open requests that match, oldest first. A null part of the filter matches all.</summary>
    public IReadOnlyList<ReceivedLine> Matching(string? host, string? method, string? pathStart)
    {
        // Under the lock a request is either open or ended, never both or neither.
        lock (gate)
        {
            var inFlight = open.Values
                .OrderBy(static one => one.Number)
                .Select(static one => one.ToLine(status: null, aborted: false));
            return
            [
                .. ended.Concat(inFlight).Where(line =>
                    (host is null || string.Equals(HostOnly(line.Host), host, StringComparison.OrdinalIgnoreCase))
                    && (method is null || line.Method == method)
                    && (pathStart is null || line.Path.StartsWith(pathStart, StringComparison.Ordinal))),
            ];
        }
    }

    public void Dispose() => file.Dispose();

    public static string HostOnly(string host) => new HostString(host).Host;

    private void End(Arrival arrival, ReceivedLine line)
    {
        // The default encoder writes ASCII only: a hostile path stays inert in whatever shows the log.
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, InstrumentJson.Default.ReceivedLine), (byte)'\n'];
        lock (gate)
        {
            open.TryRemove(arrival.Number, out _);
            ended.Enqueue(line);
            if (ended.Count > LinesKeptMax)
            {
                ended.Dequeue();
            }

            try
            {
                file.Write(bytes);
                file.Flush();
            }
            catch (IOException)
            {
                Broken = true;
            }
        }
    }
}
