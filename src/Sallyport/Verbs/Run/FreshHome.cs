namespace Sallyport.Verbs;

/// <summary>A home folder for one run: its user's alone, a copy of another or empty, removed with the run.</summary>
/// <remarks>What a program of the run leaves running can write there for as long as it is not removed, and anywhere
/// else that its user can: a fresh home is where agent programs keep what they remember, and no wall.</remarks>
internal sealed class FreshHome : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Where programs look for what they remember before they look in the home.
    private static readonly string[] Elsewhere =
    [
        "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME",
        "GEMINI_CLI_HOME", "OPENCLAW_HOME", "OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH",
    ];

    private FreshHome(string folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Makes one.</summary>
    /// <param name="template">What it is a copy of; null for an empty one.</param>
    public static FreshHome Make(string? template)
    {
        var made = new FreshHome(Directory.CreateTempSubdirectory("sallyport-home-").FullName); // 0700
        try
        {
            if (template is not null)
            {
                Copy(new DirectoryInfo(template), made.Folder);
            }

            return made;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            throw new FaultException(
                new Fault(
                    "run.home", $"The home of the run cannot be made: {failed.Message}",
                    "Free the disk of the folder for temporary files (TMPDIR), or see that --home can be read whole."),
                ExitCode.Configuration);
        }
    }

    /// <summary>Has a program look there.</summary>
    public void Set(IDictionary<string, string?> environment)
    {
        foreach (var name in Elsewhere)
        {
            environment.Remove(name);
        }

        environment["HOME"] = Folder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Open(new DirectoryInfo(Folder));
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Print.Warning(
                new Fault(
                    "run.home", $"The home {Folder} of the run cannot be removed: {failed.Message}",
                    "Remove it by hand; something that the run started may still write there. No later run gets it."),
                json: false);
        }
    }

    // Caches of modules and packages are often written without the right to remove them. Links are left as they are.
    private static void Open(DirectoryInfo folder)
    {
        folder.UnixFileMode |= Own;
        foreach (var child in folder.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            Open(child);
        }
    }

    // Links are copied as links: what they name is not the home's.
    private static void Copy(DirectoryInfo from, string to)
    {
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo folder)
            {
                Directory.CreateDirectory(target, folder.UnixFileMode | Own);
                Copy(folder, target);
            }
            else if (entry is FileInfo { UnixFileMode: var mode } file)
            {
                file.CopyTo(target);
                File.SetUnixFileMode(target, mode);
            }
        }
    }
}
