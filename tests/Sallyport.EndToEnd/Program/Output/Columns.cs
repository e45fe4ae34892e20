namespace Sallyport.EndToEnd.Program;

/// <summary>What fits a terminal.</summary>
internal static class Columns
{
    /// <summary>An environment that says how wide the terminal is.</summary>
    public static IReadOnlyDictionary<string, string?> Of(int columns) =>
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["COLUMNS"] = $"{columns}" };

    public static void Check(string shown, int columns) => Assert.All(
        shown.Split('\n'), line => Assert.True(line.Length <= columns, $"{line.Length} columns: {line}"));
}
