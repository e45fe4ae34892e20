namespace Sallyport.EndToEnd.Program;

/// <summary>Golden files beside the tests. To accept a change: <c>SALLYPORT_ACCEPT=1</c>, run, and read the
/// difference.</summary>
internal static class Golden
{
    public static async Task CheckAsync(string name, string actual)
    {
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("SALLYPORT_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Folder());
            await File.WriteAllTextAsync(path, Trimmed(actual));
        }

        Assert.True(File.Exists(path), $"There is no golden file {name}.");
        Assert.Equal(await File.ReadAllTextAsync(path), Trimmed(actual));
    }

    // An editor takes blanks at line ends away; the help has some.
    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()))
        .TrimEnd() + "\n";

    private static string Folder()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Sallyport.slnx")))
            {
                return Path.Combine(place.FullName, "tests", "Sallyport.EndToEnd", "Program", "Golden");
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
