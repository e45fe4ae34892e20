using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Sallyport.Bench.Load;

/// <summary>One connection of a closed loop: sends a request, reads the whole answer, and again. Blocking, one thread each.</summary>
/// <remarks>The same code drives every arm, so what it costs is the same for all of them.</remarks>
[SuppressMessage("Security", "CA5359", Justification = "Every arm alike: what is measured is the proxy, not the client's trust.")]
internal sealed class LoadConnection(Route route, int bodyBytes) : IDisposable
{
    private const int TimeoutMilliseconds = 10_000;
    private static readonly SslClientAuthenticationOptions Tls = new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        // A new connection pays for a whole handshake, in every arm.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    private readonly byte[] buffer = new byte[64 * 1024];
    private Stream? stream;
    private bool isUsed;

    /// <summary>One request and its whole answer, over a new connection if there is none. Closes when the answer says so.</summary>
    /// <exception cref="IOException">Not the answer that was wanted, or broken: the connection is closed.</exception>
    public void Exchange()
    {
        try
        {
            var open = stream ?? Open();
            if (!TrySend(open, out var length))
            {
                // Ended between two requests without a word, as tinyproxy does: a client sends it again (RFC 9112, 9.3.1).
                Require(isUsed, "closed before the first answer");
                Close();
                open = Open();
                Require(TrySend(open, out length), "closed before the first answer");
            }

            isUsed = true;
            Receive(open, length);
        }
        catch (Exception failed) when (failed is IOException or SocketException or AuthenticationException)
        {
            Close();
            throw failed as IOException ?? new IOException(failed.Message, failed);
        }
    }

    /// <summary>Closes it.</summary>
    public void Close()
    {
        stream?.Dispose();
        stream = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private Stream Open()
    {
        isUsed = false;
        var socket = new Socket(route.Via.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = TimeoutMilliseconds,
            SendTimeout = TimeoutMilliseconds,
            // No TIME_WAIT: a closed loop of new connections would use up the ports.
            LingerState = new LingerOption(enable: true, seconds: 0),
        };
        try
        {
            socket.Connect(route.Via);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        stream = new NetworkStream(socket, ownsSocket: true);
        if (route.Connect.Length > 0)
        {
            stream.Write(route.Connect);
            var rest = ReadHead(stream, stream.Read(buffer), out var head);
            Require(head.Status == 200, $"CONNECT was answered with {head.Status}");
            Require(rest == 0, "bytes after the answer to CONNECT");
        }

        if (route.IsTls)
        {
            var tls = new SslStream(stream);
            stream = tls;
            tls.AuthenticateAsClient(Tls);
        }

        return stream;
    }

    // False: the other side had closed before it began to answer.
    private bool TrySend(Stream open, out int length)
    {
        try
        {
            open.Write(route.Request);
            length = open.Read(buffer);
        }
        catch (IOException failed) when (failed.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            length = 0;
        }

        return length > 0;
    }

    private void Receive(Stream open, int length)
    {
        var have = ReadHead(open, length, out var head);
        Require(head.Status == 200, $"status {head.Status}");
        Require(head.ContentLength == bodyBytes, $"a body of {head.ContentLength?.ToString() ?? "unknown"} bytes and not {bodyBytes}");
        for (; have < bodyBytes; have += Read(open, buffer))
        {
            // What comes is not kept; its length is checked below.
        }

        Require(have == bodyBytes, "more bytes than the answer has");
        if (head.IsLast)
        {
            Close();
        }
    }

    // Reads up to the blank line, with what is in the buffer already; returns how many bytes came after it.
    private int ReadHead(Stream open, int length, out ResponseHead head)
    {
        while (length < buffer.Length)
        {
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                head = ResponseHead.Parse(buffer.AsSpan(0, end + 2));
                return length - end - 4;
            }

            length += Read(open, buffer.AsSpan(length));
        }

        throw new IOException("a head that does not end");
    }

    private static int Read(Stream from, Span<byte> into) =>
        from.Read(into) is var count and > 0 ? count : throw new IOException("closed in the middle of an answer");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new IOException(otherwise);
        }
    }
}
