using System.Text;
using System.Text.Json;

namespace Sallyport.Range.Agents;

/// <summary>
/// Runs a script line by line, as lines come, and prints one JSON line per step. It decides nothing: what an attacker's
/// text would make a gullible agent do is written in the script.
/// </summary>
internal sealed class ScriptRunner(AgentClient client, TextWriter output, TimeProvider time)
{
    private int number;

    /// <summary>True when every step succeeded: no denial, no failure, nothing short of what was asked.</summary>
    public bool AllSucceeded { get; private set; } = true;

    /// <exception cref="Verbs.FaultException">A line is not a step. The steps before it were run.</exception>
    public async Task RunAsync(TextReader script, CancellationToken cancellation)
    {
        var line = 0;
        while (await script.ReadLineAsync(cancellation) is { } text)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text))
            {
                await RunAsync(Step.Parse(text, line), cancellation);
            }
        }
    }

    public async Task RunAsync(Step step, CancellationToken cancellation)
    {
        number++;
        var started = time.GetTimestamp();
        var result = await DoAsync(step, cancellation);
        AllSucceeded &= result.Ok;
        var elapsed = time.GetElapsedTime(started);
        await PrintAsync(step, json =>
        {
            json.WriteBoolean("ok", result.Ok);
            result.Write(json);
            json.WriteNumber("elapsed_ms", Math.Round(elapsed.TotalMilliseconds, 1));
        }, cancellation);
    }

    private async Task PrintAsync(Step step, Action<Utf8JsonWriter> members, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        await using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("step", number);
            json.WriteString("do", step.Name);
            members(json);
            json.WriteEndObject();
        }

        // ASCII only, one line, flushed: whoever reads along sees each step when it is over.
        await output.WriteLineAsync(Encoding.UTF8.GetString(text.ToArray()).AsMemory(), cancellation);
        await output.FlushAsync(cancellation);
    }

    private Task AnnounceAsync(Step step, CancellationToken cancellation) => step.Announce
        ? PrintAsync(step, static json => json.WriteBoolean("started", true), cancellation)
        : Task.CompletedTask;

    private Task<StepResult> DoAsync(Step step, CancellationToken cancellation) => step switch
    {
        Step.ReadPosts read => PostReader.RunAsync(client, read, cancellation),
        Step.Request request => RequestAsync(request, cancellation),
        Step.Stream stream => new EventReader(client, time, AnnounceAsync).RunAsync(stream, cancellation),
        Step.Upload upload => new SlowUpload(client, time, AnnounceAsync).RunAsync(upload, cancellation),
        Step.Socket socket => new SocketTalk(client, time, AnnounceAsync).RunAsync(socket, cancellation),
        Step.Wait wait => WaitAsync(wait, cancellation),
        _ => throw new InvalidOperationException($"No step is a {step.GetType().Name}."),
    };

    private async Task<StepResult> RequestAsync(Step.Request step, CancellationToken cancellation)
    {
        using var request = Requests.Create(step);
        var exchange = await client.SendAsync(request, cancellation);
        return new StepResult(exchange.Succeeded, json =>
        {
            json.WriteString("url", step.Url.AbsoluteUri);
            exchange.Write(json);
        });
    }

    private async Task<StepResult> WaitAsync(Step.Wait step, CancellationToken cancellation)
    {
        await Task.Delay(step.Time, time, cancellation);
        return new StepResult(true, static _ => { });
    }
}

/// <summary>Called once, when a step that takes a while is under way.</summary>
internal delegate Task Announcement(Step step, CancellationToken cancellation);

/// <summary>Whether a step went as asked, and the members that tell what happened.</summary>
internal sealed record StepResult(bool Ok, Action<Utf8JsonWriter> Write);
