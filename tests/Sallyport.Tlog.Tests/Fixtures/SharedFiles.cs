using System.Formats.Tar;
using System.IO.Compression;

namespace Sallyport.Tlog.Tests.Fixtures;

/// <summary>
/// Third-party vectors, which stay outside of the repository (SALLYPORT_DATA in CONTRIBUTING.md). They are parsed and
/// nothing else.
/// </summary>
internal static class SharedFiles
{
    private const long ArchiveBytesMax = 64 * 1024 * 1024;

    public static string PathOf(string name)
    {
        var file = Path.Combine(Folder() ?? "", "tlog", name);
        Assert.SkipUnless(Path.Exists(file), $"[needs shared data] tlog/{name} is not there: set SALLYPORT_DATA.");
        return file;
    }

    /// <summary>The regular files of a .tar.gz, by their path in it.</summary>
    public static Dictionary<string, byte[]> Unpack(string name)
    {
        using var file = File.OpenRead(PathOf(name));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(unzipped);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var total = 0L;
        while (archive.GetNextEntry() is { } entry)
        {
            total += entry.Length;
            Assert.True(total < ArchiveBytesMax, $"{name} is larger than {ArchiveBytesMax} bytes.");
            if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content })
            {
                var bytes = new byte[entry.Length];
                content.ReadExactly(bytes);
                files[entry.Name] = bytes;
            }
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                files[entry.Name] = [];
            }
        }

        return files;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        return Repository.Root is { } root ? Path.Combine(root, "..", "shared", "data") : null;
    }
}

internal static class Repository
{
    public static string? Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName;
        }
    }
}
