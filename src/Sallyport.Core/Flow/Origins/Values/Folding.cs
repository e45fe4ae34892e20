using System.Globalization;
using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>
/// What a character is compared as: NFKC in effect (both sides are decomposed, which is the same equality), full case
/// folding, digits of every script as ASCII, white space as a space, invisible characters as nothing. Confusables of
/// other scripts stay apart. The runtime's own normalisation is absent where globalization is invariant, hence
/// the table.
/// </summary>
internal static class Folding
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int LengthBits = 7;

    private static readonly (int[]?[] Pages, byte[] Texts) Table = Load();

    /// <summary>What it becomes, in UTF-8. False: it stays as it is.</summary>
    public static bool TryFold(int codePoint, Span<byte> hangul, out ReadOnlySpan<byte> folded)
    {
        folded = default;
        if (codePoint is >= HangulFirst and <= HangulLast)
        {
            folded = hangul[..Syllable(codePoint - HangulFirst, hangul)];
            return true;
        }

        if (codePoint is >= 0xE0000 and <= 0xE0FFF)
        {
            return true;
        }

        var page = codePoint >> 8 < Table.Pages.Length ? Table.Pages[codePoint >> 8] : null;
        var entry = page is null ? 0 : page[codePoint & 0xFF];
        if (entry == 0)
        {
            return false;
        }

        folded = Table.Texts.AsSpan(entry >> LengthBits, (entry & ((1 << LengthBits) - 1)) - 1);
        return true;
    }

    // Unicode, section 3.12: a syllable is two or three letters by arithmetic.
    private static int Syllable(int index, Span<byte> target)
    {
        var length = new Rune(0x1100 + (index / 588)).EncodeToUtf8(target);
        length += new Rune(0x1161 + (index % 588 / 28)).EncodeToUtf8(target[length..]);
        return index % 28 == 0 ? length : length + new Rune(0x11A7 + (index % 28)).EncodeToUtf8(target[length..]);
    }

    private static (int[]?[] Pages, byte[] Texts) Load()
    {
        using var stream = typeof(Folding).Assembly.GetManifestResourceStream("Folding.txt")
            ?? throw new InvalidOperationException("The folding table is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var pages = new int[]?[0x300];
        var texts = new MemoryStream();
        while (reader.ReadLine() is { } line)
        {
            foreach (var rule in line.StartsWith('#') ? [] : line.Split(';'))
            {
                Add(rule.Split(' '), pages, texts);
            }
        }

        return (pages, texts.ToArray());
    }

    private static void Add(string[] rule, int[]?[] pages, MemoryStream texts)
    {
        var ends = rule[0].Split('-');
        var first = Hex(ends[0]);
        Span<byte> utf8 = stackalloc byte[4];
        for (var code = first; code <= Hex(ends[^1]); code++)
        {
            var start = (int)texts.Length;
            foreach (var target in rule.AsSpan(1))
            {
                var rune = new Rune(target.EndsWith('+') ? Hex(target[..^1]) + code - first : Hex(target));
                texts.Write(utf8[..rune.EncodeToUtf8(utf8)]);
            }

            // One is added to the length, so that "becomes nothing" is not "no rule".
            var page = pages[code >> 8] ??= new int[256];
            page[code & 0xFF] = (start << LengthBits) | ((int)texts.Length - start + 1);
        }
    }

    private static int Hex(string text) =>
        int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
