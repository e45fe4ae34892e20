using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sallyport.Http.Wire;

/// <summary>The one endpoint that Kestrel is told of. Connections come from our own accept loops.</summary>
internal sealed class GateEndPoint : EndPoint
{
    public override string ToString() => "gate";
}

/// <summary>Hands connections that our accept loops have looked at over to Kestrel.</summary>
internal sealed class GateTransport : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> accepted = Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });

    public EndPoint EndPoint { get; } = new GateEndPoint();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>Gives a connection to Kestrel. False when the gateway is stopping.</summary>
    public bool Offer(ConnectionContext connection) => accepted.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (accepted.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
