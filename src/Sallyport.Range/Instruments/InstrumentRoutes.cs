using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sallyport.Range.Moltbook;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Instruments;

/// <summary>
/// What tests of a gateway need and a real site does not have, on every host under `/_range/`: an endless stream, a
/// WebSocket echo and a sink for uploads.
/// </summary>
internal sealed class InstrumentRoutes(LiveNetwork network, TimeProvider time, CancellationToken stopping)
{
    /// <summary>The pause between two events of the stream.</summary>
    public static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(50);

    private const int BufferBytes = 64 * 1024;

    public void Map(RouteGroupBuilder site)
    {
        site.MapMethods("/_range/stream", Methods.Get, StreamAsync);
        site.MapMethods("/_range/echo", Methods.Upgrade, EchoAsync);
        site.MapMethods("/_range/sink", Methods.Post, SinkAsync);
    }

    /// <summary>
    /// Server-sent events, one every <see cref="EventInterval"/>, until the client goes, the range stops, or
    /// `?events=N` have been sent. Each names a post of the network, in the order of its dates, over and over.
    /// </summary>
    public async Task StreamAsync(HttpContext context)
    {
        var events = int.TryParse(context.Request.Query["events"].FirstOrDefault(), out var asked) && asked >= 0
            ? asked
            : int.MaxValue;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var timer = new PeriodicTimer(EventInterval, time);
        var posts = network.Now.Ordered(PostOrder.New);
        try
        {
            await context.Response.StartAsync(ending.Token);
            for (var sent = 0; sent < events; sent++)
            {
                var post = posts.Count == 0 ? Guid.Empty : posts[sent % posts.Count].Id;
                var text = $"id: {sent}\nevent: post\ndata: {{\"id\":\"{post}\",\"number\":{sent}}}\n\n";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
                await timer.WaitForNextTickAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (
            stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // The range stops: the stream ends whole.
        }
    }

    private static async Task SinkAsync(HttpContext context)
    {
        // A sink takes what comes, at the pace at which it comes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long bytes = 0;
        try
        {
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, count));
                bytes += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await Answers.JsonAsync(context, json =>
        {
            json.WriteNumber("bytes", bytes);
            json.WriteString("sha256", Convert.ToHexStringLower(hash.GetHashAndReset()));
        });
    }

    private async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await ApiError.WriteAsync(context, ApiError.Invalid("Not a WebSocket request", "Send Upgrade: websocket."));
            return;
        }

        var arrival = ReceiverLog.ArrivalOf(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), ending.Token);
                if (frame.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ending.Token);
                    return;
                }

                arrival.AddBytes(frame.Count);
                await socket.SendAsync(
                    buffer.AsMemory(0, frame.Count), frame.MessageType, frame.EndOfMessage, ending.Token);
            }
        }
        catch (WebSocketException)
        {
            // Cut without a closing handshake: an outcome like any other.
        }
    }
}
