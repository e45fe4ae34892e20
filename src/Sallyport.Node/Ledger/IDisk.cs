namespace Sallyport.Ledger;

/// <summary>The disk as the ledger uses it. Two real ones: <see cref="LocalDisk"/>, and the tests' disk that breaks on
/// purpose.</summary>
/// <remarks>Every failure is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</remarks>
public interface IDisk
{
    /// <summary>Makes a folder, and those above it, for the owner alone (0700).</summary>
    void CreateFolder(string path);

    /// <summary>Paths of the files in a folder; none when there is no such folder.</summary>
    IEnumerable<string> Files(string folder);

    /// <summary>Opens a file to read and write, made for the owner alone (0600) if it is not there.</summary>
    IDiskFile Open(string path);

    /// <summary>Opens a file to read; null when it is not there.</summary>
    IDiskFile? OpenRead(string path);

    /// <summary>Gives a file another name, in place of the file that has it already, or a folder a name that is free:
    /// all
    /// of it or nothing.</summary>
    void Move(string from, string to);

    /// <summary>Takes a file away; does nothing where there is none.</summary>
    void Delete(string path);

    /// <summary>Makes the names of new files in a folder survive a power cut.</summary>
    void SyncFolder(string path);

    /// <summary>Bytes that this user may still write to the disk of a folder.</summary>
    long FreeBytes(string folder);
}

/// <summary>An open file. Offsets in bytes from its start.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer only at the end of the file.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Hands all bytes to the kernel, or fails with some of them handed over.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when everything that was written before survives a power cut (fsync).</summary>
    void Sync();

    /// <summary>Cuts the file to this length.</summary>
    void Truncate(long length);
}
