using System.Buffers;
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

    // Of a line with more words nobody tells a stranger's from the rest: it counts as a whole.
    private const int WordsMax = 512;

    private static readonly SearchValues<char> Marks = SearchValues.Create(" \t\r\"'`()[]{}<>,;:!?.");

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
        var (asked, foreign) = Part(brief.Text, others, IsForeignLine);
        var (_, passed) = Part(brief.Arguments, others, IsForeignLine);
        var (_, values) = Part(brief.Environment, others, IsForeignValue);
        Index(texts, new ReadingEntry(Entry, TextTrust.Brief), asked);
        Index(texts, [.. foreign, .. passed, .. values]);
        return foreign.Count + passed.Count + values.Count
            + (brief.IsEnvironmentCut ? TakeUnread(texts, others) : 0);
    }

    /// <summary>Takes what a command is given to read: nothing of it is the brief.</summary>
    /// <returns>Lines that are untrusted.</returns>
    internal static int TakeInput(RunTexts texts, string text, IReadOnlyCollection<RunTexts> others)
    {
        var (_, foreign) = Part(text, others, IsForeignLine);
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

    // The lines that are the giver's own, and of each of the others what strangers wrote.
    private static (List<string> Own, List<List<Piece>> Foreign) Part(
        string text, IReadOnlyCollection<RunTexts> others, Func<RunTexts, string, bool> isForeign)
    {
        var (own, foreign) = (new List<string>(), new List<List<Piece>>());
        foreach (var line in text.Length == 0 ? [] : text.Split('\n'))
        {
            var pieces = others.Where(other => other.Index.Exposure.Untrusted && isForeign(other, line))
                .SelectMany(other => PiecesOf(other, line)).ToList();
            if (pieces.Count > 0)
            {
                foreign.Add(pieces);
            }
            else
            {
                own.Add(line);
            }
        }

        return (own, foreign);
    }

    // As text of the source that it was read from: said back to that source it tells nothing new.
    private static void Index(RunTexts texts, List<List<Piece>> foreign)
    {
        foreach (var place in foreign.SelectMany(all => all).GroupBy(piece => piece.Place, StringComparer.Ordinal))
        {
            Index(
                texts, new ReadingEntry(Entry, TextTrust.Untrusted, place.Key),
                [.. place.Select(piece => piece.Text).Distinct(StringComparer.Ordinal)]);
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

    // What could not be traced to its end may hold anything.
    private static bool IsForeignLine(RunTexts other, string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return ((words.Length >= SharedWordsMin || line.Length >= SharedBytesMin)
                && other.Index.Trace(line) is var trace && (IsForeign(trace) || trace.Bound is not TraceBound.None))
            || words.Any(word => other.Index.Trace(word) is var trace && IsTelling(trace.Shape) && IsForeign(trace));
    }

    // What every environment holds (a path, an address of a service) is shared by chance, so it counts as a whole, or
    // by a long piece; and nothing short is looked at.
    private static bool IsForeignValue(RunTexts other, string value) =>
        value.Length >= SharedBytesMin
        && other.Index.Trace(value) is var trace
        && (trace.Whole.HasFlag(TextOrigins.Untrusted) || trace.Bound is not TraceBound.None
            || trace.Spans.Any(span => span.Length >= SharedBytesMin
                && other[span.Reading].Trust is TextTrust.Untrusted));

    // The longest runs of words that stand there as a whole, and long words that share a piece. The rest of the line is
    // its giver's: taken for a stranger's, it would be one in the runs after this one too. Where nothing can be told
    // apart it is the line.
    private static List<Piece> PiecesOf(RunTexts other, string line)
    {
        var (words, pieces) = (WordsOf(line), new List<Piece>());
        for (var from = 0; words.Count <= WordsMax && from < words.Count;)
        {
            var (end, whole, tells) = (from, (ValueTrace?)null, false);
            while (end < words.Count && other.Index.Trace(line[words[from].Start..words[end].End]) is var longer
                && longer.Whole.HasFlag(TextOrigins.Untrusted))
            {
                whole = longer;
                tells |= IsTelling(other.Index.Trace(line[words[end++]]).Shape);
            }

            var text = line[words[from].Start..words[Math.Max(from, end - 1)].End];
            if (whole is not null && (tells || end - from >= SharedWordsMin || text.Length >= SharedBytesMin))
            {
                pieces.Add(new Piece(text, PlaceOf(other, whole)));
            }
            else if (whole is null && text.Length >= SharedBytesMin && other.Index.Trace(text) is var shared
                && IsForeign(shared))
            {
                pieces.Add(new Piece(text, PlaceOf(other, shared)));
            }

            from = Math.Max(end, from + 1);
        }

        return pieces.Count > 0 ? pieces : [new Piece(line, PlaceOf(other, other.Index.Trace(line)))];
    }

    // Without the marks around them: these are the giver's, or the shell's.
    private static List<Range> WordsOf(string line)
    {
        var words = new List<Range>();
        foreach (var range in line.AsSpan().SplitAny(' ', '\t', '\r'))
        {
            var (start, end) = (range.Start.Value, range.End.Value);
            while (start < end && Marks.Contains(line[start]))
            {
                start++;
            }

            while (end > start && Marks.Contains(line[end - 1]))
            {
                end--;
            }

            if (end > start)
            {
                words.Add(start..end);
            }
        }

        return words;
    }

    private static bool IsForeign(ValueTrace trace) => trace.Origins.HasFlag(TextOrigins.Untrusted);

    // The longest piece is the least by chance. Where none is named, it is nobody's in particular.
    private static string PlaceOf(RunTexts other, ValueTrace trace) => trace.Spans
        .Where(span => other[span.Reading].Trust is TextTrust.Untrusted)
        .OrderByDescending(span => span.Length)
        .Select(span => other[span.Reading].Place)
        .FirstOrDefault("");

    private static bool IsTelling(ValueShape shape) =>
        shape is not (ValueShape.Empty or ValueShape.Text or ValueShape.Number or ValueShape.Date);

    private sealed record Piece(string Text, string Place);
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

    /// <summary>Files of the folders that it begins in which runs under labels have written; null where there are
    /// none.</summary>
    public LabelledFiles? Files { get; init; }

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

/// <summary>Instruction files that runs under labels have written.</summary>
/// <param name="Paths">Each of them; at least one.</param>
/// <param name="Labels">What reading them brings.</param>
public sealed record LabelledFiles(IReadOnlyList<string> Paths, LabelSet Labels);
