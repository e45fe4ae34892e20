using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sallyport.Range.Tests;

/// <summary>
/// The smallest proxy that an agent can be pointed at: CONNECT with a token, every name leads to the range, some names
/// are refused. What is not CONNECT is denied with a problem body.
/// </summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private static readonly string Credentials =
        "Proxy-Authorization: Basic " + Convert.ToBase64String("run-7:token"u8);

    private static readonly byte[] Problem = Encoding.ASCII.GetBytes(
        "HTTP/1.1 403 Forbidden\r\n"
        + "Content-Type: application/problem+json\r\nSallyport-Decision: d-17\r\nContent-Length: 72\r\n\r\n"
        + """{"code":"egress.denied","status":403,"mend":"ask","nested":{"x":"hid"}} """);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly IPEndPoint target;
    private readonly string refused;
    private readonly Task accepting;
    private readonly ConcurrentBag<Socket> open = [];

    public ConnectProxy(IPEndPoint target, string refused)
    {
        this.target = target;
        this.refused = refused;
        listener.Start();
        accepting = AcceptAsync();
    }

    public ConcurrentQueue<string> Tunnels { get; } = [];

    public string Url => $"http://run-7:token@{listener.LocalEndpoint}";

    /// <summary>Cuts every open connection, as a freeze does.</summary>
    public void Cut()
    {
        foreach (var socket in open)
        {
            socket.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptSocketAsync(stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        open.Add(client);
        try
        {
            await using var inner = new NetworkStream(client, ownsSocket: true);
            while (await HeadAsync(inner) is { Length: > 0 } head)
            {
                var authority = head.Split(' ')[1];
                if (!head.Contains(Credentials, StringComparison.OrdinalIgnoreCase))
                {
                    await AnswerAsync(
                        inner, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"run\"");
                    continue;
                }

                if (!head.StartsWith("CONNECT ", StringComparison.Ordinal))
                {
                    await inner.WriteAsync(Problem, stopping.Token);
                    continue;
                }

                if (authority.StartsWith(refused, StringComparison.Ordinal))
                {
                    await AnswerAsync(inner, "403 Forbidden\r\nSallyport-Decision: deny");
                    continue;
                }

                Tunnels.Enqueue(authority);
                await RelayAsync(inner);
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // Cut, by either side.
        }
    }

    private async Task RelayAsync(NetworkStream inner)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
        open.Add(upstream);
        await upstream.ConnectAsync(target);
        await using var outer = new NetworkStream(upstream);
        await inner.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        await Task.WhenAny(inner.CopyToAsync(outer), outer.CopyToAsync(inner));
    }

    private static Task AnswerAsync(NetworkStream inner, string status) =>
        inner.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")).AsTask();

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return "";
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
