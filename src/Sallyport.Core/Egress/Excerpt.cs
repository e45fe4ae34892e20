using System.Text;

namespace Sallyport.Egress;

/// <summary>Text from outside, made fit to be shown: bounded, on one line, nothing in it that a terminal would
/// obey.</summary>
public static class Excerpt
{
    /// <summary>Characters of the original that are kept.</summary>
    public const int LengthMax = 120;

    /// <summary>Printable ASCII as it is, all else as <c>\u{HEX}</c>, cut at <see cref="LengthMax"/> with
    /// <c>...</c>.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var kept = text.Length > LengthMax ? text[..LengthMax] : text;
        if (kept.Length == text.Length && !kept.ContainsAnyExceptInRange(' ', '~'))
        {
            return text.ToString();
        }

        var shown = new StringBuilder(kept.Length + 16);
        foreach (var c in kept)
        {
            if (c is >= ' ' and <= '~')
            {
                shown.Append(c);
            }
            else
            {
                shown.Append("\\u{").Append($"{(int)c:x}").Append('}');
            }
        }

        return shown.Append(kept.Length < text.Length ? "..." : "").ToString();
    }
}
