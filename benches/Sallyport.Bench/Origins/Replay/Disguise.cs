using System.Globalization;
using System.Text;

namespace Sallyport.Bench.Origins;

/// <summary>A way in which an agent may write what it has read into an argument.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="IsSame">Whether the value is still the same as a whole, so that it must be known for what it
/// was.</param>
/// <param name="Apply">Writes it.</param>
internal sealed record Disguise(string Name, bool IsSame, Func<string, string> Apply)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Disguise> All { get; } =
    [
        new("whole", IsSame: true, value => value),
        new("upper case", IsSame: true, value => value.ToUpperInvariant()),
        new("lower case", IsSame: true, value => value.ToLowerInvariant()),
        new("spaced", IsSame: true, value => $"  {value.Replace(" ", " \u00A0\n", StringComparison.Ordinal)}\t"),
        new("full width", IsSame: true, FullWidth),
        new("invisible letters", IsSame: true, value => string.Join('\u200B', value.EnumerateRunes())),
        new("percent", IsSame: true, value => string.Concat(
            Encoding.UTF8.GetBytes(value).Select(one => string.Create(CultureInfo.InvariantCulture, $"%{one:X2}")))),
        new("URL-escaped", IsSame: true, Uri.EscapeDataString),
        new("base64", IsSame: true, value => Convert.ToBase64String(Encoding.UTF8.GetBytes(value))),
        new("hex", IsSame: true, value => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value))),
        new("half of it", IsSame: false, Half),
        new("among own words", IsSame: false, value => $"Please see to this today: {value} and tell me."),
    ];

    private static string FullWidth(string value) =>
        string.Concat(value.Select(one => one is > ' ' and <= '~' ? (char)(one - '!' + '\uFF01') : one));

    private static string Half(string value)
    {
        var words = value.Split(' ');
        return words.Length > 1
            ? string.Join(' ', words[..((words.Length + 1) / 2)])
            : value[..((value.Length + 1) / 2)];
    }
}
