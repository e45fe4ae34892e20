using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Sallyport.Identity;

/// <summary>Who is at the other end of a unix socket, as the kernel says (SO_PEERCRED, unix(7)).</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Uid">Its user.</param>
public sealed record PeerProcess(int Pid, uint Uid)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>Asks the kernel. Null when the socket is not a connected unix socket.</summary>
    public static PeerProcess? Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.AddressFamily is not AddressFamily.Unix || !socket.Connected)
        {
            return null; // The kernel would answer with pid 0 and uid -1.
        }

        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == credentials.Length
                ? new PeerProcess(
                    BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt32LittleEndian(credentials) : BinaryPrimitives.ReadInt32BigEndian(credentials),
                    BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]) : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]))
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Start time of a process in clock ticks since boot, or null when there is no such process.</summary>
    public static long? StartOf(int pid) => Stat(pid) is { } fields && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var start) ? start : null;

    /// <summary>Whether a process is, or descends from, one that carries a run's mark in its environment.</summary>
    /// <remarks>Until runs are confined this keeps honest mistakes out, not a determined program: one that forgets its
    /// parents and its environment is not recognised. The sandbox closes that.</remarks>
    public static bool IsInsideRun(int pid)
    {
        for (var (hops, current) = (0, pid); current > 1 && hops < 64; hops++)
        {
            if (HasMark(current))
            {
                return true;
            }

            if (Stat(current) is not { } fields || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out current))
            {
                return false;
            }
        }

        return false;
    }

    private static bool HasMark(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Any(variable => variable.StartsWith("SALLYPORT_RUN=", StringComparison.Ordinal));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Fields from the third on: the second is the name in parentheses and may hold anything.
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
