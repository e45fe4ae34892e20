using System.Collections.Frozen;
using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>Words that say nothing of where a text comes from.</summary>
internal static class StopWords
{
    private const int LengthMax = 6;

    private static readonly FrozenSet<string> Words = ((string[])
    [
        "a", "an", "the", "at", "in", "on", "of", "for", "to", "and", "or", "with", "from", "by", "your", "my", "our",
        "is",
        "are", "be", "was", "it", "this", "that", "as", "you", "i", "me", "we", "will", "please", "s", "st", "nd", "rd",
        "th",
    ]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a folded word is one.</summary>
    public static bool Contains(ReadOnlySpan<byte> word)
    {
        if (word.Length > LengthMax || !Ascii.IsValid(word))
        {
            return false;
        }

        Span<char> chars = stackalloc char[word.Length];
        Encoding.ASCII.GetChars(word, chars);
        return Lookup.Contains(chars);
    }
}
