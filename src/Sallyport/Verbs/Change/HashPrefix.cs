namespace Sallyport.Verbs;

/// <summary>The hash of a perimeter as people write it: its first digits, as <c>plan</c> shows them.</summary>
internal static class HashPrefix
{
    /// <summary>Fewest digits that name one.</summary>
    public const int DigitsMin = 8;

    /// <summary>What is meant.</summary>
    /// <param name="given">As it was given.</param>
    /// <param name="known">Those that it could be.</param>
    /// <returns>The one that begins so; else what was given, of which the node says that there is none.</returns>
    public static string Of(string given, IEnumerable<string> known) =>
        given.Length >= DigitsMin
        && known.Where(one => one.StartsWith(given, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .Take(2).ToList() is [var one]
            ? one
            : given;
}
