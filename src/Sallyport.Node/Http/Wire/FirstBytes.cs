using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Sallyport.Flow;

namespace Sallyport.Http.Wire;

/// <summary>Looks at the first bytes of a connection without taking them: CONNECT is ours, everything else is Kestrel's.</summary>
internal sealed class FirstBytes(GateTransport transport, ConnectHandler connect, SocketConnectionContextFactory contexts, TimeProvider time, ILogger<FirstBytes> log)
{
    /// <summary>A connection that has not sent its first eight bytes by then is closed.</summary>
    public const int FirstBytesSeconds = 30;

    private static ReadOnlySpan<byte> Connect => "CONNECT "u8;

    /// <summary>Serves the connection to its end, or until Kestrel has it. Never throws.</summary>
    public async Task HandleAsync(Socket socket, RunState? run)
    {
        var handedOver = false;
        try
        {
            if (socket.ProtocolType is ProtocolType.Tcp)
            {
                socket.NoDelay = true;
            }

            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(FirstBytesSeconds), time);
            if (!await IsConnectAsync(socket, deadline.Token))
            {
                handedOver = Offer(socket, new GateFeature { Socket = socket, Run = run });
            }
            else if (await connect.HandleAsync(socket, run) is { } inspected)
            {
                handedOver = Offer(socket, inspected);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            WireLog.EndedEarly(log, ended.Message);
        }
        finally
        {
            if (!handedOver)
            {
                socket.Dispose();
            }
        }
    }

    private bool Offer(Socket socket, GateFeature feature)
    {
        var connection = contexts.Create(socket);
        connection.Features.Set(feature);
        return transport.Offer(connection);
    }

    private async Task<bool> IsConnectAsync(Socket socket, CancellationToken cancellation)
    {
        var peeked = new byte[Connect.Length];
        while (true)
        {
            var length = await socket.ReceiveAsync(peeked, SocketFlags.Peek, cancellation);
            if (length == 0)
            {
                throw new IOException("closed without a byte");
            }

            if (!peeked.AsSpan(0, length).SequenceEqual(Connect[..length]))
            {
                return false;
            }

            if (length == Connect.Length)
            {
                return true;
            }

            // "CON" so far. Peeking does not wait for more than it has seen, so we do, bounded by the deadline.
            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellation);
        }
    }
}
