using System.Security.Cryptography;
using System.Text;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow;

/// <summary>
/// Takes the brief of a run: what a person asked for, said from outside before the run has read anything. What of it
/// any run of this node has read as untrusted is untrusted here too: a person may paste what a stranger wrote, and an
/// agent that starts a run may write its brief.
/// </summary>
public static class BriefIntake
{
    private const string Entry = "brief";

    // Less than that is shared by chance; values (addresses, numbers) count whatever their length.
    private const int SharedBytesMin = 24;
    private const int SharedWordsMin = 3;

    /// <summary>Takes a brief, line by line.</summary>
    /// <param name="texts">Texts of the new run.</param>
    /// <param name="brief">The brief.</param>
    /// <param name="others">Texts of the runs that are open, or were not long ago.</param>
    /// <returns>Lines of brief and arguments that are untrusted.</returns>
    public static int Take(RunTexts texts, Brief brief, IReadOnlyCollection<RunTexts> others)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(brief);
        ArgumentNullException.ThrowIfNull(others);
        var (asked, foreign) = Part(brief.Text, others);
        var (_, passed) = Part(brief.Arguments, others);
        var values = ForeignOf(brief.Environment.Split('\n'), others, PlaceOfValue);
        Index(texts, new ReadingEntry(Entry, TextTrust.Brief), asked);
        Index(texts, [.. foreign, .. passed, .. values]);
        return foreign.Count + passed.Count + values.Count
            + (brief.IsEnvironmentCut ? TakeUnread(texts, others) : 0);
    }

    /// <summary>Takes what a command is given to read: nothing of it is the brief.</summary>
    /// <returns>Lines that are untrusted.</returns>
    internal static int TakeInput(RunTexts texts, string text, IReadOnlyCollection<RunTexts> others)
    {
        var (_, foreign) = Part(text, others);
        Index(texts, foreign);
        return foreign.Count;
    }

    /// <summary>Takes what is too long to be looked at: a stranger's text may be in it, if any run has read
    /// one.</summary>
    /// <returns>One where that is so, else none.</returns>
    internal static int TakeUnread(RunTexts texts, IReadOnlyCollection<RunTexts> others)
    {
        if (!others.Any(other => other.Index.Exposure.Untrusted))
        {
            return 0;
        }

        texts.MarkOpaque(TextTrust.Untrusted, Entry, isConfidential: false);
        return 1;
    }

    private static (List<string> Own, List<Foreign> Foreign) Part(string text, IReadOnlyCollection<RunTexts> others)
    {
        string[] lines = text.Length == 0 ? [] : text.Split('\n');
        var foreign = ForeignOf(lines, others, PlaceOf);
        return ([.. lines.Except(foreign.Select(line => line.Text), StringComparer.Ordinal)], foreign);
    }

    private static List<Foreign> ForeignOf(
        string[] lines, IReadOnlyCollection<RunTexts> others, Func<RunTexts, string, string?> placeOf)
    {
        var foreign = new List<Foreign>();
        foreach (var line in lines)
        {
            if (others.Select(other => placeOf(other, line)).FirstOrDefault(place => place is not null) is { } place)
            {
                foreign.Add(new Foreign(line, place));
            }
        }

        return foreign;
    }

    // As text of the source that it was read from: said back to that source it tells nothing new.
    private static void Index(RunTexts texts, List<Foreign> foreign)
    {
        foreach (var group in foreign.GroupBy(line => line.Place, StringComparer.Ordinal))
        {
            Index(texts, new ReadingEntry(Entry, TextTrust.Untrusted, group.Key), [.. group.Select(line => line.Text)]);
        }
    }

    private static void Index(RunTexts texts, ReadingEntry entry, List<string> lines)
    {
        if (lines.Count > 0 && texts.Begin(entry) is { } reading)
        {
            var writer = texts.Index.Begin(entry.Trust, reading);
            writer.Append(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
            writer.Complete();
        }
    }

    // Where a stranger's text in it was read; null where there is none.
    private static string? PlaceOf(RunTexts other, string line)
    {
        if (!other.Index.Exposure.Untrusted)
        {
            return null;
        }

        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (words.Length >= SharedWordsMin || line.Length >= SharedBytesMin
                ? ForeignIn(other, other.Index.Trace(line)) : null)
            ?? words.Select(word => other.Index.Trace(word))
                .Where(trace => IsTelling(trace.Shape))
                .Select(trace => ForeignIn(other, trace))
                .FirstOrDefault(place => place is not null);
    }

    // What every environment holds (a path, an address of a service) is shared by chance, so it counts as a whole, or
    // by a long piece; and nothing short is looked at.
    private static string? PlaceOfValue(RunTexts other, string value) =>
        value.Length >= SharedBytesMin && other.Index.Exposure.Untrusted
        && other.Index.Trace(value) is var trace
        && (trace.Whole.HasFlag(TextOrigins.Untrusted)
            || trace.Spans.Any(span => span.Length >= SharedBytesMin
                && other[span.Reading].Trust is TextTrust.Untrusted))
            ? Longest(other, trace) : null;

    private static string? ForeignIn(RunTexts other, ValueTrace trace) =>
        trace.Origins.HasFlag(TextOrigins.Untrusted) ? Longest(other, trace) : null;

    // The longest piece is the least by chance. What the other was only given itself does not count: its lines hold a
    // person's words too, and these would pass from run to run. Where no piece is named, it is nobody's in particular.
    private static string? Longest(RunTexts other, ValueTrace trace)
    {
        var spans = trace.Spans.Where(span => other[span.Reading].Trust is TextTrust.Untrusted).ToList();
        return spans.Count == 0 ? "" : spans
            .Where(span => other[span.Reading].Entry != Entry)
            .OrderByDescending(span => span.Length)
            .Select(span => other[span.Reading].Place)
            .FirstOrDefault();
    }

    private static bool IsTelling(ValueShape shape) =>
        shape is not (ValueShape.Empty or ValueShape.Text or ValueShape.Number or ValueShape.Date);

    private sealed record Foreign(string Text, string Place);
}

/// <summary>What a run is given to begin with.</summary>
/// <param name="Text">What a person asked for; empty when nobody said it.</param>
/// <param name="Arguments">The command's arguments, a line each. They are no brief: whoever starts a run may have put
/// anything there.</param>
public sealed record Brief(string Text, string Arguments)
{
    /// <summary>Values of the environment that the command is started with, a line each. No brief either.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Whether there were more of them than <see cref="BytesMax"/> holds.</summary>
    public bool IsEnvironmentCut { get; init; }

    /// <summary>Longest, in UTF-8.</summary>
    public const int BytesMax = 256 << 10;

    /// <summary>Nothing.</summary>
    public static Brief None { get; } = new("", "");

    /// <summary>Whether one of them is longer than that.</summary>
    public bool IsTooLong =>
        Encoding.UTF8.GetByteCount(Text) > BytesMax || Encoding.UTF8.GetByteCount(Arguments) > BytesMax
        || Encoding.UTF8.GetByteCount(Environment) > BytesMax;

    /// <summary>SHA-256 of the text in UTF-8, lower-case hex; empty where there is none.</summary>
    public string Digest =>
        Text.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}
