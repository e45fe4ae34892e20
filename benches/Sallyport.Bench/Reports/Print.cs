namespace Sallyport.Bench.Reports;

/// <summary>What goes to the terminal: the report to standard output, everything about the work to standard error.</summary>
internal static class Print
{
    /// <summary>A report, or a part of it.</summary>
    public static void Report(string text) => System.Console.Out.Write(text);

    /// <summary>A line about the work.</summary>
    public static void Note(string text) => System.Console.Error.WriteLine(text);
}
