namespace Sallyport.Cedar.Schemas;

/// <summary>The name that was perhaps meant.</summary>
internal static class NearestName
{
    // A suggestion is a courtesy: what would cost more than this is not looked at.
    private const int LengthMax = 64;
    private const int CandidatesMax = 2000;

    /// <summary>The candidate with the fewest changes to the name, if they are few; null if none is near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LengthMax)
        {
            return null;
        }

        string? nearest = null;
        var least = Math.Min(3, (name.Length / 3) + 1) + 1;
        foreach (var candidate in candidates.Take(CandidatesMax))
        {
            if (candidate.Length <= LengthMax && Distance(name, candidate) is var distance && distance < least
                && distance < candidate.Length)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance; a change of case costs nothing.</summary>
    private static int Distance(string left, string right)
    {
        Span<int> row = stackalloc int[LengthMax + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }

        return row[right.Length];
    }
}
