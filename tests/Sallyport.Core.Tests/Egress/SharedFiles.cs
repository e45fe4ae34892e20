namespace Sallyport.Egress.Tests;

// Hostile material is kept outside the repository; see SALLYPORT_DATA in CONTRIBUTING.md.
internal static class SharedFiles
{
    // Lines of a file; the test is skipped by name where the file is absent.
    public static string[] Lines(string relativePath)
    {
        var file = Path.Combine(Folder() ?? "", relativePath);
        Assert.SkipUnless(
            File.Exists(file),
            $"{relativePath} is not there [needs shared data]: set SALLYPORT_DATA to the folder that holds it.");
        return File.ReadAllLines(file);
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder is null ? null : Path.Combine(folder.FullName, "..", "shared", "data");
    }
}
