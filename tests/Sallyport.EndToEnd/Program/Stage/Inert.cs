using System.Globalization;
using System.Text;

namespace Sallyport.EndToEnd.Program;

/// <summary>What reaches a terminal: nothing that it would obey, and no stack trace.</summary>
internal static class Inert
{
    public static void Check(Ended ended)
    {
        Check(ended.Output);
        Check(ended.Errors);
        Assert.NotEqual(70, ended.Exit);
        Assert.DoesNotContain("   at Sallyport", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", ended.Errors, StringComparison.Ordinal);
    }

    public static void Check(string shown)
    {
        foreach (var rune in shown.EnumerateRunes())
        {
            var obeyed = (Rune.IsControl(rune) && rune.Value is not '\n')
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            Assert.False(obeyed, $"U+{rune.Value:X4} would reach the terminal: {shown.ReplaceLineEndings("|")}");
        }
    }
}
