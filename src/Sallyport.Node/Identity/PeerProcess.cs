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
    private const int AncestorsMax = 1024;

    /// <summary>The user that this process runs as (its effective uid).</summary>
    public static uint OwnUid { get; } = ReadOwnUid();

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
                    BitConverter.IsLittleEndian
                        ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
                        : BinaryPrimitives.ReadInt32BigEndian(credentials),
                    BitConverter.IsLittleEndian
                        ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
                        : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]))
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Start time of a process in clock ticks since boot, or null when there is no such process.</summary>
    public static long? StartOf(int pid) =>
        Stat(pid) is { } fields && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var start)
            ? start
            : null;

    /// <summary>User of a process, or null when there is no such process.</summary>
    public static uint? UidOf(int pid) =>
        uint.TryParse(UserOf($"{pid}"), NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : null;

    /// <summary>
    /// Whether a process is, or descends from, one that carries a run's mark in its environment, or descends from one
    /// that owns a run. Where it cannot be told, the answer is yes.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="owners">Who owns runs. An owner is not inside its own: it must end it.</param>
    /// <remarks>
    /// Not to be told: a process in a pid namespace that this one does not see (the kernel says pid 0), one that
    /// has gone meanwhile, one of our own user that keeps its environment from us (prctl(2), PR_SET_DUMPABLE), a
    /// line of ancestors that does not end. Ancestors alone may keep theirs: sshd, sudo and the like do, and an
    /// operator who is logged in descends from them. Until runs are confined this does not stop a determined program:
    /// one that leaves its parents (fork, and the first child ends) and drops its environment is not recognised. The
    /// sandbox closes that.
    /// </remarks>
    public static bool IsInsideRun(int pid, RunOwners owners)
    {
        ArgumentNullException.ThrowIfNull(owners);
        if (pid <= 0 || HasMark(pid) is not { } marked)
        {
            return pid <= 0 || !IsOfAnotherUser(pid);
        }

        var current = pid;
        for (var hops = 0; !marked && hops < AncestorsMax; hops++)
        {
            if (Parent(current) is not { } parent)
            {
                return true;
            }

            if (parent == 0)
            {
                return false; // The first process that this namespace sees.
            }

            if (Stat(parent) is null)
            {
                // Gone, and then its child has another parent now; or hidden from us (proc(5), hidepid), as another
                // user's is.
                if (Parent(current) == parent)
                {
                    return false;
                }

                continue;
            }

            current = parent;
            marked = owners.Holds(current) || (HasMark(current) ?? false);
        }

        return true; // Marked, or too long a line to be an honest one.
    }

    private static int? Parent(int pid) =>
        Stat(pid) is { } fields && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            ? parent
            : null;

    // Null when its environment cannot be read.
    private static bool? HasMark(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ")
                .Split('\0')
                .Any(variable => variable.StartsWith("SALLYPORT_RUN=", StringComparison.Ordinal));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Root may speak to a node that is not root's; what root runs we may not read, and could not keep out.
    private static bool IsOfAnotherUser(int pid) => UserOf($"{pid}") is { } user && user != UserOf("self");

    private static string? UserOf(string pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status")
                .FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t')[1];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
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

    private static uint ReadOwnUid()
    {
        var line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(text => text.StartsWith("Uid:", StringComparison.Ordinal));
        return uint.TryParse(line?.Split('\t')[2], CultureInfo.InvariantCulture, out var uid) ? uid : uint.MaxValue;
    }
}
