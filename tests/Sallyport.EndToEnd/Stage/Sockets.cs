using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sallyport.EndToEnd.Stage;

/// <summary>WebSockets through the gate.</summary>
internal static class Sockets
{
    /// <summary>Opens one by a plain proxied request, as <c>ws://</c> without CONNECT; to wss:// by CONNECT and inspection.</summary>
    public static async Task<WebSocket> OpenAsync(TestRun run, string url)
    {
        if (!url.StartsWith("ws://", StringComparison.Ordinal))
        {
            return await ConnectAsync(run, url);
        }

        var target = new Uri(url);
        var peer = await run.ConnectTcpAsync();
        await peer.SendAsync(
            $"GET http://{target.Host}{target.PathAndQuery} HTTP/1.1\r\nHost: {target.Host}\r\nProxy-Authorization: {run.Authorization}\r\n"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        var head = await peer.UntilAsync("\r\n\r\n");
        return head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)
            ? WebSocket.CreateFromStream(peer.Stream, new WebSocketCreationOptions())
            : throw new WebSocketException(head);
    }

    /// <summary>Opens one as .NET does: by CONNECT, for ws:// too.</summary>
    public static async Task<ClientWebSocket> ConnectAsync(TestRun run, string url)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await socket.ConnectAsync(new Uri(url), run.WebSockets(), patience.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Task SayAsync(this WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message; null when the socket was closed or broke.</summary>
    public static async Task<string?> HearAsync(this WebSocket socket)
    {
        var buffer = new byte[4096];
        try
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            return received.MessageType is WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Answers every message with itself, and notes each in a list.</summary>
    public static RequestDelegate Echo(ConcurrentQueue<string> heard) => async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        while (await socket.HearAsync() is { } text)
        {
            heard.Enqueue(text);
            await socket.SayAsync(text);
        }

        if (socket.State is WebSocketState.CloseReceived)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        }
    };
}
