using System.Collections.Frozen;
using System.Collections.Immutable;
using Sallyport.Ledger;
using Sallyport.Flow.Origins;

namespace Sallyport.Decisions;

/// <summary>
/// Whose text one leaf of an act's arguments is, as facts for policies and for the person who is asked.
/// </summary>
/// <param name="Place">JSON pointer of the leaf; of a URL followed by its part (<c>/link/host</c>,
/// <c>/path/2</c>).</param>
/// <param name="Shown">The value, cut to what one line of a terminal holds.</param>
/// <param name="IsDestination">Whether it says where the act goes.</param>
/// <param name="Words">The words of <see cref="OriginWords"/>, in ordinal order.</param>
/// <param name="Evidence">Where the same text was read: entry and byte range, untrusted places first.</param>
public sealed record ArgumentOrigin(
    string Place, string Shown, bool IsDestination, ImmutableArray<string> Words,
    ImmutableArray<OriginEvidence> Evidence)
{
    /// <summary>Whether a bound kept it from being traced: then nothing is known of it.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Whether the operator's own rule spells it out: then it tells nobody anything.</summary>
    public bool IsSpelledOut { get; init; }

    /// <summary>The evidence in the order in which people look at it: untrusted places first, and of these the one that
    /// was read first. What the run sent itself and read again as an answer comes after where it had it from.</summary>
    public IEnumerable<OriginEvidence> Told => Evidence
        .OrderByDescending(found => found.Word == OriginWords.Untrusted)
        .ThenBy(found => EntryId.TryParse(found.Entry, out var id) ? id : default);

    /// <summary>The value whole, where a person may be shown it; it is in no ledger.</summary>
    public SaidText? Said { get; init; }

    /// <summary>Digest by which a person can endorse it; null where that lifts nothing.</summary>
    public string? Item { get; init; }

    /// <summary>Digest of the item that a person has endorsed for this act: then it counts as brief.</summary>
    public string? Endorsed { get; init; }

    /// <inheritdoc/>
    public bool Equals(ArgumentOrigin? other) =>
        other is not null && Place == other.Place && Shown == other.Shown && IsDestination == other.IsDestination
        && IsUnread == other.IsUnread && IsSpelledOut == other.IsSpelledOut
        && Item == other.Item && Endorsed == other.Endorsed
        && Words.AsSpan().SequenceEqual(other.Words.AsSpan())
        && Evidence.AsSpan().SequenceEqual(other.Evidence.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Place, Shown, Words.Length, Evidence.Length);
}

/// <summary>A value of an act, whole.</summary>
/// <param name="Place">As <see cref="ArgumentOrigin.Place"/>.</param>
/// <param name="Text">The value.</param>
/// <param name="Within">The URL that it is a part of, if that stands somewhere as a whole; else null.</param>
public sealed record SaidText(string Place, string Text, SaidText? Within = null);

/// <summary>A place where the same text was read.</summary>
/// <param name="Entry">The decision that brought the text, as the ledger names it.</param>
/// <param name="Start">First byte in the body, after it was inflated.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Word">The word of <see cref="OriginWords"/> that it is evidence for.</param>
/// <param name="Place">Where it was read: name of the source, or <c>undeclared:HOST</c>; empty for the brief.</param>
/// <param name="IsConfidential">Whether that source is confidential or secret.</param>
public sealed record OriginEvidence(
    string Entry, long Start, int Length, string Word, string Place = "", bool IsConfidential = false);

/// <summary>The words by which policies speak of origins.</summary>
/// <remarks>Trust needs positive evidence. What a run that has read anything untrusted cannot account for is
/// <see cref="Untrusted"/> beside <see cref="Nowhere"/>, so that a policy needs to look for one word.</remarks>
public static class OriginWords
{
    /// <summary>The person's own words.</summary>
    public const string Brief = "brief";

    /// <summary>It stands in a trusted source, and in no untrusted one.</summary>
    public const string Trusted = "trusted";

    /// <summary>
    /// Put together from words of the brief and of trusted sources. Weak: enough for what is said, never for where it
    /// goes.
    /// </summary>
    public const string Composed = "composed";

    /// <summary>
    /// It stands in untrusted text and not in the brief, or it has no evidence in a run that has read untrusted text.
    /// </summary>
    public const string Untrusted = "untrusted";

    /// <summary>
    /// It stands in the very source that a read asks: nothing is carried from one to another
    /// (<see cref="CarriedText"/>).
    /// </summary>
    public const string Own = "own";

    /// <summary>It stands nowhere.</summary>
    public const string Nowhere = "nowhere";
}

/// <summary>Which arguments say where an act goes.</summary>
/// <remarks>By name, by the shape of the value, or because configuration says so. Names: the list that the published
/// replays of AgentDojo use, and what means the same.</remarks>
public static class Destinations
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "account", "bcc", "cc", "channel", "email", "emails", "endpoint", "host", "iban", "participants", "payee",
        "recipient", "recipients", "to", "url", "urls", "user", "user_email", "webhook",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the leaf at this JSON pointer is one by its name: the last segment that is not an index.
    /// </summary>
    public static bool IsNamed(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var segments = place.Split('/');
        for (var i = segments.Length - 1; i > 0; i--)
        {
            if (segments[i].Length > 0 && !segments[i].All(char.IsAsciiDigit) && segments[i] != "*")
            {
                return Names.Contains(segments[i]);
            }
        }

        return false;
    }

    /// <summary>Whether the leaf at this JSON pointer is named as an id: <c>id</c>, <c>issue_id</c>,
    /// <c>orderId</c>.</summary>
    public static bool IsId(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var name = place.AsSpan(place.LastIndexOf('/') + 1);
        return name.Equals("id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Id", StringComparison.Ordinal)
            || name.EndsWith("ID", StringComparison.Ordinal) || name.EndsWith("_id", StringComparison.Ordinal)
            || name.EndsWith("-id", StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether the value is one by its shape: a mail address, a URL, an IBAN. Cards and phones are also content.
    /// </summary>
    public static bool IsShaped(ValueShape shape, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return shape is ValueShape.Mail or ValueShape.Url
            || (shape is ValueShape.Account && value.AsSpan().TrimStart() is [var first, ..] && char.IsLetter(first));
    }
}
