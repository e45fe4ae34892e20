using System.Globalization;

namespace Sallyport.Perimeter;

/// <summary>Whole numbers from 1, and bytes with their unit: <c>50MiB</c>.</summary>
internal static class Amount
{
    /// <summary>The most that can be written: sums of it stay far from the end of 64 bits.</summary>
    public const long Max = 1_000_000_000_000_000;

    private static readonly (string Word, long Bytes)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    /// <summary>Parses one.</summary>
    /// <param name="text">As written.</param>
    /// <param name="isBytes">Whether it may have a unit.</param>
    /// <param name="number">The number; 0 when it is none.</param>
    public static bool TryParse(string text, bool isBytes, out long number)
    {
        var (word, factor) = Array.Find(Sizes, size => isBytes && text.EndsWith(size.Word, StringComparison.Ordinal));
        var digits = word is null ? text : text[..^word.Length];
        factor = word is null ? 1 : factor;
        var isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1 && number <= Max / factor;
        number = isNumber ? number * factor : 0;
        return isNumber;
    }
}
