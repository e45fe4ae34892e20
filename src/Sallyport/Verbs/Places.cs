using System.CommandLine;

namespace Sallyport.Verbs;

/// <summary>Where a perimeter's two folders are; the same two options on every verb that needs them.</summary>
internal static class Places
{
    /// <summary><c>--perimeter</c>: what people write.</summary>
    public static Option<string> Perimeter() => new("--perimeter")
    {
        Description = "The folder with sallyport.yaml.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SALLYPORT_PERIMETER") ?? "perimeter",
    };

    /// <summary><c>--state</c>: what the node keeps.</summary>
    public static Option<string> State() => new("--state")
    {
        Description = "The node's own folder.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SALLYPORT_STATE") ?? ".sallyport",
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON, one value a line." };
}
