using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Flow.Origins;

namespace Sallyport.Decisions;

/// <summary>
/// From traces to facts: whose text each argument is, in the words that policies know. The table is in
/// docs/reference/origins.md.
/// </summary>
public static class ArgumentOrigins
{
    /// <summary>UTF-16 units of a value that a person is shown.</summary>
    public const int ShownMax = 80;

    // One array for each answer: every part of every request has one of them.
    private static readonly ImmutableArray<string> Brief = [OriginWords.Brief];
    private static readonly ImmutableArray<string> Trusted = [OriginWords.Trusted];
    private static readonly ImmutableArray<string> Composed = [OriginWords.Composed];
    private static readonly ImmutableArray<string> Nowhere = [OriginWords.Nowhere];
    private static readonly ImmutableArray<string> Untrusted = [OriginWords.Untrusted];
    private static readonly ImmutableArray<string> NowhereUntrusted = [OriginWords.Nowhere, OriginWords.Untrusted];
    private static readonly ImmutableArray<string> AllOfIt = [""];
    private static readonly ImmutableArray<string> TrustedUntrusted = [OriginWords.Trusted, OriginWords.Untrusted];

    /// <summary>Of the arguments of a tool.</summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="tool">The tool: it may declare destinations.</param>
    /// <param name="arguments">Its arguments, one JSON value in UTF-8.</param>
    /// <param name="entryOf">Tells what a number that was given to <see cref="TextIndex.Begin"/> stands for.</param>
    public static ImmutableArray<ArgumentOrigin> OfCall(
        TextIndex index, ToolAction tool, ReadOnlySpan<byte> arguments, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(entryOf);
        return Of(index.TraceJson(arguments), index, tool.Destinations, entryOf);
    }

    /// <summary>
    /// Of the values of a request's body. Nobody declares which of them say where the act goes, so an id, an account or
    /// a path that stands in untrusted text counts as one, and so does a number in a member that is named as an id.
    /// </summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="json">The values, one JSON value in UTF-8.</param>
    /// <param name="entryOf">As above.</param>
    public static ImmutableArray<ArgumentOrigin> OfValues(
        TextIndex index, ReadOnlySpan<byte> json, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(entryOf);
        return Of(index.TraceJson(json), index, [], entryOf, IsForeignId);
    }

    /// <summary>
    /// Of one text that is no JSON: the value of a header field. It says nothing of where an act goes.
    /// </summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="place">What to call it.</param>
    /// <param name="value">The text.</param>
    /// <param name="entryOf">As above.</param>
    public static ArgumentOrigin OfText(
        TextIndex index, string place, string value, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(entryOf);
        var traced = new TracedArgument(place, "", value, index.Trace(value));
        var exposure = index.Exposure;
        return new ArgumentOrigin(
            place,
            Shown(value),
            IsDestination: false,
            WordsOf(traced.Trace, isDestination: false, exposure.Untrusted || exposure.Opaque),
            EvidenceOf(traced.Trace.Spans, entryOf))
        {
            IsUnread = traced.Trace.Bound is not TraceBound.None,
        };
    }

    /// <summary>Of the URL of a request: every part of it says where the act goes.</summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="target">An absolute URL.</param>
    /// <param name="entryOf">As above.</param>
    public static ImmutableArray<ArgumentOrigin> OfUrl(TextIndex index, string target, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        return OfUrl(index, index.TraceUrl(target), entryOf);
    }

    /// <summary>The same of a URL that has been traced.</summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="traced">What <see cref="TextIndex.TraceUrl"/> gave.</param>
    /// <param name="entryOf">As above.</param>
    public static ImmutableArray<ArgumentOrigin> OfUrl(
        TextIndex index, IReadOnlyList<TracedArgument> traced, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(traced);
        ArgumentNullException.ThrowIfNull(entryOf);
        return Of(traced, index, AllOfIt, entryOf);
    }

    /// <summary>
    /// The parts of a URL that neither the brief nor trusted text holds as a whole: what a run says of its own.
    /// </summary>
    /// <param name="traced">What <see cref="TextIndex.TraceUrl"/> gave.</param>
    public static IReadOnlyList<string> OwnWords(IReadOnlyList<TracedArgument> traced)
    {
        ArgumentNullException.ThrowIfNull(traced);
        return
        [
            .. traced
                .Where(part => part.Part.Length > 0 && part.Part != "host")
                .Where(part => part.Trace.Standing is not (Standing.Brief or Standing.Trusted))
                .Select(part => part.Value),
        ];
    }

