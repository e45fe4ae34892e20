using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Sallyport.EndToEnd.Stage;

/// <summary>An upstream that speaks whatever the test says. Counts who dialled.</summary>
public sealed class RawOrigin : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Channel<RawPeer> connections = Channel.CreateUnbounded<RawPeer>();
    private readonly List<RawPeer> all = [];
    private readonly Task loop;
    private int accepted;

    public RawOrigin()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        Address = (IPEndPoint)listener.LocalEndPoint!; // bound
        loop = Task.Run(AcceptAsync);
    }

    public IPEndPoint Address { get; }

    /// <summary>Connections that were ever accepted.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>The next connection that nobody has taken yet.</summary>
    public async Task<RawPeer> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await connections.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Takes the next connection and answers its one request with these bytes; the connection stays open.</summary>
    public async Task<(RawPeer Peer, string Head)> AnswerAsync(string response)
    {
        var peer = await NextAsync();
        var head = await peer.UntilAsync("\r\n\r\n");
        await peer.SendAsync(response);
        return (peer, head);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await loop;
        foreach (var peer in all)
        {
            peer.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = new RawPeer(await listener.AcceptAsync());
                all.Add(peer);
                Interlocked.Increment(ref accepted);
                await connections.Writer.WriteAsync(peer);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            connections.Writer.Complete();
        }
    }
}
