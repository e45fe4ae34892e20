using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sallyport.Bench.Reports;

/// <summary>A report for programs: one JSON object on one line.</summary>
internal static class JsonReport
{
    public static string Of(BenchReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("bench", report.Name);
            json.WriteStartObject("machine");
            foreach (var fact in report.Machine)
            {
                json.WriteString(fact.Name, fact.Value);
            }

            json.WriteEndObject();
            json.WriteStartArray("tables");
            foreach (var table in report.Tables)
            {
                Write(json, table);
            }

            json.WriteEndArray();
            json.WriteStartArray("bars");
            foreach (var bar in report.Bars)
            {
                Write(json, bar);
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (var note in report.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(Utf8JsonWriter json, Table table)
    {
        json.WriteStartObject();
        json.WriteString("title", table.Title);
        json.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Count; i++)
            {
                switch (row[i])
                {
                    case null:
                        json.WriteNull(table.Columns[i].Key);
                        break;
                    case double number:
                        json.WriteNumber(table.Columns[i].Key, Math.Round(number, 3));
                        break;
                    default:
                        json.WriteString(table.Columns[i].Key, row[i]?.ToString());
                        break;
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Bar bar)
    {
        json.WriteStartObject();
        json.WriteString("name", bar.Name);
        json.WriteString("origin", bar.Origin);
        json.WriteString("outcome", bar.Outcome.ToString().ToLowerInvariant());
        json.WriteString("figures", bar.Figures);
        if (bar.Ratio is { } ratio)
        {
            json.WriteStartObject("ratio");
            json.WriteNumber("lower", Math.Round(ratio.Lower, 3));
            json.WriteNumber("median", Math.Round(ratio.Median, 3));
            json.WriteNumber("upper", Math.Round(ratio.Upper, 3));
            json.WriteEndObject();
        }

        if (bar.Floor is { } floor)
        {
            json.WriteNumber("floor", floor);
        }

        if (bar.Aim is { } aim)
        {
            json.WriteNumber("aim", aim);
        }

        json.WriteEndObject();
    }
}
