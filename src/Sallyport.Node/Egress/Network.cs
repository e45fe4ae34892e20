using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>Resolves a name; an empty list when there is no address. Throws <see cref="SocketException"/> when it
/// cannot tell.</summary>
public delegate Task<IPAddress[]> ResolveName(string name, CancellationToken cancellation);

/// <summary>Opens a TCP connection. Throws <see cref="SocketException"/> when the peer cannot be reached.</summary>
public delegate Task<Socket> ConnectTo(IPEndPoint peer, CancellationToken cancellation);

/// <summary>What the dialler uses of the machine.</summary>
public sealed record Network
{
    /// <summary>The machine's own resolver and sockets.</summary>
    public static Network Machine { get; } = new()
    {
        Resolve = ResolveAsync,
        Connect = ConnectAsync,
        OwnAddresses = ReadOwnAddresses,
    };

    /// <summary>Resolves a name.</summary>
    public required ResolveName Resolve { get; init; }

    /// <summary>Opens a connection.</summary>
    public required ConnectTo Connect { get; init; }

    /// <summary>Addresses of this machine's own interfaces: services here are not the world outside.</summary>
    public required Func<IReadOnlySet<IPAddress>> OwnAddresses { get; init; }

    // The trailing dot makes the name absolute: no search domain may turn an allowed name into another one.
    private static Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation) =>
        Dns.GetHostAddressesAsync(name + ".", cancellation);

    private static async Task<Socket> ConnectAsync(IPEndPoint peer, CancellationToken cancellation)
    {
        var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(peer, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HashSet<IPAddress> ReadOwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ];
}
