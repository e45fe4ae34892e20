namespace Sallyport.Ledger;

/// <summary>What an entry is found by in <c>entry_text</c>: the words of its texts, and its digests as words that no
/// text of ASCII has.</summary>
/// <remarks>Whoever finds an entry by them looks at the entry itself: a word of the index may stand for more than one
/// digest, and for a word of some text.</remarks>
internal static class IndexWords
{
    // Not ASCII: a part of the word to the tokenizer, as it is to SearchWords.
    private const char DigestMark = '\u00a7';

    // Of a digest: enough to tell a log's digests apart.
    private const int DigitsMax = 16;

    /// <summary>Those of an entry, for the tokenizer; empty where it has none.</summary>
    public static string Of(LedgerEntry entry)
    {
        var text = SearchWords.Folded(EntryTerms.Text(entry));
        foreach (var digest in EntryTerms.Digests(entry))
        {
            text += $" {DigestMark}{digest[..DigitsMax]}";
        }

        return text;
    }

    /// <summary>What a filter asks of the index, as FTS5 writes it; null where it asks for neither.</summary>
    public static string? Wanted(LedgerFilter filter)
    {
        var wanted = (filter.Words?.Words ?? []).Select(word => $"\"{word}\"").ToList(); // no quote in a word
        if (filter.Digest is { Text: var digits })
        {
            wanted.Add(digits.Length < DigitsMax
                ? $"\"{DigestMark}{digits}\" *"
                : $"\"{DigestMark}{digits[..DigitsMax]}\"");
        }

        return wanted.Count == 0 ? null : string.Join(" AND ", wanted);
    }
}
