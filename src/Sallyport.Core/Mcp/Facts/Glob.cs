namespace Sallyport.Mcp;

/// <summary>A text in which <c>*</c> stands for any characters, and every other character for itself.</summary>
/// <remarks>Linear in the text for each star: no backtracking, so hostile text costs no more than other text.</remarks>
public sealed class Glob
{
    /// <summary>Longest pattern in characters.</summary>
    public const int LengthMax = 256;

    private readonly string[] pieces;

    /// <summary>Any text of at most <see cref="LengthMax"/> characters is a pattern.</summary>
    public Glob(string pattern)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pattern.Length, LengthMax, nameof(pattern));
        Pattern = pattern;
        pieces = pattern.Split('*');
    }

    /// <summary>As written.</summary>
    public string Pattern { get; }

    /// <summary>Whether the whole text is of the pattern; case counts.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        if (pieces.Length == 1)
        {
            return text.SequenceEqual(pieces[0]);
        }

        if (text.Length < pieces[0].Length + pieces[^1].Length
            || !text.StartsWith(pieces[0], StringComparison.Ordinal)
            || !text.EndsWith(pieces[^1], StringComparison.Ordinal))
        {
            return false;
        }

        // The first place of each piece leaves the most room for the next, so no other has to be tried.
        var rest = text[pieces[0].Length..^pieces[^1].Length];
        foreach (var piece in pieces.AsSpan()[1..^1])
        {
            var at = rest.IndexOf(piece, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + piece.Length)..];
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Pattern;
}
