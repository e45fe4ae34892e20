using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sallyport.EndToEnd.Stage;

/// <summary>How a connection ended for one side.</summary>
public enum Ending
{
    /// <summary>The peer said goodbye (FIN).</summary>
    Closed,

    /// <summary>The peer, or the gate between, reset the connection.</summary>
    Reset,
}

/// <summary>One end of a connection, byte by byte. Text is Latin-1, so that every byte has a character.</summary>
public sealed class RawPeer : IDisposable
{
    // Not a claim about speed: a test that hangs should say so before the runner is killed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream stream;
    private readonly CancellationTokenSource deadline = new(Patience);
    private readonly MemoryStream unread = new();

    public RawPeer(Socket socket, Stream? over = null)
    {
        Socket = socket;
        stream = over ?? new NetworkStream(socket, ownsSocket: true);
    }

    public Socket Socket { get; }

    public Stream Stream => stream;

    /// <param name="endPoint">Where.</param>
    /// <param name="receiveBuffer">What the kernel takes in while nobody reads, about; 0 as the kernel likes.</param>
    public static async Task<RawPeer> ConnectAsync(EndPoint endPoint, int receiveBuffer = 0)
    {
        var unix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!unix)
        {
            socket.NoDelay = true;
        }

        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(endPoint);
        return new RawPeer(socket);
    }

    public async Task SendAsync(string text)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), deadline.Token);
        await stream.FlushAsync(deadline.Token);
    }

    /// <summary>Sends, and does not mind that the other side has gone.</summary>
    public async Task<bool> TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Reads up to and including the text.</summary>
    public async Task<string> UntilAsync(string end)
    {
        while (true)
        {
            var seen = Encoding.Latin1.GetString(unread.GetBuffer(), 0, (int)unread.Length);
            var at = seen.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                return Take(at + end.Length);
            }

            if (await FillAsync() == 0)
            {
                throw new EndOfStreamException($"'{end}' did not come; got '{seen}'.");
            }
        }
    }

    public async Task<string> ReadAsync(int count)
    {
        while (unread.Length < count)
        {
            if (await FillAsync() == 0)
            {
                throw new EndOfStreamException($"{count} bytes did not come, only {unread.Length}.");
            }
        }

        return Take(count);
    }

    /// <summary>Everything to the end, and how it ended.</summary>
    public async Task<(string Text, Ending Ending)> ToEndAsync()
    {
        var ending = Ending.Closed;
        try
        {
            while (await FillAsync() > 0)
            {
            }
        }
        catch (IOException)
        {
            ending = Ending.Reset;
        }

        return (Take((int)unread.Length), ending);
    }

    /// <summary>One response: head, and body by Content-Length, chunks or the end of the connection.</summary>
    public async Task<RawResponse> ResponseAsync(bool withoutBody = false)
    {
        var head = await UntilAsync("\r\n\r\n");
        var response = new RawResponse(head, "");
        if (withoutBody || response.Status is 204 or 304 || (response.Status / 100) == 1)
        {
            return response;
        }

        if (response.Header("Content-Length") is { } length)
        {
            return response with { Body = await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture)) };
        }

        if (response.Header("Transfer-Encoding") == "chunked")
        {
            return response with { Body = await ChunksAsync() };
        }

        return response with { Body = (await ToEndAsync()).Text };
    }

    /// <summary>The next chunk of a chunked body; empty at its end (trailers are read too).</summary>
    public async Task<string> ChunkAsync()
    {
        var size = int.Parse((await UntilAsync("\r\n")).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (size > 0)
        {
            var chunk = await ReadAsync(size);
            await UntilAsync("\r\n");
            return chunk;
        }

        while (await UntilAsync("\r\n") is not "\r\n")
        {
        }

        return "";
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void SendNoMore() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Close();
    }

    public void Dispose()
    {
        stream.Dispose();
        Socket.Dispose();
        deadline.Dispose();
        unread.Dispose();
    }

    private async Task<string> ChunksAsync()
    {
        var body = new StringBuilder();
        while (await ChunkAsync() is { Length: > 0 } chunk)
        {
            body.Append(chunk);
        }

        return body.ToString();
    }

    private async Task<int> FillAsync()
    {
        var buffer = new byte[16 * 1024];
        var count = await stream.ReadAsync(buffer, deadline.Token);
        await unread.WriteAsync(buffer.AsMemory(0, count), deadline.Token);
        return count;
    }

    private string Take(int count)
    {
        var all = unread.ToArray();
        unread.SetLength(0);
        unread.Write(all, count, all.Length - count);
        return Encoding.Latin1.GetString(all, 0, count);
    }
}

/// <summary>A response as it came.</summary>
public sealed record RawResponse(string Head, string Body)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>Value of the first field of this name, or null.</summary>
    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Select(line => line.Split(": ", 2))
        .FirstOrDefault(field => field.Length == 2 && field[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    public string? Denied => Header("Sallyport-Denied");
}
