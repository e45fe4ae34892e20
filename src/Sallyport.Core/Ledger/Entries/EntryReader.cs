using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>Reads members of an entry one after the other, in the one order that exists. The first that is wrong is
/// remembered; all reads
/// after it give nothing, so that a kind is read in one expression and asked once at the end.</summary>
internal ref struct EntryReader(ReadOnlySpan<byte> bytes)
{
    private const int NumberDigitsMax = 19;
    private static readonly RunId NoRun = StandIn<RunId>(RunId.TryParse, new string('0', 26));
    private static readonly AgentId NoAgent = StandIn<AgentId>(AgentId.TryParse, "none");
    private static readonly RoleName NoRole = StandIn<RoleName>(RoleName.TryParse, "none");

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    /// <summary>The member that is wrong and what it should be; null while all is well.</summary>
    public string? Mistake { get; private set; }

    /// <summary>Whether everything was read.</summary>
    public readonly bool AtEnd => at == bytes.Length;

    /// <summary>Notes the first mistake.</summary>
    public void Fail(ReadOnlySpan<byte> name, string expected) =>
        Mistake ??= $"field '{Encoding.ASCII.GetString(name.Trim(",\":{"u8))}' at byte {at} is not {expected}";

    /// <summary>Reads exactly these bytes.</summary>
    public bool Raw(ReadOnlySpan<byte> expected)
    {
        if (Mistake is not null || !bytes[at..].StartsWith(expected))
        {
            return false;
        }

        at += expected.Length;
        return true;
    }

    /// <summary>A text member that may be null.</summary>
    public string? TextOrNull(ReadOnlySpan<byte> name, int max = EntryText.WordMax) =>
        !Name(name) || Raw("null"u8) ? null : Quoted(name, max);

    /// <summary>A text member.</summary>
    public string Text(ReadOnlySpan<byte> name, int max = EntryText.WordMax) => Name(name) ? Quoted(name, max) : "";

    /// <summary>An integer member that may be null.</summary>
    public long? NumberOrNull(ReadOnlySpan<byte> name, long min, long max) =>
        !Name(name) || Raw("null"u8) ? null : Digits(name, min, max);

    /// <summary>An integer member within bounds, both inclusive.</summary>
    public long Number(ReadOnlySpan<byte> name, long min = 0, long max = long.MaxValue) =>
        Name(name) ? Digits(name, min, max) : 0;

    /// <summary>A run.</summary>
    public RunId Run(ReadOnlySpan<byte> name) => Parsed(name, Text(name), RunId.TryParse, NoRun);

    /// <summary>A run that may be null.</summary>
    public RunId? RunOrNull(ReadOnlySpan<byte> name) =>
        TextOrNull(name) is { } text ? Parsed(name, text, RunId.TryParse, NoRun) : null;

    /// <summary>An agent.</summary>
    public AgentId Agent(ReadOnlySpan<byte> name) => Parsed(name, Text(name), AgentId.TryParse, NoAgent);

    /// <summary>An agent that may be null.</summary>
    public AgentId? AgentOrNull(ReadOnlySpan<byte> name) =>
        TextOrNull(name) is { } text ? Parsed(name, text, AgentId.TryParse, NoAgent) : null;

    /// <summary>A role.</summary>
    public RoleName Role(ReadOnlySpan<byte> name) => Parsed(name, Text(name), RoleName.TryParse, NoRole);

    /// <summary>The name of another entry.</summary>
    public EntryId Id(ReadOnlySpan<byte> name)
    {
        if (!EntryId.TryParse(Text(name), out var id))
        {
            Fail(name, "the name of an entry, as 2-1041");
        }

        return id;
    }

    /// <summary>A time.</summary>
    public DateTimeOffset Time(ReadOnlySpan<byte> name)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var text = Text(name);
        var culture = CultureInfo.InvariantCulture;
        if (!DateTimeOffset.TryParseExact(text, EntryBytes.TimeForm, culture, Styles, out var time))
        {
            Fail(name, "a time in UTC with microseconds, as 2026-01-31T09:30:00.000000Z");
        }

        return time;
    }

    /// <summary>A label set: words in strictly ascending order.</summary>
    public LabelSet Labels(ReadOnlySpan<byte> name)
    {
        const string Expected = "an array of labels in ascending order";
        if (!Name(name) || !Raw("["u8))
        {
            Fail(name, Expected);
            return LabelSet.Empty;
        }

        if (Raw("]"u8))
        {
            return LabelSet.Empty;
        }

        var labels = new List<Label>();
        do
        {
            if (!Label.TryParse(Quoted(name, EntryText.WordMax), out var label)
                || (labels.Count > 0 && labels[^1] >= label)
                || labels.Count == EntryBytes.LabelsMax)
            {
                Fail(name, Expected);
                return LabelSet.Empty;
            }

            labels.Add(label);
        }
        while (Raw(","u8));
        if (!Raw("]"u8))
        {
            Fail(name, Expected);
        }

        return LabelSet.Of(labels);
    }

    /// <summary>A member that is a JSON object in printable ASCII, as it stands.</summary>
    public string Json(ReadOnlySpan<byte> name)
    {
        if (!Name(name))
        {
            return "{}";
        }

        var rest = bytes[at..];
        var reader = new Utf8JsonReader(rest, isFinalBlock: false, default);
        try
        {
            if (rest.StartsWith("{"u8) && reader.Read() && reader.TrySkip()
                && rest[..(int)reader.BytesConsumed] is var json
                && !json.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                at += json.Length;
                return Encoding.ASCII.GetString(json);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        Fail(name, "a JSON object in ASCII");
        return "{}";
    }

    private delegate bool TryParse<T>(string? text, [NotNullWhen(true)] out T? value)
        where T : class;

    private static T StandIn<T>(TryParse<T> parse, string text)
        where T : class =>
        parse(text, out var value) ? value : throw new ArgumentException("It must parse.", nameof(text));

    // What stands in for a value that did not parse never leaves the reader: the mistake is asked before the entry is
    // used.
    private T Parsed<T>(ReadOnlySpan<byte> name, string text, TryParse<T> parse, T standIn)
        where T : class
    {
        if (Mistake is null && parse(text, out var value))
        {
            return value;
        }

        Fail(name, "a name of that kind");
        return standIn;
    }

    private bool Name(ReadOnlySpan<byte> name)
    {
        if (Raw(name))
        {
            return true;
        }

        Fail(name, "there");
        return false;
    }

    private string Quoted(ReadOnlySpan<byte> name, int max)
    {
        if (Raw("\""u8) && TextLength() is var length and >= 0
            && EntryText.TryRead(bytes.Slice(at, length), max, out var text))
        {
            at += length + 1;
            return text;
        }

        Fail(name, $"a text in canonical form of at most {max} bytes");
        return "";
    }

    // Bytes up to the closing quote; -1 when there is none.
    private readonly int TextLength()
    {
        for (var i = at; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'"')
            {
                return i - at;
            }

            if (bytes[i] == (byte)'\\')
            {
                i++;
            }
        }

        return -1;
    }

    private long Digits(ReadOnlySpan<byte> name, long min, long max)
    {
        var rest = bytes[at..];
        var sign = rest.StartsWith("-"u8) ? 1 : 0;
        var end = rest[sign..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var length = end >= 0 ? end : rest.Length - sign;
        var canonical = length is > 0 and <= NumberDigitsMax && (rest[sign] != (byte)'0' || (length == 1 && sign == 0));
        var digits = rest[..(sign + length)];
        if (Mistake is null && canonical
            && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
        {
            at += sign + length;
            return number;
        }

        Fail(name, $"an integer of {min} to {max} without leading zeros");
        return 0;
    }
}
