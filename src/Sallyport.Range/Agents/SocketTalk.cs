using System.Net.WebSockets;
using System.Text;

namespace Sallyport.Range.Agents;

/// <summary>Talks to a WebSocket echo and tells how many messages came back.</summary>
internal sealed class SocketTalk(AgentClient client, TimeProvider time, Announcement started)
{
    public async Task<StepResult> RunAsync(Step.Socket step, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(step.Max, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var socket = new ClientWebSocket();
        var echoes = 0;
        var opened = false;
        string? problem = null;
        try
        {
            await socket.ConnectAsync(step.Url, client.Invoker, ending.Token);
            opened = true;
            var buffer = new byte[4096];
            while (echoes < step.Messages)
            {
                await socket.SendAsync(
                    Encoding.UTF8.GetBytes($"message {echoes}"), WebSocketMessageType.Text, true, ending.Token);
                var back = await socket.ReceiveAsync(buffer.AsMemory(), ending.Token);
                if (back.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                if (echoes++ == 0)
                {
                    await started(step, ending.Token);
                }

                await Task.Delay(step.Pause, time, ending.Token);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, ending.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or IOException)
        {
            problem = Userinfo.RemoveFrom(exception.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            problem = "time is up";
        }

        return new StepResult(echoes >= step.Messages, json =>
        {
            json.WriteString("url", step.Url.AbsoluteUri);
            json.WriteBoolean("opened", opened);
            json.WriteNumber("echoes", echoes);
            if (!opened && socket.HttpStatusCode != default)
            {
                json.WriteNumber("status", (int)socket.HttpStatusCode);
            }

            if (problem is not null)
            {
                json.WriteString("message", problem);
            }
        });
    }
}
