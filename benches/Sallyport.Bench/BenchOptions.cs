using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Bench;

/// <summary>How a bench is to be run.</summary>
internal sealed record BenchOptions
{
    /// <summary>Whether the report is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Paired rounds that count; null for the bench's own number.</summary>
    public int? Rounds { get; init; }

    /// <summary>Seconds of one measurement; null for the bench's own number.</summary>
    public double? Seconds { get; init; }

    /// <summary>Only scenarios whose name holds this; empty for all.</summary>
    public string Only { get; init; } = "";

    /// <summary>Another build of <c>sallyport</c>, measured as one more arm; empty for none.</summary>
    public string Against { get; init; } = "";

    /// <summary>Reads what follows the bench's name.</summary>
    public static bool TryParse(ReadOnlySpan<string> arguments, out BenchOptions options, [NotNullWhen(false)] out string? mistake)
    {
        options = new BenchOptions();
        mistake = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--json":
                    options = options with { Json = true };
                    continue;
                case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds is >= 1 and <= 1000:
                    options = options with { Rounds = rounds };
                    break;
                case "--seconds" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 600:
                    options = options with { Seconds = seconds };
                    break;
                case "--only" when value.Length > 0:
                    options = options with { Only = value };
                    break;
                case "--against" when File.Exists(value):
                    options = options with { Against = value };
                    break;
                default:
                    mistake = $"'{arguments[i]}' with '{value}' is not understood. Known: --json, --rounds 1..1000, --seconds 0.1..600, --only TEXT, --against PROGRAM.";
                    return false;
            }

            i++;
        }

        return true;
    }

    /// <summary>Whether a scenario is wanted.</summary>
    public bool Wants(string scenario) => scenario.Contains(Only, StringComparison.OrdinalIgnoreCase);
}
