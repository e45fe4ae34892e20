using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sallyport.EndToEnd.Program;

/// <summary>Bytes as they are, for requests that no client would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request (Latin-1) and reads until the other side closes.</summary>
    public static async Task<string> AskAsync(string address, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
