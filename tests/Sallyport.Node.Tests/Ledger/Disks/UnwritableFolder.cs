using System.Diagnostics;

namespace Sallyport.Ledger.Tests.Disks;

/// <summary>Folders in which nothing can be made or renamed, until it is disposed of.</summary>
/// <remarks>Permissions do not bind root: for root they are made immutable, where the file system has that.</remarks>
internal sealed class UnwritableFolder : IDisposable
{
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private readonly string[] folders;
    private bool isOver;

    public UnwritableFolder(params string[] folders)
    {
        this.folders = folders;
        foreach (var folder in folders)
        {
            if (!Environment.IsPrivilegedProcess)
            {
                File.SetUnixFileMode(folder, Read);
            }
            else if (!TryChange("+i", folder))
            {
                Dispose();
                Assert.Skip("root may write everywhere, and this file system has no immutable folders: [needs chattr]");
            }
        }
    }

    public void Dispose()
    {
        if (isOver)
        {
            return;
        }

        isOver = true;
        foreach (var folder in folders)
        {
            if (Environment.IsPrivilegedProcess)
            {
                TryChange("-i", folder);
            }
            else
            {
                File.SetUnixFileMode(folder, Read | UnixFileMode.UserWrite);
            }
        }
    }

    private static bool TryChange(string how, string folder)
    {
        try
        {
            using var chattr = Process.Start(new ProcessStartInfo("chattr", [how, folder])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            });
            chattr?.StandardError.ReadToEnd();
            chattr?.WaitForExit();
            return chattr?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
