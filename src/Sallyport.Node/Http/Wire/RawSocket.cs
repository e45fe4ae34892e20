using System.Net.Sockets;

namespace Sallyport.Http.Wire;

/// <summary>Closing a socket for good.</summary>
internal static class RawSocket
{
    /// <summary>Resets the connection: both directions end now, unsent bytes are dropped. Safe from any thread, any number of times.</summary>
    public static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Closed by somebody else already: that is all we want.
        }

        socket.Close();
    }
}
