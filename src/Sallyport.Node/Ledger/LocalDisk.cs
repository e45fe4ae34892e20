using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sallyport.Ledger;

/// <summary>The file system of this machine.</summary>
public sealed class LocalDisk : IDisk
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        // .NET gives its mode to the last folder alone: those above it would be open to others.
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent && !Directory.Exists(parent))
        {
            CreateFolder(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    /// <inheritdoc/>
    public IDiskFile Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return new LocalFile(path, options);
    }

    /// <inheritdoc/>
    public IDiskFile? OpenRead(string path)
    {
        try
        {
            return new LocalFile(path, new FileStreamOptions { Share = FileShare.ReadWrite, BufferSize = 0 });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        // .NET opens no folders; NTFS journals names by itself.
        if (!OperatingSystem.IsWindows())
        {
            LibC.SyncFolder(path);
        }
    }

    /// <inheritdoc/>
    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private sealed class LocalFile : IDiskFile
    {
        private readonly FileStream stream;
        private readonly SafeFileHandle handle;

        // File.OpenHandle takes no create mode; the stream does, and lends its handle.
        public LocalFile(string path, FileStreamOptions options)
        {
            stream = new FileStream(path, options);
            handle = stream.SafeFileHandle;
        }

        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var read = 0;
            while (read < buffer.Length && RandomAccess.Read(handle, buffer[read..], offset + read) is var some and > 0)
            {
                read += some;
            }

            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (ArgumentOutOfRangeException tooLarge)
            {
                // The runtime's word for EFBIG (a quota, ulimit -f, the file system's own limit): a disk that is full.
                throw new IOException(tooLarge.Message, tooLarge);
            }
        }

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose()
        {
            handle.Dispose();
            stream.Dispose();
        }
    }

    private static class LibC
    {
        private const int ReadOnly = 0;

        public static void SyncFolder(string path)
        {
            var folder = Open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly);
            if (folder < 0)
            {
                throw Error(path);
            }

            var synced = Sync(folder);
            var error = synced < 0 ? Error(path) : null;
            _ = Close(folder);
            if (error is not null)
            {
                throw error;
            }
        }

        private static IOException Error(string path) =>
            new($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'", Marshal.GetLastPInvokeError());

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Sync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Close(int descriptor);
    }
}
