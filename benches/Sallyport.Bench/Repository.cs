namespace Sallyport.Bench;

/// <summary>Where things are in a clone.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable <c>sallyport</c>, built for Release.</summary>
    public static string Program
    {
        get
        {
            var path = Path.Combine(Root, "artifacts", "bin", "Sallyport", "release", "sallyport");
            return File.Exists(path) ? path : throw new CannotRunException($"There is no {path}.", "Start the benches with ./bench, which builds it.");
        }
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

        throw new CannotRunException("This program is not inside a clone of Sallyport.", "Start the benches with ./bench.");
    }
}
