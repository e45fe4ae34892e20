using System.Net;
using System.Net.Sockets;
using Sallyport.Bench.Load;
using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Http;

/// <summary>How much memory tunnels hold that were used once and are now idle, as an agent's are most of the time.</summary>
internal sealed class IdleTunnels : IDisposable
{
    private const int Wanted = 10_000;
    private const int SparedDescriptors = 500;
    private const long BytesMax = 600_000_000;
    private const int TimeoutMilliseconds = 10_000;

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> held = [];

    /// <summary>Binds the far end; its port must be in the node's configuration.</summary>
    public IdleTunnels()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
    }

    /// <summary>Where the tunnels lead to.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port; // A bound socket has one.

    /// <summary>Opens them, sends a kilobyte each way through each, waits, and looks at the node's memory.</summary>
    public Bar Measure(NodeUnderTest node, string proof, string origin)
    {
        const string Name = "memory of 10,000 idle tunnels";
        var tree = new ProcessTree(node.Pid);
        tree.Settle(TimeSpan.FromSeconds(5));
        var before = tree.ResidentBytes();
        var count = Math.Min(Wanted, (DescriptorsMax() - SparedDescriptors) / 2);
        new Thread(Echo) { IsBackground = true }.Start();
        var route = new Route(node.Proxy, Form.Tunnel, $"127.0.0.1:{Port}", "/", proof);
        try
        {
            for (var i = 0; i < count; i++)
            {
                held.Add(Open(route));
            }
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            return Bar.Failed(Name, origin, $"tunnel {held.Count + 1} failed: {failed.Message}");
        }

        tree.Settle(TimeSpan.FromSeconds(5));
        var after = tree.ResidentBytes();
        var each = (after - before) / (double)count;
        var all = before + (each * Wanted);
        var how = count == Wanted ? "" : $"; {count:N0} were opened and the rest reckoned, for this machine allows {DescriptorsMax():N0} descriptors";
        return new Bar
        {
            Name = Name,
            Origin = origin,
            Outcome = all <= BytesMax ? Outcome.Ok : Outcome.Miss,
            Figures = $"{all / 1e6:N0} MB resident, at most {BytesMax / 1e6:N0}; {before / 1e6:N0} MB before, {each / 1024:N1} KiB a tunnel{how}",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Dispose();
        lock (held)
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    private static Socket Open(Route route)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = TimeoutMilliseconds,
            LingerState = new LingerOption(enable: true, seconds: 0),
        };
        socket.Connect(route.Via);
        socket.Send(route.Connect);
        var buffer = new byte[1024];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            length += Received(socket.Receive(buffer.AsSpan(length)));
        }

        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
        {
            throw new IOException("CONNECT was refused");
        }

        socket.Send(buffer);
        for (length = 0; length < buffer.Length;)
        {
            length += Received(socket.Receive(buffer));
        }

        return socket;
    }

    private static int Received(int count) => count > 0 ? count : throw new IOException("closed");

    private void Echo()
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                var peer = listener.Accept();
                peer.LingerState = new LingerOption(enable: true, seconds: 0);
                lock (held)
                {
                    held.Add(peer);
                }

                for (var length = 0; length < buffer.Length;)
                {
                    var count = Received(peer.Receive(buffer));
                    peer.Send(buffer.AsSpan(0, count));
                    length += count;
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException)
        {
            // The bench is over.
        }
    }

    // "Max open files            20000                20000                files"
    private static int DescriptorsMax()
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return int.TryParse(hard, out var limit) ? limit : int.MaxValue;
    }
}
