using System.IO.Enumeration;
using System.Security.Cryptography;
using Sallyport.Console;
using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary>The instruction files that a run begins with, or leaves, as they are at one moment.</summary>
/// <remarks>
/// Looked at is the working folder with all that is below it, nearest first, and of the folders above it and of the
/// homes what is directly in them and in the folders of agent programs. Bounded; a folder that was not looked at whole
/// is there by its own name, as something unread.
/// </remarks>
internal sealed class InstructionScan
{
    // Of the working folder, and as many again of all other folders.
    private const int EntriesMax = 50_000;
    private const int FilesMax = 1_000;
    private const int HashedMax = 16 << 20;
    private const int ContentsMax = 32 << 20;

    // What others wrote and nobody works in.
    private static readonly string[] Stores = ["node_modules", ".venv", "__pycache__"];

    private static readonly EnumerationOptions Everything =
        new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly SortedDictionary<string, Found> found = new(StringComparer.Ordinal);
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private int contents;

    private InstructionScan()
    {
    }

    /// <summary>Full paths of what was found.</summary>
    public IReadOnlyList<string> Paths => [.. found.Keys];

    /// <summary>The folders in which not all was looked at, since there was too much, and what there was.</summary>
    public IReadOnlyList<(string Folder, string Holds)> Cut { get; private set; } = [];

    /// <summary>Looks.</summary>
    /// <param name="working">The working folder.</param>
    /// <param name="homes">The homes; those that are not there are left out.</param>
    public static InstructionScan Take(string working, params IEnumerable<string?> homes)
    {
        var scan = new InstructionScan();
        scan.Walk(new Folder(working, IsWhole: true));
        var others = homes.OfType<string>().Where(Directory.Exists).Select(Path.GetFullPath).ToList();
        for (var above = Path.GetDirectoryName(working); above is not null; above = Path.GetDirectoryName(above))
        {
            others.Add(above);
        }

        if (others.Count > 0)
        {
            scan.Walk([.. others.Select(folder => new Folder(folder, IsWhole: false))]);
        }

        return scan;
    }

    /// <summary>What is not what it was, and what is unread: of that nobody can say that it is.</summary>
    public IReadOnlyList<InstructionChange> Since(InstructionScan before) =>
    [
        .. found.Keys.Union(before.found.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(path => (
                path, Was: before.found.GetValueOrDefault(path, Found.Nothing),
                Is: found.GetValueOrDefault(path, Found.Nothing)))
            .Where(file => file.Was.Digest != file.Is.Digest || file.Is == Found.Unread)
            .Select(file => new InstructionChange(
                file.path, file.Was.Digest, file.Is.Digest, file.Was.Content, file.Is.Content)),
    ];

    private void Walk(params IReadOnlyList<Folder> from)
    {
        var (waiting, entries, files) = (new Queue<Folder>(from), 0, 0);
        while (waiting.TryDequeue(out var folder))
        {
            // A link that leads back, a home that is the working folder.
            if (!visited.Add(folder.IsLinked ? $"{RealFile.Real(folder.Path)}/" : folder.Path))
            {
                continue;
            }

            foreach (var entry in Entries(folder))
            {
                if (++entries > EntriesMax)
                {
                    CutOff(from, $"{EntriesMax} entries");
                    return;
                }

                var path = Path.Combine(folder.Path, entry.Name);
                if (entry.IsFolder && IsEntered(folder, entry))
                {
                    waiting.Enqueue(new Folder(path, folder.IsWhole || IsOfPrograms(folder, entry))
                    {
                        IsOfPrograms = IsOfPrograms(folder, entry),
                        IsLinked = folder.IsLinked || entry.IsLink,
                    });
                }
                else if (!entry.IsFolder && InstructionFiles.Find(path) is not null)
                {
                    if (++files > FilesMax)
                    {
                        CutOff(from, $"{FilesMax} instruction files");
                        return;
                    }

                    found[path] = Read(path);
                }
            }
        }
    }

    private void CutOff(IReadOnlyList<Folder> from, string most)
    {
        found[from[0].Path] = Found.Unread;
        var holds = from.Count == 1 ? "holds" : "and the other folders around the working folder hold";
        Cut = [.. Cut, (from[0].Path, $"{holds} more than {most}")];
    }

    // Links are followed where a program finds its own folder by one; elsewhere they lead to what is another's.
    private static bool IsEntered(Folder folder, Entry entry) =>
        (IsOfPrograms(folder, entry) || (folder.IsWhole && !entry.IsLink))
        && !Stores.Contains(entry.Name, StringComparer.Ordinal)
        && (Path.GetFileName(folder.Path) != ".git" || entry.Name == "hooks");

    private static bool IsOfPrograms(Folder folder, Entry entry) =>
        folder.IsOfPrograms || InstructionFiles.IsFolder(entry.Name);

    private List<Entry> Entries(Folder folder)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<Entry>(
                    folder.Path,
                    (ref FileSystemEntry entry) => new Entry(
                        entry.FileName.ToString(), entry.IsDirectory,
                        entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
                    Everything),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // Gone since it was listed.
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // One above that we may not list is none that a run could write to.
            if (folder.IsWhole)
            {
                found[folder.Path] = Found.Unread;
            }

            return [];
        }
    }

    private Found Read(string path)
    {
        try
        {
            if (RealFile.Flaw("", path) is not null || new FileInfo(path).Length > HashedMax)
            {
                return Found.Unread;
            }

            var bytes = File.ReadAllBytes(path);
            var isKept = bytes.Length <= Proposals.BytesMax && contents + bytes.Length <= ContentsMax;
            contents += isKept ? bytes.Length : 0;
            return new Found(Convert.ToHexStringLower(SHA256.HashData(bytes)), isKept ? bytes : null);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return Found.Unread;
        }
    }

    /// <summary>What a file is; of one that is not there the digest is empty.</summary>
    private sealed record Found(string Digest, byte[]? Content)
    {
        public static Found Nothing { get; } = new("", null);

        public static Found Unread { get; } = new(LedgerEntry.InstructionNoted.Unread, null);
    }

    private sealed record Folder(string Path, bool IsWhole)
    {
        public bool IsOfPrograms { get; init; }

        public bool IsLinked { get; init; }
    }

    private readonly record struct Entry(string Name, bool IsFolder, bool IsLink);
}
