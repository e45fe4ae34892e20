namespace Sallyport.Bench.Reports;

/// <summary>What a bench found.</summary>
/// <param name="Name">The bench.</param>
/// <param name="Machine">Where, and how noisy it was.</param>
/// <param name="Tables">What was measured.</param>
/// <param name="Bars">What was promised.</param>
/// <param name="Notes">What was skipped and why, and what a reader must know.</param>
internal sealed record BenchReport(
    string Name, IReadOnlyList<Fact> Machine, IReadOnlyList<Table> Tables, IReadOnlyList<Bar> Bars, IReadOnlyList<string> Notes);

/// <summary>One thing to know about the machine.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">Its value, with the unit.</param>
internal sealed record Fact(string Name, string Value);

/// <summary>Measurements.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">A value (text, or a number, or null where there is none) for each column.</param>
internal sealed record Table(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>A column.</summary>
/// <param name="Key">Its name in JSON, with the unit last.</param>
/// <param name="Heading">Its name in text.</param>
/// <param name="Format">Format of numbers in text.</param>
internal sealed record Column(string Key, string Heading, string Format = "N0");
