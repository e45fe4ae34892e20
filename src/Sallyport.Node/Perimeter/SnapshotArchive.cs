using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sallyport.Ledger;

namespace Sallyport.Perimeter;

/// <summary>The snapshots that were in force, each as the files that it was compiled from: <c>HASH/MANIFEST</c> and
/// what it lists. What is read back and has another hash is refused.</summary>
/// <param name="folder">In the state folder; 0700.</param>
/// <param name="disk">The disk.</param>
public sealed class SnapshotArchive(string folder, IDisk disk)
{
    /// <summary>Most kept snapshots that no entry names: proposals, and changes that came to nothing.</summary>
    public const int UnnamedMax = 16;

    /// <summary>Largest file that is read back, in bytes; no file of a perimeter is larger.</summary>
    private const int BytesMax = PerimeterFolder.ReferencedBytesMax;

    private const string ManifestName = "MANIFEST";
    private const int HashLength = 64;

    /// <summary>Keeps a snapshot. When this returns null it survives a power cut.</summary>
    /// <param name="files">What it was compiled from.</param>
    public Fault? Keep(SnapshotFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var place = Path.Combine(folder, files.Hash);
        if (TryRead(files.Hash, out _, out _))
        {
            return null;
        }

        var part = place + ".part";
        try
        {
            disk.CreateFolder(folder);
            Remove(part);
            Remove(place); // What is there is not what its name says.
            foreach (var name in files.Names)
            {
                Write(Path.Combine(part, name), files.Of(name)!); // its name was listed
            }

            // The manifest last, and the whole under its name at once: half a snapshot is never found.
            Write(Path.Combine(part, ManifestName), Encoding.UTF8.GetBytes(files.Manifest));
            Directory.Move(part, place);
            disk.SyncFolder(folder);
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                "perimeter.not-kept", $"The snapshot could not be kept in {folder}: {failed.Message}",
                "Free the disk, or mend the folder's mode.");
        }
    }

    /// <summary>The files of a kept snapshot, verified.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="files">The files.</param>
    /// <param name="fault">It is not there, or not what its name says.</param>
    public bool TryRead(
        string hash, [NotNullWhen(true)] out SnapshotFiles? files, [NotNullWhen(false)] out Fault? fault)
    {
        (files, fault) = (null, null);
        var place = Path.Combine(folder, hash);
        if (!IsHash(hash) || !Directory.Exists(place))
        {
            fault = new Fault(
                "perimeter.unknown", $"No snapshot '{Egress.Excerpt.Of(hash)}' is kept.",
                "See those that are: sallyport rollback --list");
            return false;
        }

        try
        {
            var manifest = Encoding.UTF8.GetString(Read(Path.Combine(place, ManifestName)));
            var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var line in manifest.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var name = line.Length > HashLength + 2 ? line[(HashLength + 2)..] : "";
                if (!IsWithin(name) || !read.TryAdd(name, Read(Path.Combine(place, name))))
                {
                    fault = Damaged(hash, place);
                    return false;
                }
            }

            files = new SnapshotFiles(read);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            fault = Damaged(hash, place);
            return false;
        }

        if (files.Hash == hash)
        {
            return true;
        }

        (files, fault) = (null, Damaged(hash, place));
        return false;
    }

    /// <summary>Reads a kept snapshot and compiles it again, with the packs that it was compiled with.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="loaded">What it says; without a mistake.</param>
    /// <param name="fault">It is not there, is damaged, or this version finds mistakes in it.</param>
    public bool TryLoad(
        string hash, [NotNullWhen(true)] out LoadedPerimeter? loaded, [NotNullWhen(false)] out Fault? fault)
    {
        loaded = null;
        if (!TryRead(hash, out var files, out fault))
        {
            return false;
        }

        loaded = PerimeterFolder.Compile(files);
        if (loaded.Snapshot?.Hash == hash)
        {
            return true;
        }

        fault = new Fault(
            "perimeter.stale",
            $"The kept snapshot {hash[..12]} cannot be compiled by this version: "
            + $"{loaded.Mistakes.FirstOrDefault()?.ToString() ?? "it no longer uses the same files"}",
            "Put the files of the perimeter folder in force instead.");
        loaded = null;
        return false;
    }

    /// <summary>Every kept hash, in no order.</summary>
    public IReadOnlyList<string> Kept() => Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder).Select(Path.GetFileName).OfType<string>().Where(IsHash)]
        : [];

    /// <summary>Removes what no entry of the ledger names, but for the newest <see cref="UnnamedMax"/>. What an entry
    /// names is never removed: replay and rollback need it.</summary>
    public void Prune(IReadOnlySet<string> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        try
        {
            var unnamed = Kept().Where(hash => !named.Contains(hash))
                .OrderByDescending(hash => Directory.GetLastWriteTimeUtc(Path.Combine(folder, hash)));
            foreach (var hash in unnamed.Skip(UnnamedMax))
            {
                Remove(Path.Combine(folder, hash));
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // What stays is harmless: the next start tries again.
        }
    }

    private static Fault Damaged(string hash, string place) => new(
        "perimeter.damaged", $"The kept snapshot {hash[..12]} is not what its name says.",
        $"Restore {place} from a backup.");

    private static bool IsHash(string text) =>
        text.Length == HashLength && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    // The manifest is a file like others: what it names stays within its folder.
    private static bool IsWithin(string name) =>
        (name.StartsWith(SnapshotFiles.FilesPrefix, StringComparison.Ordinal)
            || name.StartsWith(SnapshotFiles.PacksPrefix, StringComparison.Ordinal))
        && !name.Split('/').Any(part => part is "" or "." or "..");

    private static void Remove(string place)
    {
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private void Write(string path, byte[] bytes)
    {
        var parent = Path.GetDirectoryName(path)!; // it is in a folder
        disk.CreateFolder(parent);
        using (var file = disk.Open(path))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.SyncFolder(parent);
    }

    private byte[] Read(string path)
    {
        using var file = disk.OpenRead(path) ?? throw new FileNotFoundException(path);
        if (file.Length > BytesMax)
        {
            throw new IOException($"{path} is too long");
        }

        var bytes = new byte[file.Length];
        return bytes[..file.Read(bytes, 0)];
    }
}
