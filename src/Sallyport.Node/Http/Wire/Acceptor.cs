using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sallyport.Flow;

namespace Sallyport.Http.Wire;

/// <summary>One listening socket. Every connection gets a task of its own; one that misbehaves cannot hold up the next.</summary>
internal sealed class Acceptor : IAsyncDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(20);
    private readonly Socket listener;
    private readonly RunState? run;
    private readonly FirstBytes entrance;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Task loop;

    /// <summary>Starts to accept.</summary>
    /// <param name="listener">A bound and listening socket; owned from here on.</param>
    /// <param name="run">The run that the socket names; null for the TCP listener, where a token does.</param>
    /// <param name="entrance">What happens to a connection.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public Acceptor(Socket listener, RunState? run, FirstBytes entrance, TimeProvider time, ILogger log)
    {
        this.listener = listener;
        this.run = run;
        this.entrance = entrance;
        this.time = time;
        this.log = log;
        loop = Task.Run(AcceptAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await loop;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException failed)
            {
                // The peer was gone before we looked, or we are out of descriptors: the next one may do better.
                WireLog.AcceptFailed(log, failed.SocketErrorCode);
                await Task.Delay(AfterFailure, time);
                continue;
            }

            // Its end is its own: FirstBytes.HandleAsync never throws.
            _ = Task.Run(() => entrance.HandleAsync(socket, run));
        }
    }
}

internal static partial class WireLog
{
    [LoggerMessage(4001, LogLevel.Warning, "accept failed: {Error}")]
    public static partial void AcceptFailed(ILogger logger, SocketError error);

    [LoggerMessage(4002, LogLevel.Debug, "connection ended before it was a request: {Why}")]
    public static partial void EndedEarly(ILogger logger, string why);

    [LoggerMessage(4003, LogLevel.Information, "tunnel agent={Agent} {Target} sent={Sent} received={Received} end={End}")]
    public static partial void TunnelEnded(ILogger logger, string agent, string target, long sent, long received, string end);
}
