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
/// (1) it could not be traced, or it stands in untrusted text of another source and not, as a whole, in the source's
/// own, and is more than a common word (up to 16 letters, or 3 letters and digits);
/// (2) it stands in confidential text of another source;
/// (3) the run carries confidential text that its source does not, and the operator's rule does not spell it out: a
/// secret can be encoded into anything, the words of others and their spelling included;
/// (4) it stands nowhere, untrusted text of another source is missing from the index, and it is more than a common
/// word.
/// </remarks>
public static class CarriedText
{
    private const int CommonMax = 16;

    private static readonly ImmutableArray<string> OwnText = [OriginWords.Own];

    /// <summary>The parts of a read towards <paramref name="to"/>, as policies hear of them.</summary>
    /// <param name="parts">Each part as it was traced, whoever it is for.</param>
    /// <param name="place">The source as evidence names it.</param>
    /// <param name="to">The source.</param>
    /// <param name="isSecretive">Whether the run knows confidential text that the source may not hear.</param>
    /// <param name="isIncomplete">Whether untrusted text of another source is missing from the index.</param>
    public static ImmutableArray<ArgumentOrigin> Of(
        ImmutableArray<ArgumentOrigin> parts, string place, Source to, bool isSecretive, bool isIncomplete)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(to);
        if (parts.IsEmpty)
        {
            return parts;
        }

        var told = ImmutableArray.CreateBuilder<ArgumentOrigin>(parts.Length);
        foreach (var part in parts)
        {
            var words = WordsOf(part, place, to, isSecretive, isIncomplete);
            told.Add(words == part.Words ? part : part with { Words = words });
        }

        return told.MoveToImmutable();
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
        ArgumentOrigin part, string place, Source to, bool isSecretive, bool isIncomplete)
    {
        if (part.IsSpelledOut)
        {
            return part.Words;
        }

        if (isSecretive || part.IsUnread
            || part.Evidence.Any(evidence => evidence.IsConfidential && evidence.Place != place))
        {
            return With(part.Words, OriginWords.Untrusted);
        }

        if (part.Words is [OriginWords.Brief])
        {
            return part.Words;
        }

        if (IsOwn(part, place, to))
        {
            return OwnText;
        }

        if (part.Evidence.Any(evidence => IsOthers(evidence, place)) && !IsCommon(part.Shown))
        {
            return With(part.Words, OriginWords.Untrusted);
        }

        var stands = !part.Words.Contains(OriginWords.Nowhere, StringComparer.Ordinal);
        return part.Words is [OriginWords.Trusted] ? part.Words
            : isIncomplete && !stands && !IsCommon(part.Shown) ? With(part.Words, OriginWords.Untrusted)
            : Without(part.Words);
    }

    // As a whole: a word that two texts share says nothing of the sentence around it, so no other source may hold a
    // longer piece of it.
    private static bool IsOwn(ArgumentOrigin part, string place, Source to)
    {
        var whole = to.Labels.IsUntrusted ? OriginWords.Untrusted : OriginWords.Trusted;
        if (!part.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal)
            || !part.Words.Contains(whole, StringComparer.Ordinal)
            || part.Words.Contains(OriginWords.Nowhere, StringComparer.Ordinal))
        {
            return false;
        }

        var (own, others) = (0, 0);
        foreach (var evidence in part.Evidence)
        {
            if (evidence.Place == place)
            {
                own = Math.Max(own, evidence.Length);
            }
            else
            {
                others = Math.Max(others, evidence.Length);
            }
        }

        return own > 0 && own >= others;
    }

    private static bool IsOthers(OriginEvidence evidence, string place) =>
        evidence.Word == OriginWords.Untrusted && evidence.Place != place && evidence.Place != Source.Itself;

    /// <summary>
    /// Whether it names nothing in particular: such a word stands in every longer text, whoever wrote it.
    /// </summary>
    /// <param name="value">The value; an empty one is not shown, and so not known to be a common word.</param>
    public static bool IsCommon(string value) =>
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
