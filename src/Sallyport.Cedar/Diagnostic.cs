using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar;

/// <summary>One mistake in a text or document: what is wrong, where, and how to mend it.</summary>
/// <param name="Code">
/// A stable code, such as <c>syntax.unexpected</c>; the message may change, the code does not.
/// </param>
/// <param name="Message">What is wrong, with the value that is wrong.</param>
/// <param name="Mend">What to do about it, or an empty string where nothing better can be said.</param>
/// <param name="Span">The place in the text; empty for a document that has no positions.</param>
/// <param name="Position">Line and column of <paramref name="Span"/>, counted from 1; 0:0 where there are none.</param>
public sealed record Diagnostic(string Code, string Message, string Mend, SourceSpan Span, LinePosition Position)
{
    /// <summary>A mistake in a document without positions, such as JSON that was read from a tree.</summary>
    public static Diagnostic Unplaced(string code, string message, string mend) =>
        new(code, message, mend, default, default);

    /// <inheritdoc/>
    public override string ToString()
    {
        var place = Position.Line == 0 ? "" : $"{Position}: ";
        return Mend.Length == 0 ? $"{place}{Message} [{Code}]" : $"{place}{Message} [{Code}] {Mend}";
    }
}
