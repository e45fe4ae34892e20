using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Ledger;

/// <summary>The bytes of an entry, format 1: canonical JSON in a fixed order of members, the last a CRC-32C.
/// <c>docs/reference/ledger.md</c> has the form.</summary>
/// <remarks>An entry has exactly one form: what <see cref="TryRead"/> accepts, writing gives again, byte for
/// byte.</remarks>
public static partial class EntryBytes
{
    /// <summary>Longest entry: an entry bundle gives its length in two bytes (C2SP tlog-tiles).</summary>
    public const int LengthMax = 65_535;

    /// <summary>Most labels in one set. Texts are cut to fit, label sets never are: a dropped label would open a
    /// door.</summary>
    public const int LabelsMax = 512;

    /// <summary>How every entry of this format begins.</summary>
    public static ReadOnlySpan<byte> Prefix => "{\"format\":1,"u8;

    /// <summary>What stands before the eight lower-case hex digits of the CRC.</summary>
    public static ReadOnlySpan<byte> CrcName => ",\"crc\":\""u8;

    /// <summary>Bytes from <see cref="CrcName"/> to the end: everything before them is what the CRC is of.</summary>
    public static int SealLength => CrcName.Length + CrcDigits + End.Length;

    internal const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    internal const int TimeLength = 27;

    private const int CrcDigits = 8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Writes an entry. Texts that are too long are cut, visibly; see <see cref="EntryText"/>.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="time">When it got its position; written in UTC, whole microseconds (the rest is dropped).</param>
    /// <param name="entry">What is recorded.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too small, or a label set has more than
    /// <see cref="LabelsMax"/> labels.</exception>
    public static int Write(EntryId id, DateTimeOffset time, LedgerEntry entry, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, LengthMax, nameof(destination));
        var writer = new EntryWriter(destination);
        writer.Raw(Prefix[..^1]);
        writer.Number(",\"epoch\":"u8, id.Epoch);
        writer.Number(",\"position\":"u8, id.Position);
        writer.Time(",\"time\":"u8, time);
        writer.Text(",\"kind\":"u8, EntryKind.Of(entry));
        WriteMembers(ref writer, entry);
        var crc = Crc32C.Of(writer.Written);
        writer.Raw(CrcName);
        Span<byte> digits = stackalloc byte[CrcDigits];
        crc.TryFormat(digits, out _, "x8", CultureInfo.InvariantCulture);
        writer.Raw(digits);
        writer.Raw(End);
        return writer.Length;
    }

    /// <summary>Whether the CRC at the end of <paramref name="bytes"/> is the one of what stands before it.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= SealLength || bytes.Length > LengthMax
            || !bytes[^SealLength..].StartsWith(CrcName) || !bytes.EndsWith(End))
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[CrcDigits];
        Crc32C.Of(bytes[..^SealLength]).TryFormat(digits, out _, "x8", CultureInfo.InvariantCulture);
        return bytes[^(CrcDigits + End.Length)..^End.Length].SequenceEqual(digits);
    }

    /// <summary>Reads an entry back, strictly: unknown, missing, doubled or re-ordered members, spaces and other
    /// escapes are mistakes.</summary>
    /// <param name="bytes">The whole entry, without a length before it.</param>
    /// <param name="recorded">The entry.</param>
    /// <param name="fault">The member that is wrong, and at which byte of the entry.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out RecordedEntry? recorded,
        [NotNullWhen(false)] out Fault? fault)
    {
        recorded = null;
        var reader = new EntryReader(bytes.Length > SealLength ? bytes[..^SealLength] : bytes);
        if (!reader.Raw(Prefix[..^1]))
        {
            reader.Fail("format"u8, "1, at the start of the entry");
        }
        else if (!IsSealed(bytes))
        {
            reader.Fail("crc"u8, "the CRC-32C of the bytes before it");
        }

        var id = new EntryId(reader.Number(",\"epoch\":"u8), reader.Number(",\"position\":"u8));
        var time = reader.Time(",\"time\":"u8);
        var kind = reader.Text(",\"kind\":"u8);
        var entry = ReadMembers(ref reader, kind);
        if (reader.Mistake is null && !reader.AtEnd)
        {
            reader.Fail("crc"u8, $"the member after the last of kind '{kind}'");
        }

        fault = reader.Mistake is null ? null : new Fault(
            "ledger.entry-invalid",
            $"The ledger entry cannot be read: {reader.Mistake}.",
            "Entries are written by Sallyport alone; restore the ledger folder from a backup.");
        recorded = fault is null && entry is not null ? new RecordedEntry(id, time, entry) : null;
        return recorded is not null;
    }
}
