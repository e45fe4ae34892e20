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
        List<string> values =
        [
            .. brief.Environment.Split('\n').Where(value => others.Any(other => HasReadValue(other, value))),
        ];
        Index(texts, TextTrust.Brief, asked);
        Index(texts, TextTrust.Untrusted, [.. foreign, .. passed, .. values]);
        return foreign.Count + passed.Count + values.Count
            + (brief.IsEnvironmentCut ? TakeUnread(texts, others) : 0);
    }

    /// <summary>Takes what a command is given to read: nothing of it is the brief.</summary>
    /// <returns>Lines that are untrusted.</returns>
    internal static int TakeInput(RunTexts texts, string text, IReadOnlyCollection<RunTexts> others)
    {
        var (_, foreign) = Part(text, others);
        Index(texts, TextTrust.Untrusted, foreign);
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

        texts.MarkOpaque(TextTrust.Untrusted, "brief", isConfidential: false);
        return 1;
    }

    private static (List<string> Own, List<string> Foreign) Part(string text, IReadOnlyCollection<RunTexts> others)
    {
        var (own, foreign) = (new List<string>(), new List<string>());
        foreach (var line in text.Length == 0 ? [] : text.Split('\n'))
        {
            (others.Any(other => HasRead(other, line)) ? foreign : own).Add(line);
        }

        return (own, foreign);
    }

    private static void Index(RunTexts texts, TextTrust trust, List<string> lines)
    {
        if (lines.Count > 0
            && texts.Begin(new ReadingEntry("brief", trust)) is { } reading)
        {
            var writer = texts.Index.Begin(trust, reading);
            writer.Append(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
            writer.Complete();
        }
    }

    private static bool HasRead(RunTexts other, string line)
    {
        if (!other.Index.Exposure.Untrusted)
        {
            return false;
        }

        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (words.Length >= SharedWordsMin || line.Length >= SharedBytesMin) && IsForeign(other.Index.Trace(line))
            || words.Any(word => other.Index.Trace(word) is var trace && IsTelling(trace.Shape) && IsForeign(trace));
    }

    // What every environment holds (a path, an address of a service) is shared by chance, so it counts as a whole, or
    // by a long piece; and nothing short is looked at.
    private static bool HasReadValue(RunTexts other, string value) =>
        value.Length >= SharedBytesMin && other.Index.Exposure.Untrusted
        && other.Index.Trace(value) is var trace
        && (trace.Whole.HasFlag(TextOrigins.Untrusted)
            || trace.Spans.Any(span => span.Length >= SharedBytesMin
                && other[span.Reading].Trust is TextTrust.Untrusted));

    private static bool IsForeign(ValueTrace trace) => trace.Origins.HasFlag(TextOrigins.Untrusted);

    private static bool IsTelling(ValueShape shape) =>
        shape is not (ValueShape.Empty or ValueShape.Text or ValueShape.Number or ValueShape.Date);
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
