using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Json;

/// <summary>Writes values so that <see cref="ValueReader"/> reads the same. Recursion is bounded by the depth of values.</summary>
internal static class ValueWriter
{
    public static void Write(Utf8JsonWriter to, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Bool:
                to.WriteBooleanValue(value.AsBool());
                break;
            case ValueKind.Long:
                to.WriteNumberValue(value.AsLong());
                break;
            case ValueKind.String:
                to.WriteStringValue(value.AsString());
                break;
            case ValueKind.Entity:
                to.WriteStartObject();
                to.WritePropertyName("__entity");
                PolicyWriter.Write(to, value.AsEntity());
                to.WriteEndObject();
                break;
            case ValueKind.Set:
                WriteSet(to, value.AsSet());
                break;
            case ValueKind.Record:
                WriteRecord(to, value.AsRecord());
                break;
            case ValueKind.Decimal:
                WriteExtension(to, "decimal", value.AsDecimal().ToString());
                break;
            case ValueKind.IpAddress:
                WriteExtension(to, "ip", value.AsIpAddress().ToString());
                break;
            case ValueKind.Duration:
                WriteExtension(to, "duration", value.AsDuration().ToString());
                break;
            case ValueKind.Datetime:
                WriteDatetime(to, value.AsDatetime());
                break;
        }
    }

    /// <summary>A record as the value of an attribute: a name that is an escape's cannot be told from the escape.</summary>
    public static void WriteRecord(Utf8JsonWriter to, RecordValue record)
    {
        to.WriteStartObject();
        for (var i = 0; i < record.Count; i++)
        {
            var name = record.Names[i];
            if (name is "__entity" or "__extn" or "__expr")
            {
                throw new CedarException($"The attribute '{name}' cannot be written: JSON has this name for an escape.");
            }

            to.WritePropertyName(name);
            Write(to, record.Values[i]);
        }

        to.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter to, Entity entity)
    {
        to.WriteStartObject();
        to.WritePropertyName("uid");
        PolicyWriter.Write(to, entity.Uid);
        to.WritePropertyName("attrs");
        WriteRecord(to, entity.Attributes);
        to.WriteStartArray("parents");
        foreach (var parent in entity.Parents)
        {
            PolicyWriter.Write(to, parent);
        }

        to.WriteEndArray();
        if (entity.Tags.Count > 0)
        {
            to.WritePropertyName("tags");
            WriteRecord(to, entity.Tags);
        }

        to.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter to, SetValue set)
    {
        to.WriteStartArray();
        foreach (ref readonly var element in set.Elements)
        {
            Write(to, element);
        }

        to.WriteEndArray();
    }

    private static void WriteExtension(Utf8JsonWriter to, string function, string argument)
    {
        to.WriteStartObject();
        to.WriteStartObject("__extn");
        to.WriteString("fn", function);
        to.WriteString("arg", argument);
        to.WriteEndObject();
        to.WriteEndObject();
    }

    /// <summary>An instant that four digits of a year cannot name is written as an offset from 1970.</summary>
    private static void WriteDatetime(Utf8JsonWriter to, CedarDatetime instant)
    {
        if (CedarDatetime.TryParse(instant.ToString(), out _))
        {
            WriteExtension(to, "datetime", instant.ToString());
            return;
        }

        to.WriteStartObject();
        to.WriteStartObject("__extn");
        to.WriteString("fn", "offset");
        to.WriteStartArray("args");
        WriteExtension(to, "datetime", "1970-01-01");
        WriteExtension(to, "duration", new CedarDuration(instant.UnixMilliseconds).ToString());
        to.WriteEndArray();
        to.WriteEndObject();
        to.WriteEndObject();
    }
}
