using System.Formats.Tar;
using System.IO.Compression;

namespace Sallyport.Cedar.Conformance;

/// <summary>
/// Test data outside of the repository: the folder in SALLYPORT_DATA, else <c>../shared/data</c> beside the repository.
/// </summary>
internal static class SharedFiles
{
    /// <summary>The archives of a folder whose names match, or a named skip if there are none.</summary>
    public static string[] Archives(string folder, string pattern)
    {
        var path = Path.Combine(Root(), folder);
        var found = Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];
        Array.Sort(found, StringComparer.Ordinal);
        Assert.SkipWhen(
            found.Length == 0,
            $"No {folder}/{pattern}: set SALLYPORT_DATA to the folder with the shared test data.");
        return found;
    }

    /// <summary>Every regular file of an archive by its path in it; what macOS puts beside files is left out.</summary>
    public static Dictionary<string, byte[]> Unpack(string archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not null
                && !Path.GetFileName(entry.Name).StartsWith("._", StringComparison.Ordinal))
            {
                var bytes = new byte[entry.Length];
                entry.DataStream.ReadExactly(bytes);
                files[entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name] = bytes;
            }
        }

        return files;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } given)
        {
            return given;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "data") : "shared/data";
    }
}
