using System.Buffers;
using System.Net.Sockets;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Limits;

namespace Sallyport.Http.Wire;

/// <summary>A TCP relay whose content we do not see. It reads and sends at once, so it counts as an effect under its source's labels.</summary>
internal sealed class Tunnel(RunState run, Snapshot snapshot, Ask ask, Socket client) : DecidedChannel(run, snapshot, ask)
{
    private const int BufferBytes = 64 * 1024;
    private Socket? upstream;
    private volatile string? cutBy;
    private long sent;
    private long received;

    /// <summary>Where it leads.</summary>
    public required Target Target { get; init; }

    /// <inheritdoc/>
    public override bool CanSend => true;

    /// <inheritdoc/>
    public override bool CanAdd => true;

    /// <inheritdoc/>
    public override Ask AskUnder(Snapshot other) => EgressQuestion.TunnelAgain(Ask, other, Run, Target);

    /// <summary>Code of the cut; null while it was not cut.</summary>
    public string? CutBy => cutBy;

    /// <summary>Connections that were dialled for it.</summary>
    public int Dials { get; set; }

    /// <summary>Bytes from the agent to the upstream.</summary>
    public long BytesSent => Volatile.Read(ref sent);

    /// <summary>Bytes from the upstream to the agent.</summary>
    public long BytesReceived => Volatile.Read(ref received);

    /// <inheritdoc/>
    public override void Cut(string code, CutDepth depth)
    {
        // Said before it is done: a relay that has just received sees it before it forwards.
        cutBy ??= code;
        RawSocket.Abort(client);
        if (Volatile.Read(ref upstream) is { } dialled)
        {
            RawSocket.Abort(dialled);
        }
    }

    /// <summary>Relays until both sides are done. Half-close is kept: one side may have said its last word and still listen.</summary>
    /// <returns>How it ended: <c>complete</c>, <c>cut</c>, <c>client-gone</c>, <c>upstream-failed</c>.</returns>
    public async Task<string> RelayAsync(Socket dialled)
    {
        Volatile.Write(ref upstream, dialled);
        if (cutBy is not null)
        {
            // Cut while it was being dialled: nobody has closed this socket yet.
            RawSocket.Abort(dialled);
            return "cut";
        }

        var toUpstream = PumpAsync(client, dialled, sending: true);
        var toClient = PumpAsync(dialled, client, sending: false);
        var ends = await Task.WhenAll(toUpstream, toClient);
        return cutBy is not null ? "cut" : ends[0] ?? ends[1] ?? "complete";
    }

    private async Task<string?> PumpAsync(Socket from, Socket to, bool sending)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                int length;
                try
                {
                    // Most tunnels are idle most of the time: a buffer is taken when there is something to put into it,
                    // and a read that fills it is followed by another at once.
                    if (buffer is null)
                    {
                        await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                        buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                    }

                    length = await from.ReceiveAsync(buffer.AsMemory(0, BufferBytes), SocketFlags.None);
                }
                catch (Exception failed) when (failed is SocketException or ObjectDisposedException)
                {
                    return Fail(to, sending ? "client-gone" : "upstream-failed");
                }

                if (cutBy is not null)
                {
                    return "cut";
                }

                if (length == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return null;
                }

                if (Reservation?.TryUse(sending ? LimitUnit.BytesSent : LimitUnit.BytesReceived, length) == false)
                {
                    Cut(LimitWords.Code, CutDepth.Connection);
                    return "cut";
                }

                Interlocked.Add(ref sending ? ref sent : ref received, length);
                for (var done = 0; done < length;)
                {
                    done += await to.SendAsync(buffer.AsMemory(done, length - done), SocketFlags.None);
                }

                if (length < BufferBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
            }
        }
        catch (Exception failed) when (failed is SocketException or ObjectDisposedException)
        {
            return Fail(from, sending ? "upstream-failed" : "client-gone");
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    // One side broke: the other has nobody to talk to.
    private static string Fail(Socket other, string how)
    {
        RawSocket.Abort(other);
        return how;
    }
}
