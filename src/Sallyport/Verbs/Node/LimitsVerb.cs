using System.CommandLine;
using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport limits</c>: what agents may still do.</summary>
internal static class LimitsVerb
{
    public static Command Create()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("limits", "Show every limit, what is used of it, and when a full one opens again.")
        {
            state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var limits = await node.GetAsync("limits", ApiJson.Default.IReadOnlyListLimitView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(limits, ApiJson.Default.IReadOnlyListLimitView);
                return (int)ExitCode.Yes;
            }

            var ids = limits.Select(limit => limit.Id.Length).DefaultIfEmpty().Max();
            var numbers = limits.Select(limit => Number(limit).Length).DefaultIfEmpty().Max();
            foreach (var limit in limits)
            {
                Print.Line(
                    $"{limit.Id.PadRight(ids)}  {Number(limit).PadLeft(numbers)} {limit.Unit} per {limit.Per} "
                    + $"for {limit.For}{Reserved(limit)}{Full(limit)}");
            }

            if (limits.Count == 0)
            {
                Print.Line("There is no limit. Add one under limits: in perimeter/sallyport.yaml");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static string Number(LimitView limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.Used + limit.Reserved} of {limit.Max}");

    private static string Reserved(LimitView limit) =>
        limit.Reserved > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({limit.Reserved} under way)") : "";

    private static string Full(LimitView limit) => limit.OpensAt is { } at
        ? $"  REACHED, opens {Print.Time(at)}"
        : "";
}
