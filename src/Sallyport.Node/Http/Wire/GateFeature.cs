using System.Net.Sockets;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;

namespace Sallyport.Http.Wire;

/// <summary>What the gateway knows of a connection before Kestrel reads from it.</summary>
internal sealed class GateFeature : IDisposable
{
    private readonly Lock registering = new();
    private volatile string? cutBy;
    private readonly Dictionary<RunId, Channels.Registration> owners = [];

    /// <summary>The raw socket, for cuts below TLS.</summary>
    public required Socket Socket { get; init; }

    /// <summary>Code of the cut; null while it was not cut.</summary>
    public string? CutBy => cutBy;

    /// <summary>The run, when the socket or the CONNECT that opened the tunnel proved it.</summary>
    public RunState? Run { get; init; }

    /// <summary>The target of the inspected tunnel that this connection is; null for a plain proxy connection.</summary>
    public Target? Tunnel { get; init; }

    /// <summary>Set by the head guard: the request that Kestrel now sees stands in for one that was refused for this.</summary>
    public Fault? Refused { get; set; }

    /// <summary>
    /// Registers the connection as one of the run's channels, once, until it has ended: a freeze of the run ends it,
    /// idle or not, and drops what is buffered for it.
    /// </summary>
    public void BelongTo(RunState run, Channels channels)
    {
        lock (registering)
        {
            if (!owners.ContainsKey(run.Id))
            {
                owners.Add(run.Id, channels.Register(new GateConnection(run, this)));
            }
        }
    }

    /// <summary>The connection has ended, its buffers are empty or gone.</summary>
    public void Dispose()
    {
        lock (registering)
        {
            foreach (var (_, registration) in owners)
            {
                registration.Dispose();
            }

            owners.Clear();
        }
    }

    /// <summary>Closes the raw socket without a farewell: what is still in the kernel's buffer is dropped (SO_LINGER 0).</summary>
    public void Abort() => RawSocket.Abort(Socket);

    /// <summary>The same, as a cut: said before it is done, so that whatever then fails on the connection is told as
    /// cut and by what.</summary>
    public void Cut(string code)
    {
        cutBy ??= code;
        Abort();
    }
}
