using System.CommandLine;
using System.Globalization;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>Where a perimeter's two folders are; the same two options on every verb that needs them.</summary>
internal static class Places
{
    /// <summary><c>--perimeter</c>: what people write.</summary>
    public static Option<string> Perimeter() => new("--perimeter")
    {
        Description = "The folder with sallyport.yaml.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SALLYPORT_PERIMETER") ?? "perimeter",
    };

    /// <summary><c>--state</c>: what the node keeps.</summary>
    public static Option<string> State() => new("--state")
    {
        Description = "The node's own folder.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SALLYPORT_STATE") ?? ".sallyport",
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON, one value a line." };

    /// <summary><c>--limit</c>, within what the node gives in one answer.</summary>
    public static Option<int> Limit(string description, int usual) => new("--limit", "-n")
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var given = result.Tokens[0].Value;
            if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit is >= 1 and <= LedgerFilter.LimitMax)
            {
                return limit;
            }

            result.AddError(Usage.NotOne("--limit", given, $"a number from 1 to {LedgerFilter.LimitMax}"));
            return default;
        },
    };

    /// <summary>An option that has to be of a form that the node knows (<see cref="LogQuery.FormOf"/>).</summary>
    public static Option<string?> Filter(string name, string description)
    {
        var option = new Option<string?>($"--{name}") { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }]
                && LogQuery.FormOf(name, given, TimeProvider.System.GetUtcNow()) is { } form)
            {
                result.AddError(Usage.NotOne($"--{name}", given, form));
            }
        });
        return option;
    }
}
