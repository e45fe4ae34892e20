using System.Diagnostics;

namespace Sallyport.Tidy;

/// <summary>A tracked text file.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
/// <param name="Lines">Its lines, without their ends.</param>
public sealed record TextFile(string Path, IReadOnlyList<string> Lines)
{
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>A finding at a line, in the form that editors jump to.</summary>
    public string At(int index, string message) => $"{Path}:{index + 1}: {message}";
}

/// <summary>The repository as text: nothing here references what it judges.</summary>
public static class Repository
{
    private static readonly string[] Binary = [".png", ".gz", ".db", ".ico", ".pem", ".entries", ".hashes"];

    private static readonly Lazy<IReadOnlyList<TextFile>> All = new(Read);

    public static string Root { get; } = FindRoot();

    /// <summary>Every tracked text file.</summary>
    public static IReadOnlyList<TextFile> Files => All.Value;

    public static IEnumerable<TextFile> Code => Files.Where(file => file.IsCode);

    /// <summary>Those in a folder, at any depth.</summary>
    public static IEnumerable<TextFile> Under(string folder) =>
        Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>The folders directly in a folder.</summary>
    public static IEnumerable<string> FoldersIn(string folder) => Under(folder)
        .Select(file => file.Path[(folder.Length + 1)..])
        .Where(rest => rest.Contains('/', StringComparison.Ordinal))
        .Select(rest => rest[..rest.IndexOf('/', StringComparison.Ordinal)])
        .Distinct(StringComparer.Ordinal);

    /// <summary>Fails with every finding at once, one a line.</summary>
    public static void IsTidy(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} untidy:\n{string.Join('\n', all)}");
    }

    private static List<TextFile> Read() =>
    [
        .. Tracked()
            .Where(path => !Binary.Contains(Path.GetExtension(path), StringComparer.Ordinal))
            .Where(path => File.Exists(Path.Combine(Root, path)))
            .Select(path => new TextFile(path, File.ReadAllLines(Path.Combine(Root, path)))),
    ];

    // What git tracks and what it would: a new file is judged before it is committed. Build output is ignored by
    // .gitignore.
    private static string[] Tracked()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var names = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        var paths = names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return git.ExitCode == 0 && paths.Length > 0 ? paths
            : throw new InvalidOperationException("git lists no files: this is no clone.");
    }

    private static string FindRoot()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Sallyport.slnx")))
            {
                return place.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
