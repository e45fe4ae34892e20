using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Identity;

/// <summary>The short 0700 folder that a node's sockets live in.</summary>
/// <remarks>A unix socket's path is at most 107 bytes (unix(7)), and a state folder may be deep. So the folder's name is made
/// from the state folder's full path: a verb finds the node of its own state folder without asking anybody.</remarks>
public static class SocketFolder
{
    /// <summary>The folder of the node that owns this state folder. Not made by this call.</summary>
    /// <param name="stateFolder">The node's <c>.sallyport</c>.</param>
    public static string PathFor(string stateFolder)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(stateFolder))).AsSpan(0, 6));
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        // /run belongs to root and the runtime folder to its user: there nobody else can be first.
        var parent = Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run"
            : runtime is { Length: > 0 and < 60 } && Directory.Exists(runtime) ? runtime
            : "/tmp";
        return Path.Combine(parent, $"sallyport-{name}");
    }

    /// <summary>The socket of the node's API.</summary>
    public static string AdminSocket(string stateFolder) => Path.Combine(PathFor(stateFolder), "admin.sock");

    /// <summary>Makes the folder, or refuses one that is not ours alone.</summary>
    /// <returns>A fault when somebody else has made it, or it is a link.</returns>
    public static Fault? Make(string folder)
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            Directory.CreateDirectory(folder, Private);
            // In a world-writable parent somebody else may have been first: setting the mode then fails, and a link shows here.
            if (new DirectoryInfo(folder).LinkTarget is null)
            {
                File.SetUnixFileMode(folder, Private);
                return null;
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return NotOurs(folder, failed.Message);
        }

        return NotOurs(folder, "it is a link");
    }

    private static Fault NotOurs(string folder, string why) =>
        new("identity.socket-folder", $"The folder for sockets, {folder}, cannot be used: {why}", "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.");
}
