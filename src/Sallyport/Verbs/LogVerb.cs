using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Sallyport.Verbs;

/// <summary><c>sallyport log</c>: what happened, newest last; <c>--follow</c> goes on.</summary>
internal static class LogVerb
{
    private static readonly string[] Filters = ["agent", "run", "host", "verdict", "kind", "label", "since"];

    public static Command Create()
    {
        var options = Filters.ToDictionary(name => name, name => new Option<string?>($"--{name}") { Description = Describe(name) }, StringComparer.Ordinal);
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as entries are written." };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many entries (the newest).", DefaultValueFactory = _ => 50 };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("log", "Show the ledger.") { follow, limit, state, json };
        foreach (var option in options.Values)
        {
            verb.Options.Add(option);
        }

        verb.SetAction(async (parsed, cancellation) =>
        {
            var query = new StringBuilder($"log?limit={parsed.GetValue(limit)}&follow={(parsed.GetValue(follow) ? "true" : "false")}");
            foreach (var (name, option) in options)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
                }
            }

            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            await foreach (var line in node.LinesAsync(query.ToString(), cancellation))
            {
                Print.Line(parsed.GetValue(json) ? line : EntryLine.Of(JsonDocument.Parse(line).RootElement));
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static string Describe(string name) => name switch
    {
        "agent" => "Only this agent.",
        "run" => "Only this run.",
        "host" => "Only this host.",
        "verdict" => "Only allow, or only deny.",
        "kind" => "Only this kind: decision, observation, labels, cut, run-start, run-end, freeze, node-start, node-stop.",
        "label" => "Only entries that carry this label.",
        "since" => "Only from this time on (2026-01-31T12:00:00Z), or for the last 15m, 2h, 7d.",
        _ => name,
    };
}
