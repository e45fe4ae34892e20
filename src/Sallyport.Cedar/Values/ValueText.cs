using System.Globalization;
using System.Text;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Values;

/// <summary>Values as Cedar expressions.</summary>
internal static class ValueText
{
    public static string Format(Value value)
    {
        var to = new StringBuilder();
        Append(to, value);
        return to.ToString();
    }

    // Recursion is bounded by Value.DepthMax.
    private static void Append(StringBuilder to, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Bool:
                to.Append(value.AsBool() ? "true" : "false");
                break;
            case ValueKind.Long:
                to.Append(value.AsLong().ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.String:
                to.Append(StringEscapes.Quote(value.AsString()));
                break;
            case ValueKind.Set:
                to.Append('[');
                AppendElements(to, value.AsSet());
                to.Append(']');
                break;
            case ValueKind.Record:
                to.Append('{');
                AppendAttributes(to, value.AsRecord());
                to.Append('}');
                break;
            case ValueKind.Decimal:
                to.Append("decimal(\"").Append(value.AsDecimal()).Append("\")");
                break;
            case ValueKind.IpAddress:
                to.Append("ip(\"").Append(value.AsIpAddress()).Append("\")");
                break;
            case ValueKind.Datetime:
                AppendDatetime(to, value.AsDatetime());
                break;
            case ValueKind.Duration:
                to.Append("duration(\"").Append(value.AsDuration()).Append("\")");
                break;
            case ValueKind.Entity:
                to.Append(value.AsEntity());
                break;
        }
    }

    private static void AppendElements(StringBuilder to, SetValue set)
    {
        for (var i = 0; i < set.Count; i++)
        {
            to.Append(i == 0 ? "" : ", ");
            Append(to, set.Elements[i]);
        }
    }

    private static void AppendAttributes(StringBuilder to, RecordValue record)
    {
        for (var i = 0; i < record.Count; i++)
        {
            var name = record.Names[i];
            to.Append(i == 0
                ? ""
                : ", ").Append(Identifiers.IsIdentifier(name)
                ? name
                : StringEscapes.Quote(name)).Append(": ");
            Append(to, record.Values[i]);
        }
    }

    private static void AppendDatetime(StringBuilder to, CedarDatetime value)
    {
        // Four digits name the years 0 to 9999; further away an instant is written as an offset.
        if (value.UnixMilliseconds is >= -62_167_219_200_000 and < 253_402_300_800_000)
        {
            to.Append("datetime(\"").Append(value).Append("\")");
            return;
        }

        to.Append("datetime(\"1970-01-01\").offset(duration(\"")
            .Append(new CedarDuration(value.UnixMilliseconds)).Append("\"))");
    }
}
