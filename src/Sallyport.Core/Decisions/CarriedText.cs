using System.Collections.Immutable;
using Sallyport.Flow;

namespace Sallyport.Decisions;

/// <summary>
/// What a read tells its source by asking. A read becomes an effect when its address or a header field carries text
/// that belongs to somebody else: then it can act, or carry out what the run knows (promise P5; decision 0008).
/// </summary>
/// <remarks>
/// The text of a source may go back to that source: a page leads to the next one, and nothing is told that was not
/// known there. So a part of a read is untrusted when
/// (1) it could not be traced, or stands in untrusted text of another source and not in the source's own, and is more
/// than a common word (up to 16 letters, or 3 letters and digits);
/// (2) it stands in confidential text of another source;
/// (3) it stands nowhere for certain, and the run carries confidential text that its source does not: an encoded
/// secret stands nowhere;
/// (4) it stands nowhere, untrusted text of another source is missing from the index, and it is more than a common
/// word.
/// </remarks>
public static class CarriedText
{
    private const int CommonMax = 16;

    /// <summary>The parts of a read towards <paramref name="to"/>, as policies hear of them.</summary>
    /// <param name="parts">Each part as it was traced, whoever it is for.</param>
    /// <param name="place">The source as evidence names it.</param>
    /// <param name="to">The source.</param>
    /// <param name="labels">What the run carries.</param>
    /// <param name="isIncomplete">Whether untrusted text of another source is missing from the index.</param>
    public static ImmutableArray<ArgumentOrigin> Of(
        ImmutableArray<ArgumentOrigin> parts, string place, Source to, LabelSet labels, bool isIncomplete)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(labels);
        var isSecretive = labels.IsConfidentialTo(to.Labels);
        return parts.IsEmpty
            ? parts
            : [.. parts.Select(part => part with { Words = WordsOf(part, place, isSecretive, isIncomplete) })];
    }

    /// <summary>Whether one of these makes an effect of a read.</summary>
    public static bool IsCarried(ImmutableArray<ArgumentOrigin> parts)
    {
        foreach (var part in parts)
        {
            if (part.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<string> WordsOf(
        ArgumentOrigin part, string place, bool isSecretive, bool isIncomplete)
    {
        if (part.Words is [OriginWords.Brief])
        {
            return part.Words;
        }

        var stands = !part.Words.Contains(OriginWords.Nowhere, StringComparer.Ordinal);
        var isUntrusted = part.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal);
        if (part.IsUnread || part.Evidence.Any(evidence => evidence.IsConfidential && evidence.Place != place))
        {
            return With(part.Words, OriginWords.Untrusted);
        }

        if (stands && isUntrusted && part.Evidence.Any(evidence => evidence.Place == place))
        {
            return [OriginWords.Own];
        }

        if (part.Evidence.Any(evidence => IsOthers(evidence, place)) && !IsCommon(part.Shown))
        {
            return With(part.Words, OriginWords.Untrusted);
        }

        if (part.Words is [OriginWords.Trusted])
        {
            return part.Words; // Of a source that keeps no secret: the others were asked for above.
        }

        return isSecretive || (isIncomplete && !stands && !IsCommon(part.Shown))
            ? With(part.Words, OriginWords.Untrusted)
            : Without(part.Words);
    }

    private static bool IsOthers(OriginEvidence evidence, string place) =>
        evidence.Word == OriginWords.Untrusted && evidence.Place != place && evidence.Place != Source.Itself;

    // Such a word stands in every longer text, whoever wrote it, and names nothing in particular. What is not shown
    // is not known to be one.
    private static bool IsCommon(string value) =>
        value.Length is > 0 and <= CommonMax
        && (value.Length <= 3 ? value.All(char.IsAsciiLetterOrDigit) : value.All(char.IsAsciiLetter));

    // What a stranger's text only happens to hold as well stands nowhere.
    private static ImmutableArray<string> Without(ImmutableArray<string> words) =>
        words.Where(word => word != OriginWords.Untrusted).ToImmutableArray() is { IsEmpty: false } rest
            ? rest
            : [OriginWords.Nowhere];

    private static ImmutableArray<string> With(ImmutableArray<string> words, string word) =>
        words.Contains(word, StringComparer.Ordinal)
            ? words
            : [.. words.Append(word).Order(StringComparer.Ordinal)];
}