    private static ImmutableArray<ArgumentOrigin> Of(
        IReadOnlyList<TracedArgument> traced,
        TextIndex index,
        ImmutableArray<string> declared,
        Func<int, ReadingEntry> entryOf,
        Func<TracedArgument, bool>? isToo = null)
    {
        // Asked after tracing: what was read meanwhile can only make the answer more cautious.
        var exposure = index.Exposure;
        var isExposed = exposure.Untrusted || exposure.Opaque;
        var origins = ImmutableArray.CreateBuilder<ArgumentOrigin>(traced.Count);
        var isUrl = false;
        SaidText? whole = null;
        for (var at = 0; at < traced.Count; at++)
        {
            var argument = traced[at];
            isUrl = argument.Part.Length == 0 ? argument.Trace.Shape is ValueShape.Url : isUrl;
            whole = argument.Part.Length == 0 ? null : whole;
            if (!IsToldByItsParts(traced, at))
            {
                var said = new SaidText(
                    argument.Part.Length == 0 ? argument.Leaf : $"{argument.Leaf}/{argument.Part}",
                    argument.Value,
                    whole);
                whole = argument.Part.Length == 0 ? said : whole;
                var isDestination = isUrl || IsDestination(argument, declared) || isToo?.Invoke(argument) == true;
                origins.Add(new ArgumentOrigin(
                    said.Place,
                    Shown(argument.Value),
                    isDestination,
                    WordsOf(argument.Trace, isDestination, isExposed),
                    EvidenceOf(argument.Trace.Spans, entryOf))
                {
                    IsUnread = argument.Trace.Bound is not TraceBound.None,
                    Said = said,
                });
            }
        }

        return origins.DrainToImmutable();
    }

    // A URL that stands nowhere as a whole was put together: then each of its parts needs a source.
    private static bool IsToldByItsParts(IReadOnlyList<TracedArgument> traced, int at) =>
        traced[at] is { Part: "" } whole
        && whole.Trace is { Shape: ValueShape.Url, Whole: TextOrigins.None, Bound: TraceBound.None }
        && at + 1 < traced.Count && traced[at + 1] is { Part.Length: > 0 } part && part.Leaf == whole.Leaf;

    // What was not looked into may hold a destination.
    private static bool IsDestination(TracedArgument argument, ImmutableArray<string> declared) =>
        argument.Trace.Bound is TraceBound.Leaves or TraceBound.Depth or TraceBound.Unparsable
        || Destinations.IsNamed(argument.Leaf)
        || Destinations.IsShaped(argument.Trace.Shape, argument.Value)
        || declared.Any(pointer => IsAtOrBelow(argument.Leaf, pointer));

    private static bool IsForeignId(TracedArgument argument) =>
        argument.Trace is { Standing: Standing.Untrusted } trace && trace.Whole.HasFlag(TextOrigins.Untrusted)
        && (trace.Shape is ValueShape.Identifier or ValueShape.Account or ValueShape.Host or ValueShape.Path
            || (trace.Shape is ValueShape.Number && Destinations.IsId(argument.Leaf)));

    private static bool IsAtOrBelow(string leaf, string pointer) =>
        leaf.StartsWith(pointer, StringComparison.Ordinal)
            && (leaf.Length == pointer.Length || leaf[pointer.Length] == '/');

    private static ImmutableArray<string> WordsOf(ValueTrace trace, bool isDestination, bool isExposed) =>
        trace.Standing switch
        {
            Standing.Brief => Brief,
            Standing.Trusted => Trusted,
            Standing.Composed when !isDestination || trace.Shape is ValueShape.Empty => Composed,
            Standing.Composed when isExposed => NowhereUntrusted,
            Standing.Composed => Nowhere,
            Standing.Unexposed => Nowhere,
            Standing.Untrusted when trace.Whole.HasFlag(TextOrigins.Trusted) => TrustedUntrusted,
            Standing.Untrusted when trace.Whole.HasFlag(TextOrigins.Untrusted) => Untrusted,
            Standing.Untrusted => NowhereUntrusted,
        };

    private static ImmutableArray<OriginEvidence> EvidenceOf(
        IReadOnlyList<TextSpan> spans, Func<int, ReadingEntry> entryOf)
    {
        if (spans.Count == 0)
        {
            return [];
        }

        var evidence = ImmutableArray.CreateBuilder<OriginEvidence>(spans.Count);
        for (var at = 0; at < spans.Count; at++)
        {
            evidence.Add(EvidenceOf(spans[at], entryOf(spans[at].Reading)));
        }

        return evidence.MoveToImmutable();
    }

    private static OriginEvidence EvidenceOf(TextSpan span, ReadingEntry reading) => new(
        reading.Entry,
        span.Start,
        span.Length,
        reading.Trust switch
        {
            TextTrust.Brief => OriginWords.Brief,
            TextTrust.Trusted => OriginWords.Trusted,
            TextTrust.Untrusted => OriginWords.Untrusted,
        },
        reading.Place,
        reading.IsConfidential);

    // The value is a stranger's: nothing of it may move a cursor or turn a line around.
    private static string Shown(string value)
    {
        var cut = value.Length <= ShownMax ? value
            : string.Concat(value.AsSpan(0, char.IsHighSurrogate(value[ShownMax - 2]) ? ShownMax - 2 : ShownMax - 1),
                "…");
        return HasActive(cut) ? string.Concat(cut.Select(unit => IsActive(unit) ? ' ' : unit)) : cut;
    }

    private static bool HasActive(string text)
    {
        foreach (var unit in text)
        {
            if (IsActive(unit))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsActive(char unit) =>
        char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
