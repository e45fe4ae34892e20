using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Ledger;
using Sallyport.Tlog.Notes;

namespace Sallyport.Host.Backups;

/// <summary>How a backup is restored.</summary>
/// <param name="Passphrase">What opens its keys; null restores without.</param>
/// <param name="Key">The log's key, got beforehand; null: the one in the backup.</param>
/// <param name="Remembered">Checkpoints that the restored log must extend.</param>
internal sealed record RestoreOptions(
    string? Passphrase, VerifierKey? Key, IReadOnlyList<RememberedCheckpoint> Remembered);

/// <summary>Restores a backup into a folder of its own. A backup is a file that somebody has kept: it is believed only
/// after every digest and the whole ledger were verified, and only then has the folder its name.</summary>
internal static partial class BackupReader
{
    private const long FileBytesMax = 8L << 30;
    private const long SmallBytesMax = 16L << 20;
    private const int FilesMax = 200_000;

    /// <summary>Restores a backup.</summary>
    /// <param name="source">The file.</param>
    /// <param name="folder">Where to: not there, or empty.</param>
    /// <param name="options">How.</param>
    /// <returns>The verified ledger, or why nothing was restored.</returns>
    public static (AuditedLog? Log, Fault? Fault) Restore(string source, string folder, RestoreOptions options)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            return (null, BackupFaults.NotEmpty(folder));
        }

        var part = folder + ".restoring";
        try
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true); // of a restore that was killed
            }

            new LocalDisk().CreateFolder(part);
            var (log, fault) = Fill(source, part, options);
            if (log is null)
            {
                Directory.Delete(part, recursive: true);
                return (null, fault);
            }

            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            Directory.Move(part, folder);
            new LocalDisk().SyncFolder(Path.GetDirectoryName(folder)!); // not the root: it is empty
            return (log, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }

            return (null, BackupFaults.NotRestored(folder, e.Message));
        }
    }

    private static (AuditedLog? Log, Fault? Fault) Fill(string source, string part, RestoreOptions options)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var file = File.OpenRead(source);
            using var zip = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(zip);
            while (tar.GetNextEntry() is { } entry)
            {
                if (Refused(entry, digests) is { } wrong)
                {
                    return (null, BackupFaults.Wrong(source, wrong));
                }

                digests.Add(entry.Name, Write(entry, Path.Combine(part, entry.Name)));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, BackupFaults.NotRead(source, "there is no such file."));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException
            or InvalidOperationException or ArgumentException or OverflowException or NotSupportedException)
        {
            // The last four are the tar reader's, of lengths and names that cannot be.
            return (null, BackupFaults.NotRead(source, "it is no tar under gzip, or it was cut or changed."));
        }

        return Listed(part, digests) is { } other ? (null, BackupFaults.Wrong(source, other))
            : Open(part, options) is { } closed ? (null, closed)
            : LedgerAudit.TryVerify(
                new StateFolder(part).Ledger, new LocalDisk(),
                new AuditOptions { Key = options.Key, Remembered = options.Remembered }, out var log, out var fault)
                ? (log, null) : (null, fault);
    }

    private static string? Refused(TarEntry entry, Dictionary<string, string> before) =>
        entry.EntryType is not TarEntryType.RegularFile ? $"{entry.Name} is no file"
        : !Names().IsMatch(entry.Name) ? "it holds a file that no backup has"
        : before.ContainsKey(entry.Name) ? $"{entry.Name} is in it twice"
        : before.Count >= FilesMax ? "it holds too many files"
        : entry.Length > (entry.Name.StartsWith("ledger/segments/", StringComparison.Ordinal)
            ? FileBytesMax : SmallBytesMax) ? $"{entry.Name} is too large"
        : null;

    private static string Write(TarEntry entry, string path)
    {
        new LocalDisk().CreateFolder(Path.GetDirectoryName(path)!); // below the folder
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        entry.DataStream?.CopyTo(file);
        file.Flush(flushToDisk: true);
        file.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    // Every file is listed and every listed file is there, with these bytes.
    private static string? Listed(string part, Dictionary<string, string> digests)
    {
        if (!digests.Remove(BackupWriter.Manifest))
        {
            return "it has no MANIFEST, so that it is not whole";
        }

        var path = Path.Combine(part, BackupWriter.Manifest);
        foreach (var line in File.ReadAllLines(path, Encoding.UTF8))
        {
            if (line.Split("  ", 2) is not [var digest, var name] || !digests.Remove(name, out var found))
            {
                return "its MANIFEST lists what is not there";
            }

            if (found != digest)
            {
                return $"{name} has other bytes than its MANIFEST says";
            }
        }

        File.Delete(path);
        return digests.Keys.FirstOrDefault() is { } unlisted ? $"{unlisted} is not in its MANIFEST" : null;
    }

    private static Fault? Open(string part, RestoreOptions options)
    {
        var path = Path.Combine(part, BackupWriter.Keys);
        if (!File.Exists(path))
        {
            return options.Passphrase is null ? null : BackupFaults.Passphrase;
        }

        if (options.Passphrase is { } passphrase)
        {
            if (!SealedKeys.TryOpen(File.ReadAllBytes(path), passphrase, out var keys)
                || keys.Keys.Except(BackupWriter.Private, StringComparer.Ordinal).Any())
            {
                return BackupFaults.Passphrase;
            }

            foreach (var (name, bytes) in keys)
            {
                using var file = new FileStream(Path.Combine(part, name), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
        }

        File.Delete(path);
        return null;
    }

    // What BackupWriter writes, and nothing else: no path that leads out, no name that means something.
    [GeneratedRegex(
        "^(ledger/(checkpoint|key\\.pub|segments/[0-9]{16}\\.(entries|hashes|kept))|snapshots/[0-9a-f]{64}/"
        + "(?!.*\\.\\.)[A-Za-z0-9._/ -]{1,255}|ca\\.pem|ca\\.next\\.pem|ca\\.next\\.at|\\.gitignore|freeze\\.json|"
        + "sealed-keys|MANIFEST)\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
