using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Flow;

namespace Sallyport.Ledger;

/// <summary>Writes members of an entry one after the other. The buffer holds <see cref="EntryBytes.LengthMax"/> bytes;
/// the limits of the
/// members keep every kind below that.</summary>
internal ref struct EntryWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What is written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => destination[..Length];

    /// <summary>Bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination[Length..]);
        Length += bytes.Length;
    }

    /// <summary>A text member; null is <c>null</c>.</summary>
    /// <param name="name">Comma, quoted name, colon.</param>
    /// <param name="text">The text.</param>
    /// <param name="max">Longest form, in bytes between the quotes.</param>
    public void Text(ReadOnlySpan<byte> name, string? text, int max = EntryText.WordMax)
    {
        Raw(name);
        if (text is null)
        {
            Raw("null"u8);
            return;
        }

        Raw("\""u8);
        Length += EntryText.Write(text, max, destination[Length..]);
        Raw("\""u8);
    }

    /// <summary>An integer member; null is <c>null</c>.</summary>
    public void Number(ReadOnlySpan<byte> name, long? number)
    {
        Raw(name);
        if (number is not { } value)
        {
            Raw("null"u8);
            return;
        }

        Utf8Formatter.TryFormat(value, destination[Length..], out var digits);
        Length += digits;
    }

    /// <summary>An entry's name as a text member.</summary>
    public void Id(ReadOnlySpan<byte> name, EntryId id)
    {
        Raw(name);
        Number("\""u8, id.Epoch);
        Number("-"u8, id.Position);
        Raw("\""u8);
    }

    /// <summary>A time member: RFC 3339, UTC, microseconds.</summary>
    public void Time(ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        Raw(name);
        Raw("\"0000-00-00T00:00:00.000000Z\""u8);
        var form = destination[(Length - EntryBytes.TimeLength - 1)..];
        Digits(form[..4], utc.Year);
        Digits(form[5..7], utc.Month);
        Digits(form[8..10], utc.Day);
        Digits(form[11..13], utc.Hour);
        Digits(form[14..16], utc.Minute);
        Digits(form[17..19], utc.Second);
        Digits(form[20..26], (int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>A label set member: an array of words in ordinal order.</summary>
    /// <exception cref="ArgumentException">More than <see cref="EntryBytes.LabelsMax"/> labels: dropping one would open
    /// a door, so nothing is written.</exception>
    public void Labels(ReadOnlySpan<byte> name, LabelSet labels)
    {
        if (labels.Count > EntryBytes.LabelsMax)
        {
            throw new ArgumentException(
                $"A label set of {labels.Count} does not fit an entry; the limit is {EntryBytes.LabelsMax}.",
                nameof(labels));
        }

        Raw(name);
        Raw("["u8);
        var sorted = labels.Labels;
        for (var i = 0; i < sorted.Count; i++)
        {
            Text(i == 0 ? default : ","u8, sorted[i].Value);
        }

        Raw("]"u8);
    }

    /// <summary>A member that is JSON already, in ASCII; the last one of its kind, so that it may take all that is
    /// left. What is longer is named by its digest.</summary>
    public void Json(ReadOnlySpan<byte> name, string json)
    {
        Raw(name);
        if (json.Length <= EntryBytes.LengthMax - EntryBytes.SealLength - Length)
        {
            Length += Encoding.ASCII.GetBytes(json, destination[Length..]);
            return;
        }

        var bytes = Encoding.ASCII.GetBytes(json);
        Text("{\"digest\":"u8, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        Number(",\"bytes\":"u8, bytes.Length);
        Raw("}"u8);
    }

    private static void Digits(Span<byte> form, int number)
    {
        for (var i = form.Length - 1; i >= 0; i--)
        {
            form[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
