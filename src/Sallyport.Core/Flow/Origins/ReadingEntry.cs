namespace Sallyport.Flow.Origins;

/// <summary>One reading of a run, as evidence names it.</summary>
/// <param name="Entry">The decision that brought the text, as the ledger names it; <c>brief</c> for the brief.</param>
/// <param name="Trust">Whose text it is.</param>
/// <param name="Place">Name of the source, or <c>undeclared:HOST</c>; empty for the brief.</param>
/// <param name="IsConfidential">Whether the source is confidential or secret.</param>
public readonly record struct ReadingEntry(
    string Entry, TextTrust Trust, string Place = "", bool IsConfidential = false);
