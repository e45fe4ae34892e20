using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sallyport.Verbs;

/// <summary>What goes to the terminal. Text from outside is made inert first (promise P12).</summary>
internal static class Print
{
    private const short PollError = 8;
    private const short PollHangUp = 16;

    /// <summary>Whether nobody reads standard output any more (<c>sallyport log | head</c>). Writing to it then fails
    /// in silence, so who writes for long has to ask.</summary>
    public static bool ReaderHasLeft
    {
        get
        {
            var output = new Watched { Descriptor = 1 };
            return Poll(ref output, 1, 0) == 1 && (output.Found & (PollError | PollHangUp)) != 0;
        }
    }

    /// <summary>A line for people on standard output, wrapped where the terminal ends.</summary>
    public static void Line(string text = "") => Write(System.Console.Out, text);

    /// <summary>A line for programs on standard output, as it is.</summary>
    public static void Raw(string line) => System.Console.Out.WriteLine(line);

    /// <summary>A line about the work, on standard error, so that standard output stays clean for pipes.</summary>
    public static void Note(string text) => Write(System.Console.Error, text);

    /// <summary>A failure: what, and what to do; with <c>--json</c> as one object (<see cref="FaultView"/>).</summary>
    public static void Fault(Fault fault, ExitCode exit, bool json) => Tell("error", fault, (int)exit, json, []);

    /// <summary>A failure that was found with others, which are told first.</summary>
    public static void Fault(FaultException failed, bool json)
    {
        foreach (var line in json ? [] : failed.Mistakes)
        {
            Note(Inert(line));
        }

        Tell("error", failed.Fault, (int)failed.Exit, json, failed.Mistakes);
    }

    /// <summary>What is done and probably not meant; the exit code stays 0.</summary>
    public static void Warning(Fault fault, bool json) => Tell("warning", fault, (int)ExitCode.Yes, json, []);

    /// <summary>One JSON value on one line.</summary>
    public static void Json<T>(T value, JsonTypeInfo<T> type) =>
        Raw(PlainJson.Of(JsonSerializer.Serialize(value, type)));

    /// <summary>A time as every verb prints it: UTC, <c>2026-01-31 12:00:00Z</c>, which <c>--since</c> reads
    /// too.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number of things: <c>1 freeze</c>, <c>2 freezes</c>.</summary>
    public static string Count(long number, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    /// <summary>The text with everything that a terminal would obey (control characters, direction marks, other
    /// formats) escaped.</summary>
    public static string Inert(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var inert = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
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

    /// <summary>Several lines, each inert; the ends of lines stay.</summary>
    public static string InertLines(string text) => string.Join('\n', text.Split('\n').Select(Inert));

    private static void Tell(string what, Fault fault, int exit, bool json, IReadOnlyList<string> mistakes)
    {
        if (json)
        {
            System.Console.Error.WriteLine(PlainJson.Of(JsonSerializer.Serialize(
                FaultView.Of(what, fault, exit, mistakes), VerbJson.Default.FaultView)));
            return;
        }

        Note($"{what}: {Inert(fault.Detail)} ({fault.Code})");
        Note($"  {Inert(fault.Mend)}");
    }

    private static void Write(TextWriter writer, string text)
    {
        if (Width.Columns is not { } columns || text.Length <= columns)
        {
            writer.WriteLine(text);
            return;
        }

        foreach (var line in Width.Wrap(text, columns))
        {
            writer.WriteLine(line);
        }
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Watched watched, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Watched
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
