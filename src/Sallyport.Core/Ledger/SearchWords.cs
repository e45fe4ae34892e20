using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>Words to look for in the texts of entries: an entry is wanted if it has all of them, whole, in any order
/// and in either case.</summary>
/// <remarks>A word is a run of ASCII letters and digits and of whatever is not ASCII: what SQLite's tokenizer
/// <c>ascii</c> takes for one, so that the index and a follower agree.</remarks>
public sealed record SearchWords
{
    /// <summary>Longest text.</summary>
    public const int TextMax = 256;

    /// <summary>Most words.</summary>
    public const int WordsMax = 8;

    /// <summary>What a text of words is, for people.</summary>
    public static readonly string Form = $"1 to {WordsMax} words of letters and digits, {TextMax} characters in all";

    private readonly string[] words;

    private SearchWords(string[] words) => this.words = words;

    /// <summary>The words, in lower case, without doubles.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>Takes a text apart. False: it is too long, or has no word, or too many.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SearchWords? parsed)
    {
        parsed = null;
        if (text is null || text.Length > TextMax)
        {
            return false;
        }

        var words = Of(text).Distinct(StringComparer.Ordinal).ToArray();
        parsed = words.Length is >= 1 and <= WordsMax ? new SearchWords(words) : null;
        return parsed is not null;
    }

    /// <summary>Whether the text has them all.</summary>
    public bool StandIn(string text) => words.Except(Of(text), StringComparer.Ordinal).FirstOrDefault() is null;

    /// <summary>A text as it is indexed: folded, so that a tokenizer that folds nothing but ASCII agrees.</summary>
    public static string Folded(string text) => text.ToLowerInvariant();

    private static IEnumerable<string> Of(string text)
    {
        var folded = Folded(text);
        for (var at = 0; at < folded.Length; at++)
        {
            var start = at;
            while (at < folded.Length && (char.IsAsciiLetterOrDigit(folded[at]) || !char.IsAscii(folded[at])))
            {
                at++;
            }

            if (at > start)
            {
                yield return folded[start..at];
            }
        }
    }
}
