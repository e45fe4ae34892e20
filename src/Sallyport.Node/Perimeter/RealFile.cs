using System.Runtime.InteropServices;

namespace Sallyport.Perimeter;

/// <summary>What a name in the perimeter folder really is, before it is opened.</summary>
/// <remarks>
/// Opening a named pipe waits for a writer, perhaps for ever, and a link can lead to any file of the machine. What is
/// changed between the look and the opening is changed by somebody who may write the configuration anyway.
/// </remarks>
internal static class RealFile
{
    private const int AtWorkingDirectory = -100; // AT_FDCWD
    private const uint WantsType = 1; // STATX_TYPE
    private const int ModeOffset = 28; // stx_mode in struct statx, which is the same on every Linux
    private const int TypeMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    /// <summary>Why it should not be opened; null when it may, and when it is not there.</summary>
    /// <param name="folder">The perimeter folder; empty for files that a person names one by one.</param>
    /// <param name="path">The file.</param>
    public static string? Flaw(string folder, string path)
    {
        if (Real(path) is not { } real)
        {
            return null;
        }

        if (folder.Length > 0 && Real(folder) is { } within
            && !real.StartsWith(within.TrimEnd('/') + '/', StringComparison.Ordinal))
        {
            return "is a link that leads out of the perimeter folder";
        }

        return IsRegular(real) ? null : "is no regular file";
    }

    /// <summary>Where a path leads; null where it leads nowhere.</summary>
    public static string? Real(string path)
    {
        var found = RealPath(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            Free(found);
        }
    }

    // Elsewhere than on Linux nobody looks: there the file is opened as before.
    private static bool IsRegular(string path)
    {
        var status = new byte[256];
        return !OperatingSystem.IsLinux()
            || StatX(AtWorkingDirectory, path, 0, WantsType, status) != 0
            || (BitConverter.ToUInt16(status, ModeOffset) & TypeMask) is Regular;
    }

    [DllImport("libc", EntryPoint = "realpath")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint RealPath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint into);

    [DllImport("libc", EntryPoint = "free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Free(nint memory);

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
