namespace Sallyport.Cedar.Syntax;

/// <summary>A stretch of a source text.</summary>
/// <param name="Start">Offset of the first UTF-16 unit.</param>
/// <param name="Length">
/// Number of UTF-16 units; 0 for something that has no text, such as a policy read from JSON.
/// </param>
public readonly record struct SourceSpan(int Start, int Length)
{
    /// <summary>The offset after the last unit.</summary>
    public int End => Start + Length;

    /// <summary>The shortest span that covers both.</summary>
    public SourceSpan To(SourceSpan last) => new(Start, last.End - Start);

    /// <summary>The span from one offset up to another.</summary>
    public static SourceSpan Between(int start, int end) => new(start, end - start);
}

/// <summary>A place for people: line and column, counted from 1. The column counts UTF-16 units.</summary>
public readonly record struct LinePosition(int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A text with the places of its lines.</summary>
public sealed class SourceText
{
    private int[]? _lineStarts;

    /// <summary>Wraps a text.</summary>
    public SourceText(string text) => Text = text;

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    /// <summary>The text of a span.</summary>
    public ReadOnlySpan<char> Slice(SourceSpan span) => Text.AsSpan(span.Start, span.Length);

    /// <summary>Line and column of an offset.</summary>
    public LinePosition PositionAt(int offset)
    {
        var starts = _lineStarts ??= FindLines(Text);
        var found = Array.BinarySearch(starts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new LinePosition(line + 1, offset - starts[line] + 1);
    }

    private static int[] FindLines(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        return [.. starts];
    }
}
