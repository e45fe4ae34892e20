using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.Limits;

namespace Sallyport.Http.Forwarding;

/// <summary>WebSocket (RFC 6455) after its 101: bytes both ways. No other upgrade is passed on.</summary>
internal static class UpgradeRelay
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Whether the request asks for a WebSocket over HTTP/1.1.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Headers.Upgrade.Count == 1
        && string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        && request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    /// <summary>Asks the upstream for the same.</summary>
    public static void Ask(HttpRequestMessage to)
    {
        to.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        to.Headers.TryAddWithoutValidation("Upgrade", "websocket");
    }

    /// <summary>Relays until both sides are done or one breaks. Only for what was decided as a channel.</summary>
    public static async Task RunAsync(Exchange exchange, HttpResponseMessage response, HttpContext context, Forwarder.Outcome outcome)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
        {
            throw new IOException("the upstream switched protocols without being asked");
        }

        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        await using var client = await upgrade.UpgradeAsync();
        await using var upstream = await response.Content.ReadAsStreamAsync(exchange.Ended);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(exchange.Ended);
        var first = await Task.WhenAny(
            PumpAsync(exchange, client, upstream, (LimitUnit.BytesSent, outcome.Sent), both.Token),
            PumpAsync(exchange, upstream, client, (LimitUnit.BytesReceived, outcome.Received), both.Token));

        // A WebSocket ends on both sides at once (RFC 6455, 7.1.1): its close frames have been relayed by then.
        await both.CancelAsync();
        await first;
    }

    private static async Task PumpAsync(
        Exchange exchange, Stream from, Stream to, (LimitUnit Unit, BodyDigest Digest) counted,
        CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await from.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellation) is var count and > 0)
            {
                if (exchange.CutBy is { } code)
                {
                    throw new OperationCanceledException(code);
                }

                exchange.Use(counted.Unit, count);
                counted.Digest.Add(buffer.AsSpan(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
                await to.FlushAsync(cancellation);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
