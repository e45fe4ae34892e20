using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>Two sequencers never own one ledger: the second finds the lock taken (flock, freed by the kernel when the
/// process dies).</summary>
internal static class FolderLock
{
    // What .NET reports for a file that is locked: EWOULDBLOCK on Linux, on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] Taken = [11, 35, 32];

    /// <summary>Takes the lock; false when another has it.</summary>
    public static bool TryTake(string path, [NotNullWhen(true)] out FileStream? folderLock)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        folderLock = null;
        try
        {
            folderLock = new FileStream(path, options);
            return true;
        }
        catch (IOException e) when (Taken.Contains(e.HResult & 0xffff))
        {
            return false;
        }
    }
}
