using System.Globalization;
using System.Text;

namespace Sallyport.Bench.Reports;

/// <summary>A report for people: at most 100 columns.</summary>
internal static class TextReport
{
    private const int ColumnsMax = 100;

    public static string Of(BenchReport report)
    {
        var text = new StringBuilder();
        foreach (var fact in report.Machine)
        {
            Wrap(text, $"{fact.Name}: {fact.Value}", "  ");
        }

        foreach (var table in report.Tables)
        {
            text.AppendLine();
            Write(text, table);
        }

        text.AppendLine();
        foreach (var bar in report.Bars)
        {
            Write(text, bar);
        }

        foreach (var note in report.Notes)
        {
            Wrap(text, $"note: {note}", "  ");
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Table table)
    {
        text.AppendLine(table.Title);
        var cells = table.Rows
            .Select(row => row.Select((value, i) => Text(value, table.Columns[i])).ToArray())
            .ToArray();
        var widths = table.Columns
            .Select((column, i) => cells.Select(row => row[i].Length).Append(column.Heading.Length).Max())
            .ToArray();
        Line(text, [.. table.Columns.Select(column => column.Heading)], widths, table);
        foreach (var row in cells)
        {
            Line(text, row, widths, table);
        }
    }

    private static void Line(StringBuilder text, string[] row, int[] widths, Table table)
    {
        var line = new StringBuilder();
        for (var i = 0; i < row.Length; i++)
        {
            // Words to the left, numbers to the right.
            var isText = table.Rows.Any(values => values[i] is string);
            line.Append(i == 0 ? "" : "  ").Append(isText ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]));
        }

        text.AppendLine(line.ToString().TrimEnd());
    }

    private static void Write(StringBuilder text, Bar bar)
    {
        var word = bar.Outcome switch
        {
            Outcome.Ok => "OK",
            Outcome.Miss => "MISS",
            Outcome.Skip => "SKIP",
        };
        var ratio = bar.Ratio is { } of ? $"; ratio {of.Median:0.00} ({of.Lower:0.00}-{of.Upper:0.00})" : "";
        var limits = bar.Floor is { } floor
            ? $"; floor {floor:0.##}{(bar.Aim is { } aim ? $", aim {aim:0.##}" : "")}"
            : "";
        Wrap(text, $"{word,-4} {bar.Name}: {bar.Figures}{ratio}{limits} [bar of the {bar.Origin}]", "     ");
    }

    private static string Text(object? value, Column column) => value switch
    {
        null => "-",
        double number => number.ToString(column.Format, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Wrap(StringBuilder text, string line, string indent)
    {
        while (line.Length > ColumnsMax)
        {
            var cut = line.LastIndexOf(' ', ColumnsMax);
            cut = cut <= indent.Length ? ColumnsMax : cut;
            text.AppendLine(line[..cut]);
            line = indent + line[cut..].TrimStart();
        }

        text.AppendLine(line);
    }
}
