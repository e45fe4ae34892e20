using System.Text.Json;
using Sallyport.Cedar.Json;

namespace Sallyport.Cedar.Values;

/// <summary>
/// Records in Cedar's JSON form of entity attributes, with the escapes <c>__extn</c> and <c>__entity</c>.
/// </summary>
public static class RecordJson
{
    /// <summary>Reads one record.</summary>
    /// <param name="utf8">The document: one object.</param>
    /// <param name="limits">What the document may ask for.</param>
    /// <returns>The record, or the first mistake with its line.</returns>
    public static Parsed<RecordValue> Parse(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        return JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, ValueReader.Options(limits));
            ValueReader.Read(ref reader);
            var record = new ValueReader(limits).ReadRecord(ref reader);
            reader.Read(); // throws if anything follows
            return record;
        });
    }

    /// <summary>Writes a record so that <see cref="Parse"/> reads the same.</summary>
    /// <exception cref="CedarException">It has an attribute named like an escape, such as <c>__entity</c>.</exception>
    public static void Write(Utf8JsonWriter to, RecordValue record)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(record);
        ValueWriter.WriteRecord(to, record);
    }
}
