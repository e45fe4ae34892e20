using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;

namespace Sallyport.Perimeter;

/// <summary>The files of one load. Each is read once, so that what is hashed is what was compiled.</summary>
/// <param name="folder">The perimeter folder; null for a kept snapshot, which has no other files than its own.</param>
internal sealed class FolderFiles(string? folder)
{
    private readonly SortedDictionary<string, byte[]> read = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, byte[]> packs = new(StringComparer.Ordinal);

    /// <summary>The files of a kept snapshot.</summary>
    public FolderFiles(SnapshotFiles kept)
        : this(folder: null)
    {
        foreach (var name in kept.Names)
        {
            var into = name.StartsWith(SnapshotFiles.PacksPrefix, StringComparison.Ordinal) ? packs : read;
            into.Add(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], kept.Of(name)!); // its name was listed
        }
    }

    /// <summary>Everything that was read.</summary>
    public SnapshotFiles All() => new(
    [
        .. read.Select(file => KeyValuePair.Create(SnapshotFiles.FilesPrefix + file.Key, file.Value)),
        .. packs.Select(pack => KeyValuePair.Create(SnapshotFiles.PacksPrefix + pack.Key, pack.Value)),
    ]);

    /// <summary>The text of a pack: what decides is hashed and kept, wherever it comes from.</summary>
    public bool ReadPack(string name, [NotNullWhen(true)] out PolicyText? pack)
    {
        if (folder is null)
        {
            pack = packs.TryGetValue($"{name}.cedar", out var bytes)
                ? new PolicyText($"{name}.cedar", Encoding.UTF8.GetString(bytes))
                : null;
            return pack is not null;
        }

        if (PolicyPacks.TryRead(name, out pack))
        {
            packs[pack.File] = Encoding.UTF8.GetBytes(pack.Text);
        }

        return pack is not null;
    }

    /// <summary>The text of a file that the configuration refers to: inside the folder, bounded, UTF-8.</summary>
    public void ReadText(string path, out string? text, out Fault? fault)
    {
        text = null;
        if (path.StartsWith('/')
            || path.Contains('\\')
            || path.Any(char.IsControl)
            || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            fault = new Fault(
                "perimeter.file",
                $"The path '{Excerpt.Of(path)}' leads out of the perimeter folder",
                "Copy the file into the folder and name it from there");
            return;
        }

        if (!TryRead(path, PerimeterFolder.ReferencedBytesMax, out var bytes, out fault))
        {
            return;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            fault = new Fault("perimeter.file", $"The file '{Excerpt.Of(path)}' is not UTF-8 text", "Save it as UTF-8");
            return;
        }

        text = Encoding.UTF8.GetString(bytes);
    }

    public bool TryRead(
        string name, int bytesMax, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out Fault? fault)
    {
        fault = null;
        if (read.TryGetValue(name, out bytes))
        {
            return true;
        }

        if (folder is null)
        {
            fault = new Fault(
                "perimeter.file", $"'{Excerpt.Of(name)}' is not in the snapshot", "Put another snapshot in force");
            return false;
        }

        var path = Path.Combine(folder, name);
        if (RealFile.Flaw(folder, path) is { } flaw)
        {
            fault = new Fault(
                "perimeter.file", $"{path} {flaw}", "Put a file of its own there, with what it should hold");
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > bytesMax)
            {
                fault = new Fault("perimeter.file", $"{path} has {length} bytes", $"At most {bytesMax} are read");
                return false;
            }

            var buffer = new byte[length];
            var filled = 0;
            while (filled < buffer.Length
                && RandomAccess.Read(file, buffer.AsSpan(filled), filled) is var count and > 0)
            {
                filled += count;
            }

            bytes = buffer[..filled];
            read.Add(name, bytes);
            return true;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var missing = exception is FileNotFoundException or DirectoryNotFoundException;
            fault = new Fault(
                "perimeter.file",
                missing ? $"{path} is not there" : $"{path} cannot be read: {exception.Message.TrimEnd('.')}",
                name == PerimeterFolder.FileName
                    ? "Write a first one with: sallyport init"
                    : "Put the file there, or correct its name");
            return false;
        }
    }
}
