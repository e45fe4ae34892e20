using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Ledger;

/// <summary>How long a body is kept: <c>12h</c>, <c>30d</c>. Also the name of the folder that it is kept in.</summary>
public sealed record RetentionTime
{
    /// <summary>What it is, for people.</summary>
    public const string Form = "a number with m, h or d, from 1m to 3660d";

    private const int DigitsMax = 7;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_660);

    private RetentionTime(string text, TimeSpan span) => (Text, Span) = (text, span);

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>The time.</summary>
    public TimeSpan Span { get; }

    /// <summary>The only way in. Without leading zeros, so that one text is one folder.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RetentionTime? time)
    {
        time = null;
        if (text is not [>= '1' and <= '9', ..] || text.Length > DigitsMax + 1)
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is { } one
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out var count)
            && count <= Longest / one)
        {
            time = new RetentionTime(text, one * count);
        }

        return time is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
