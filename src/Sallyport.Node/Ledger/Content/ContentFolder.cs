using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Sallyport.Ledger;

/// <summary>The files of kept bodies: <c>content/30d/ab/abcd....gz</c>, each under the time that it is kept for and
/// the SHA-256 of what is in it. A file's own time says since when.</summary>
/// <remarks>
/// So there is nothing beside the files that could disagree with them, a copy of the folder is kept longer and never
/// shorter, and <c>zcat FILE | sha256sum</c> verifies one. A body that is kept for two times is there twice.
/// </remarks>
/// <param name="root"><c>.sallyport/content</c>.</param>
/// <param name="disk">Its disk.</param>
internal sealed class ContentFolder(string root, IDisk disk)
{
    private const string Suffix = ".gz";
    private const string PartSuffix = ".new"; // What an interrupted write has left.
    private const int BlockBytes = 4096;
    private long bytes;
    private long bodies;

    public string Root => root;

    /// <summary>What the files take on the disk, as far as is known.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>How many there are.</summary>
    public long Bodies => Volatile.Read(ref bodies);

    /// <summary>Held by whoever writes or drops, so that what is said of a file in the ledger is true of it.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>Bytes that this user may still write. A folder that somebody took away is made again.</summary>
    public long FreeBytes()
    {
        disk.CreateFolder(root);
        return disk.FreeBytes(root);
    }

    /// <summary>What a body takes on the disk at most.</summary>
    public static long OnDisk(long length) => (length + BlockBytes) / BlockBytes * BlockBytes;

    /// <summary>Makes the folder, removes what a dying process has left, and counts what is there.</summary>
    public void Open()
    {
        disk.CreateFolder(root);
        foreach (var part in Directory.EnumerateFiles(root, "*" + PartSuffix, SearchOption.AllDirectories))
        {
            File.Delete(part);
        }

        var (count, sum) = (0L, 0L);
        foreach (var body in Files())
        {
            (count, sum) = (count + 1, sum + OnDisk(body.Bytes));
        }

        Volatile.Write(ref bodies, count);
        Volatile.Write(ref bytes, sum);
    }

    /// <summary>Every kept body, in no order. Files of another name are none of ours.</summary>
    public IEnumerable<KeptBody> Files()
    {
        foreach (var time in Times())
        {
            foreach (var path in Directory.EnumerateFiles(
                Path.Combine(root, time.Text), "*" + Suffix, SearchOption.AllDirectories))
            {
                if (At(path, time) is { } body)
                {
                    yield return body;
                }
            }
        }
    }

    /// <summary>The files of a body, the one that is kept longest first; none where it is not kept.</summary>
    public IReadOnlyList<KeptBody> Find(string digest) =>
    [
        .. Times().Select(time => At(PathOf(time, digest), time)).OfType<KeptBody>()
            .OrderByDescending(body => body.Until),
    ];

    /// <summary>Keeps a body that is there already for its whole time again; false where it is not there.</summary>
    public bool TryRenew(RetentionTime time, string digest, DateTimeOffset now)
    {
        var path = PathOf(time, digest);
        if (!File.Exists(path))
        {
            return false;
        }

        File.SetLastWriteTimeUtc(path, now.UtcDateTime);
        return true;
    }

    /// <summary>Writes a body: all of it or nothing, safe before it has its name.</summary>
    /// <returns>Bytes of the file.</returns>
    public long Write(RetentionTime time, string digest, IEnumerable<ReadOnlyMemory<byte>> parts, DateTimeOffset now)
    {
        var path = PathOf(time, digest);
        var folder = Path.GetDirectoryName(path)!; // below the root
        disk.CreateFolder(folder);
        var part = path + PartSuffix;
        long length;
        try
        {
            using (var file = new FileStream(part, Private()))
            {
                using (var zip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                {
                    foreach (var some in parts)
                    {
                        zip.Write(some.Span);
                    }
                }

                file.Flush(flushToDisk: true);
                length = file.Length;
            }

            File.SetLastWriteTimeUtc(part, now.UtcDateTime);
            disk.Move(part, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(part);
            throw;
        }

        disk.SyncFolder(folder);
        Interlocked.Increment(ref bodies);
        Interlocked.Add(ref bytes, OnDisk(length));
        return length;
    }

    /// <summary>Deletes a file.</summary>
    public void Delete(KeptBody body)
    {
        File.Delete(body.Path);
        Interlocked.Decrement(ref bodies);
        Interlocked.Add(ref bytes, -OnDisk(body.Bytes));
    }

    /// <summary>Reads a body back: only what has its digest.</summary>
    public bool TryRead(
        string digest, [NotNullWhen(true)] out byte[]? body, [NotNullWhen(false)] out Fault? fault)
    {
        (body, fault) = (null, ContentFaults.NotKept(digest));
        foreach (var file in Find(digest))
        {
            try
            {
                using var zip = new GZipStream(File.OpenRead(file.Path), CompressionMode.Decompress);
                if (Within(zip) is { } read && Convert.ToHexStringLower(SHA256.HashData(read)) == digest)
                {
                    (body, fault) = (read, null);
                    return true;
                }

                fault = ContentFaults.Damaged(file.Path);
            }
            catch (InvalidDataException)
            {
                fault = ContentFaults.Damaged(file.Path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fault = ContentFaults.Unreadable(file.Path, e);
            }
        }

        return false;
    }

    // A file that somebody has put there may unfold to anything.
    private static byte[]? Within(GZipStream zip)
    {
        var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (zip.Read(buffer) is var count and > 0)
        {
            if (read.Length + count > ContentRules.BodyBytesMost)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    private List<RetentionTime> Times() => Directory.Exists(root)
        ? [.. Directory.EnumerateDirectories(root)
            .Select(path => RetentionTime.TryParse(Path.GetFileName(path), out var time) ? time : null)
            .OfType<RetentionTime>()]
        : [];

    private string PathOf(RetentionTime time, string digest) =>
        Path.Combine(root, time.Text, digest[..2], digest + Suffix);

    private KeptBody? At(string path, RetentionTime time)
    {
        var digest = Path.GetFileNameWithoutExtension(path);
        var file = new FileInfo(path);
        return ContentScope.IsWhole(digest) && path == PathOf(time, digest) && file.Exists
            ? new KeptBody(path, digest, time, new DateTimeOffset(file.LastWriteTimeUtc), file.Length)
            : null;
    }

    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }
}

/// <summary>A file that holds a body.</summary>
/// <param name="Path">Where.</param>
/// <param name="Digest">SHA-256 of the body, lower-case hex.</param>
/// <param name="For">How long it is kept.</param>
/// <param name="At">Since when.</param>
/// <param name="Bytes">Bytes of the file.</param>
internal sealed record KeptBody(string Path, string Digest, RetentionTime For, DateTimeOffset At, long Bytes)
{
    /// <summary>From when on it may be dropped.</summary>
    public DateTimeOffset Until => At + For.Span;
}
