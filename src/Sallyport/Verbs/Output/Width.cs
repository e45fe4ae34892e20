using System.Globalization;
using System.Runtime.InteropServices;

namespace Sallyport.Verbs;

/// <summary>How wide the reader's terminal is, and how a line is made to fit it.</summary>
internal static class Width
{
    /// <summary>Columns of help when nobody says otherwise.</summary>
    public const int Usual = 80;

    private const int Narrowest = 40;
    private const int StandardOutput = 1;
    private const nuint WindowSize = 0x5413; // TIOCGWINSZ of Linux

    /// <summary>Columns that lines for people are to fit in: <c>COLUMNS</c>, else those of the terminal; null (no
    /// bound) when the output goes into a pipe or a file.</summary>
    public static int? Columns { get; } = Told() ?? (System.Console.IsOutputRedirected ? null : OfTerminal());

    /// <summary>The text in lines of at most so many columns, broken at blanks; what has none is never broken, so that
    /// a path can still be copied.</summary>
    /// <param name="text">One line, inert.</param>
    /// <param name="columns">At most so many.</param>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        var indent = new string(' ', text.Length - text.TrimStart(' ').Length + 4);
        while (text.Length > columns)
        {
            // Not before the first word: that would be a break without a gain.
            var first = text.Length - text.TrimStart(' ').Length;
            var at = text.LastIndexOf(' ', columns);
            if (at <= first && (at = text.IndexOf(' ', columns)) < 0)
            {
                break;
            }

            yield return text[..at].TrimEnd(' ');
            text = indent + text[at..].TrimStart(' ');
        }

        yield return text;
    }

    /// <summary>The text with its middle left out; both ends of a URL say more than its middle.</summary>
    public static string CutMiddle(string text, int columns)
    {
        const string Mark = "...";
        if (text.Length <= columns)
        {
            return text;
        }

        var kept = columns - Mark.Length;
        return string.Concat(text.AsSpan(0, (kept + 1) / 2), Mark, text.AsSpan(text.Length - (kept / 2)));
    }

    private static int? Told()
    {
        var told = Environment.GetEnvironmentVariable("COLUMNS");
        return int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            ? Bounded(columns) : null;
    }

    // Not Console.WindowWidth on Linux: it sets the terminal up for cursor keys, which a line on it does not need.
    private static int? OfTerminal()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Bounded(System.Console.WindowWidth);
        }

        var size = default(Window);
        return Ioctl(StandardOutput, WindowSize, ref size) == 0 ? Bounded(size.Columns) : null;
    }

    private static int? Bounded(int columns) => columns > 0 ? Math.Max(columns, Narrowest) : null;

    [DllImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(int descriptor, nuint request, ref Window size);

    [StructLayout(LayoutKind.Sequential)]
    private struct Window
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
