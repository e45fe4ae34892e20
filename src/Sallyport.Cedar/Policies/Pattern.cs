using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Policies;

/// <summary>
/// The pattern of <c>like</c>: literal texts with wildcards between them. n texts mean n - 1 wildcards, each of which
/// stands for any text, the empty one included.
/// </summary>
public sealed class Pattern : IEquatable<Pattern>
{
    // Below this many comparisons at worst, a plain search is faster than one with a table.
    private const long PlainWorkMax = 1 << 16;

    /// <summary>Makes a pattern.</summary>
    /// <param name="texts">At least one; empty ones stand at the ends of the pattern and between two wildcards.</param>
    public Pattern(ImmutableArray<string> texts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(texts.Length, nameof(texts));
        Texts = texts;
    }

    /// <summary>The literal texts, unescaped.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>Whether the whole text matches. Time is linear in text and pattern together.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        var first = Texts[0];
        if (Texts.Length == 1)
        {
            return text.SequenceEqual(first);
        }

        var last = Texts[^1];
        if (text.Length < first.Length + last.Length
            || !text.StartsWith(first, StringComparison.Ordinal) || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        // The earliest place for each text in turn leaves the most room for the rest, so no other place need be tried.
        var rest = text[first.Length..^last.Length];
        for (var i = 1; i < Texts.Length - 1; i++)
        {
            var at = Find(rest, Texts[i]);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + Texts[i].Length)..];
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Pattern? other) => other is not null && Texts.SequenceEqual(other.Texts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Pattern other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Texts.Length, Texts[0], Texts[^1]);

    /// <summary>The pattern as a quoted literal.</summary>
    public override string ToString()
    {
        var to = new StringBuilder("\"");
        for (var i = 0; i < Texts.Length; i++)
        {
            to.Append(i == 0 ? "" : "*");
            StringEscapes.AppendEscaped(to, Texts[i], pattern: true);
        }

        return to.Append('"').ToString();
    }

    /// <summary>From what <see cref="StringEscapes.TryUnescape"/> made of a pattern literal.</summary>
    internal static Pattern FromUnescaped(string text) => new([.. text.Split(StringEscapes.Wildcard)]);

    private static int Find(ReadOnlySpan<char> text, string wanted)
    {
        if (wanted.Length <= 1 || (long)text.Length * wanted.Length <= PlainWorkMax)
        {
            return text.IndexOf(wanted, StringComparison.Ordinal);
        }

        return FindLinear(text, wanted);
    }

    /// <summary>
    /// Knuth, Morris, Pratt (1977): never looks at a character of the text twice, whatever the text repeats.
    /// </summary>
    private static int FindLinear(ReadOnlySpan<char> text, string wanted)
    {
        var borders = new int[wanted.Length];
        for (int i = 1, k = 0; i < wanted.Length; i++)
        {
            while (k > 0 && wanted[i] != wanted[k])
            {
                k = borders[k - 1];
            }

            k += wanted[i] == wanted[k] ? 1 : 0;
            borders[i] = k;
        }

        var matched = 0;
        for (var i = 0; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != wanted[matched])
            {
                matched = borders[matched - 1];
            }

            matched += text[i] == wanted[matched] ? 1 : 0;
            if (matched == wanted.Length)
            {
                return i - matched + 1;
            }
        }

        return -1;
    }
}
