using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sallyport.Verbs;

/// <summary>What goes to the terminal. Text from outside is made inert first (promise P12).</summary>
internal static class Print
{
    /// <summary>A line on standard output.</summary>
    public static void Line(string text = "") => System.Console.Out.WriteLine(text);

    /// <summary>A line about the work, on standard error, so that standard output stays clean for pipes.</summary>
    public static void Note(string text) => System.Console.Error.WriteLine(text);

    /// <summary>A failure: what, and what to do.</summary>
    public static void Fault(Fault fault)
    {
        System.Console.Error.WriteLine($"error: {Inert(fault.Detail)} ({fault.Code})");
        System.Console.Error.WriteLine($"  {Inert(fault.Mend)}");
    }

    /// <summary>One JSON value on one line.</summary>
    public static void Json<T>(T value, JsonTypeInfo<T> type) => Line(JsonSerializer.Serialize(value, type));

    /// <summary>The text with everything that a terminal would obey (control characters, direction marks, other formats) escaped.</summary>
    public static string Inert(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var inert = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.OtherNotAssigned
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator)
            {
                inert.Append($"\\u{{{rune.Value:x}}}");
            }
            else
            {
                inert.Append(rune);
            }
        }

        return inert.ToString();
    }
}
