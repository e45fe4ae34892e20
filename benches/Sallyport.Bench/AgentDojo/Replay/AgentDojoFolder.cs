namespace Sallyport.Bench.AgentDojo;

/// <summary>Where the exported benchmark is: hostile material that is kept outside the repository.</summary>
internal static class AgentDojoFolder
{
    /// <summary>The folder, whether it is there or not.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Shared(), "agentdojo");

    /// <summary>Its suites; none where it is absent.</summary>
    public static IReadOnlyList<Suite> Suites() => Directory.Exists(Path) ? Suite.ReadAll(Path) : [];

    private static string Shared()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        var place = new DirectoryInfo(AppContext.BaseDirectory);
        while (place is not null && !File.Exists(System.IO.Path.Combine(place.FullName, "Sallyport.slnx")))
        {
            place = place.Parent;
        }

        return System.IO.Path.Combine(place?.FullName ?? "", "..", "shared", "data");
    }
}
