using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Ledger;

namespace Sallyport.Host.Backups;

/// <summary>Writes a backup of a state folder, of a running node too.</summary>
/// <remarks>
/// A gzip tar of regular files. The ledger is cut at its checkpoint; everything else is read after that, so that a
/// freeze or a snapshot which the ledger names is in it. What is not: sockets, the index (made anew), and open runs,
/// which end when the node that had them does. The last file, <c>MANIFEST</c>, has the SHA-256 of each of the others,
/// as <c>sha256sum</c> prints them.
/// </remarks>
internal sealed class BackupWriter : IDisposable
{
    /// <summary>Name of the list of all other files.</summary>
    public const string Manifest = "MANIFEST";

    /// <summary>Name of the sealed keys.</summary>
    public const string Keys = "sealed-keys";

    /// <summary>The private keys, which are in a backup sealed or not at all.</summary>
    public static readonly string[] Private = ["ca.key", "ca.next.key", "ledger/key", "ledger/key.next"];

    private static readonly string[] Public =
        ["ca.pem", "ca.next.pem", "ca.next.at", ".gitignore", "freeze.json", "ledger/key.pub"];

    private readonly StringBuilder manifest = new();
    private readonly TarWriter tar;

    private BackupWriter(Stream to) => tar = new TarWriter(to, TarEntryFormat.Pax, leaveOpen: true);

    /// <summary>Writes a backup.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="target">The file, which must not be there.</param>
    /// <param name="passphrase">What the keys are sealed with; null leaves them out.</param>
    /// <returns>What is in it, or why there is none. On a fault there is no file.</returns>
    public static (LedgerCut? Cut, Fault? Fault) Write(StateFolder state, string target, string? passphrase)
    {
        if (File.Exists(target) || Directory.Exists(target))
        {
            return (null, BackupFaults.Exists(target));
        }

        var part = target + ".part";
        try
        {
            if (!LedgerCut.TryFind(state.Ledger, new LocalDisk(), out var cut, out var fault))
            {
                return (null, fault);
            }

            using (var file = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                using (var zip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                using (var writer = new BackupWriter(zip))
                {
                    writer.Add(state, cut, passphrase);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(part, target);
            new LocalDisk().SyncFolder(Path.GetDirectoryName(Path.GetFullPath(target))!); // it holds a file
            return (cut, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last is the runtime's word for EFBIG: a quota, or the file system's own limit.
            if (File.Exists(part))
            {
                File.Delete(part);
            }

            return (null, BackupFaults.NotWritten(target, e.Message));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => tar.Dispose();

    private void Add(StateFolder state, LedgerCut cut, string? passphrase)
    {
        foreach (var (path, length) in cut.Files)
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var prefix = new PrefixStream(file, length);
            AddFile(Name(state, path), prefix);
        }

        AddFile(Name(state, state.Ledger.Checkpoint), new MemoryStream(cut.Checkpoint.ToBytes()));
        foreach (var name in Public)
        {
            AddIfThere(state, name);
        }

        var snapshots = Path.Combine(state.Root, "snapshots");
        if (Directory.Exists(snapshots))
        {
            foreach (var path in Directory.EnumerateFiles(snapshots, "*", SearchOption.AllDirectories)
                .Where(path => !path.Contains(".part/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal))
            {
                AddIfThere(state, Name(state, path));
            }
        }

        if (passphrase is not null)
        {
            var keys = Private.Where(name => File.Exists(Path.Combine(state.Root, name)))
                .ToDictionary(
                    name => name, name => File.ReadAllBytes(Path.Combine(state.Root, name)), StringComparer.Ordinal);
            AddFile(Keys, new MemoryStream(SealedKeys.Seal(keys, passphrase)));
        }

        AddFile(Manifest, new MemoryStream(Encoding.UTF8.GetBytes(manifest.ToString())));
    }

    private static string Name(StateFolder state, string path) =>
        Path.GetRelativePath(state.Root, path).Replace('\\', '/');

    private void AddIfThere(StateFolder state, string name)
    {
        try
        {
            // Whole in memory: they are small, and may be replaced under our hands.
            AddFile(name, new MemoryStream(File.ReadAllBytes(Path.Combine(state.Root, name))));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A snapshot that nothing names was pruned, or there is none of it.
        }
    }

    private void AddFile(string name, Stream content)
    {
        var digest = SHA256.HashData(content);
        content.Position = 0;
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            DataStream = content,
        });
        manifest.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(digest)}  {name}\n");
    }
}
