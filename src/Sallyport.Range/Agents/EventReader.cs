using System.Net.ServerSentEvents;

namespace Sallyport.Range.Agents;

/// <summary>Reads a stream of server-sent events and tells how it ended.</summary>
internal sealed class EventReader(AgentClient client, TimeProvider time, Announcement started)
{
    public async Task<StepResult> RunAsync(Step.Stream step, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, step.Url);
        request.Headers.Accept.ParseAdd("text/event-stream");
        Requests.AddHeaders(request, step.Headers);
        using var limit = new CancellationTokenSource(step.Max, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var events = 0;
        var ended = "time";
        Exchange? head = null;
        Failure? failure = null;
        try
        {
            using var response = await client.OpenAsync(request, ending.Token);
            head = AgentClient.Head(response);
            if (!head.Succeeded)
            {
                head = await AgentClient.ReadAsync(response, ending.Token);
                ended = "refused";
            }
            else
            {
                await using var body = await response.Content.ReadAsStreamAsync(ending.Token);
                await foreach (var _ in SseParser.Create(body).EnumerateAsync(ending.Token))
                {
                    if (events++ == 0)
                    {
                        await started(step, ending.Token);
                    }
                }

                ended = "end";
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            failure = AgentClient.FailureOf(exception);
            ended = head is null && failure.Kind != "cut" ? "refused" : "cut";
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Time is up: told by `ended`.
        }

        var ok = step.UntilCut ? ended is "cut" or "end" : ended is "end" or "time" && head is { Succeeded: true };
        var exchange = (head ?? new Exchange()) with { Failure = failure };
        return new StepResult(ok, json =>
        {
            json.WriteString("url", step.Url.AbsoluteUri);
            json.WriteNumber("events", events);
            json.WriteString("ended", ended);
            exchange.Write(json);
        });
    }
}
