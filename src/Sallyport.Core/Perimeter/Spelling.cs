using Sallyport.Egress;

namespace Sallyport.Perimeter;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
public static class Spelling
{
    // Longer words are not guessed: names have at most 63 characters.
    private const int LengthMax = 64;

    /// <summary>The mend for a word that is none of <paramref name="known"/>: the nearest one, or all of
    /// them.</summary>
    public static string Mend(string word, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0)
        {
            return "There is none yet";
        }

        return Nearest(word, known) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"It can be: {string.Join(", ", known.Take(12))}{(known.Count > 12 ? ", ..." : "")}";
    }

    /// <summary>The known word that was probably meant; null when none is near.</summary>
    public static string? Nearest(string word, IReadOnlyCollection<string> known)
    {
        var nearest = word.Length <= LengthMax ? known.MinBy(candidate => Distance(word, candidate)) : null;
        return nearest is not null && Distance(word, nearest) <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>A word from the file, quoted.</summary>
    public static string Quote(string text) => $"'{Excerpt.Of(text)}'";

    // Insertions, deletions, replacements and swapped neighbours (optimal string alignment).
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > 8)
        {
            return int.MaxValue;
        }

        // Three rows of the table are enough: this one and the two above.
        var (above, last, row) = (new int[to.Length + 1], new int[to.Length + 1], new int[to.Length + 1]);
        for (var i = 0; i <= from.Length; i++)
        {
            (above, last, row) = (last, row, above);
            for (var j = 0; j <= to.Length; j++)
            {
                row[j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(last[j], row[j - 1]) + 1,
                        last[j - 1] + (char.ToLowerInvariant(from[i - 1]) == to[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], above[j - 2] + 1);
                }
            }
        }

        return row[to.Length];
    }
}
