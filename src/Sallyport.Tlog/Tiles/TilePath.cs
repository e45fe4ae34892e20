using System.Globalization;
using System.Text;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// The name of a tile or an entry bundle (tlog-tiles): <c>tile/L/N[.p/W]</c> or <c>tile/entries/N[.p/W]</c>, with N as
/// <c>x001/x234/067</c>.
/// </summary>
public sealed record TilePath
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    public const int FullWidth = 256;

    private const int LevelMax = 63;
    private const int Entries = -1;

    private TilePath(int level, long index, int width)
    {
        Level = level;
        Index = index;
        Width = width;
    }

    /// <summary>Whether it names an entry bundle.</summary>
    public bool IsBundle => Level == Entries;

    /// <summary>0 to 63, level 0 holding leaf hashes; -1 for an entry bundle.</summary>
    public int Level { get; }

    /// <summary>The position within the level.</summary>
    public long Index { get; }

    /// <summary>Hashes or entries: 256, or 1 to 255 if partial.</summary>
    public int Width { get; }

    /// <summary>Whether it is at the right edge and not full.</summary>
    public bool IsPartial => Width < FullWidth;

    /// <summary>The same tile once it is full.</summary>
    public TilePath Full => new(Level, Index, FullWidth);

    /// <summary>Bytes: of a tile exactly, of a bundle at most.</summary>
    public int BytesMax => IsBundle ? Width * EntryBundle.EntryWithLengthBytesMax : Width * Merkle.Hash.Length;

    /// <summary>A tile of hashes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No tree has that tile.</exception>
    public static TilePath Hashes(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, LevelMax);
        return Checked(level, index, width);
    }

    /// <summary>A bundle of entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No tree has that bundle.</exception>
    public static TilePath Bundle(long index, int width = FullWidth) => Checked(Entries, index, width);

    /// <summary>Reads a path in its one spelling.</summary>
    public static Result<TilePath> Parse(string text)
    {
        var parts = text.Length > 100 ? [] : text.Split('/');
        var width = FullWidth;
        var end = parts.Length;
        if (end >= 4 && parts[end - 2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryNumber(parts[end - 1], out width))
            {
                return Malformed(text);
            }

            end--;
            parts[end - 1] = parts[end - 1][..^2];
        }

        var level = Entries;
        if (end < 3 || parts[0] != "tile"
            || (parts[1] != "entries" && (!TryNumber(parts[1], out level) || level > LevelMax)))
        {
            return Malformed(text);
        }

        if (width is < 1 or > FullWidth || !TryIndex(parts.AsSpan(2, end - 2), out var index))
        {
            return Malformed(text);
        }

        var path = new TilePath(level, index, width);
        return path.ToString() == text ? path : Malformed(text); // leading x000, .p/256: other spellings of the same
    }

    /// <summary>The path, with slashes and without one in front.</summary>
    public override string ToString()
    {
        var path = new StringBuilder("tile/");
        path.Append(IsBundle ? "entries" : Level.ToString(CultureInfo.InvariantCulture)).Append('/');
        var divisor = 1L;
        while (Index / divisor >= 1000)
        {
            divisor *= 1000;
        }

        for (; divisor > 1; divisor /= 1000)
        {
            path.Append(CultureInfo.InvariantCulture, $"x{Index / divisor % 1000:000}/");
        }

        path.Append(CultureInfo.InvariantCulture, $"{Index % 1000:000}");
        return IsPartial ? path.Append(CultureInfo.InvariantCulture, $".p/{Width}").ToString() : path.ToString();
    }

    private static TilePath Checked(int level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        return new TilePath(level, index, width);
    }

    private static bool TryIndex(ReadOnlySpan<string> groups, out long index)
    {
        index = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            var digits = i < groups.Length - 1 && groups[i].StartsWith('x') ? groups[i][1..] : groups[i];
            if (digits.Length != 3 || !TryNumber(digits, out var number) || index > (long.MaxValue - number) / 1000)
            {
                return false;
            }

            index = (index * 1000) + number;
        }

        return true;
    }

    private static bool TryNumber(string text, out int number)
    {
        number = 0;
        return text.Length <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static TlogFault Malformed(string text) =>
        TlogFault.Malformed("tile.path", $"{Strict.Show(text)} is not a tile's path.");
}
