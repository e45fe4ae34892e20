using System.CommandLine;
using Sallyport.Ledger;
using Sallyport.Perimeter;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy explain</c>: one act, decided, and why, clause by clause.</summary>
internal static class PolicyExplainVerb
{
    private static readonly Position Nowhere = new(1, 1);

    public static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "A decision of the ledger (1-42), on its own facts under its own rules; else an act below.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var agent = new Option<string?>("--agent") { Description = "Who acts." };
        var method = new Option<string>("--method")
        {
            Description = "The method of a request.",
            DefaultValueFactory = _ => "GET",
        };
        var url = new Option<string?>("--url") { Description = "What is requested: an http or https URL." };
        var content = new Option<bool>("--content") { Description = "The request has a body." };
        var tool = new Option<string?>("--tool") { Description = "Instead of a URL: a tool, as server__tool." };
        var args = new Option<string?>("--args") { Description = "The tool's arguments, as JSON." };
        var labels = new Option<string?>("--labels") { Description = "What the run carries: untrusted,social." };
        var origins = new Option<string[]>("--origin")
        {
            Description = "Whose text an argument is: /recipient=untrusted. Can be repeated.",
        };
        var (perimeter, state, json) = (Places.Perimeter(), Places.State(), Places.Json());
        var verb = new Command("explain", "Decide one act and say why, clause by clause. Exit code 0 only if allowed.")
        {
            id, agent, method, url, content, tool, args, labels, origins, perimeter, state, json,
        };
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(id) is { } given)
            {
                return EntryId.TryParse(given, out var entry)
                    ? RecordedTrial.Explain(parsed.GetValue(state)!, entry, parsed.GetValue(json)) // has a default
                    : throw new FaultException(Console.LedgerApi.NotAnId, ExitCode.Usage);
            }

            if (parsed.GetValue(agent) is not { } who)
            {
                throw new FaultException(
                    new Fault(
                        "usage.missing", "sallyport policy explain needs an entry, or --agent with an act.",
                        "See: sallyport policy explain --help"),
                    ExitCode.Usage);
            }

            var act = parsed.GetValue(tool) is { } name
                ? ("tool", name)
                : ("http", parsed.GetValue(url) is { } address ? $"{parsed.GetValue(method)} {address}" : "");
            List<ConfigEntry> written = [Entry("agent", who)];
            written.Add(Entry(act.Item1, act.Item2));
            written.AddRange(Optional("args", parsed.GetValue(args)));
            written.AddRange(Optional("content", parsed.GetValue(content) ? "true" : null));
            written.AddRange(Listed("labels", parsed.GetValue(labels)));
            written.AddRange(Origins(parsed.GetValue(origins) ?? []));
            return parsed.GetValue(url) is null == parsed.GetValue(tool) is null
                ? throw new FaultException(
                    new Fault("usage.explain", "Say one act: --url URL, or --tool SERVER__TOOL.",
                        "See: sallyport policy explain --help"),
                    ExitCode.Usage)
                : Run(parsed.GetValue(perimeter)!, written, parsed.GetValue(json)); // has a default
        });
        return verb;
    }

    // A command line is a case without a file: what is wrong with it is found by the same reader.
    private static int Run(string folder, List<ConfigEntry> written, bool json)
    {
        var (snapshot, _) = CheckVerb.Load(folder);
        var root = new ConfigNode.Sequence(
            [new ConfigNode.Mapping([.. written, Entry("expect", "allow")], Nowhere)], Nowhere);
        var (cases, mistakes, warnings) = CaseReader.Read(root, "", snapshot);
        if (mistakes is [{ } first, ..])
        {
            throw new FaultException(
                new Fault("usage.value", $"{first.What}.", $"{first.Mend.TrimEnd('.')}"), ExitCode.Usage);
        }

        foreach (var warning in warnings)
        {
            Print.Warning(new Fault("policy.label", $"{warning.What}.", warning.Mend), json);
        }

        var trial = Trial.Of(snapshot, cases[0].Question with { Time = TimeProvider.System.GetUtcNow() });
        if (json)
        {
            Print.Json(TrialView.Of(snapshot, trial), PolicyJson.Default.TrialView);
        }
        else
        {
            foreach (var line in TrialLines.Of(snapshot, trial, isWhole: true))
            {
                Print.Line(Print.Inert(line));
            }
        }

        return (int)(trial.Verdict is TrialVerdict.Allow ? ExitCode.Yes : ExitCode.No);
    }

    private static ConfigEntry Entry(string key, string text) => new(Scalar(key), Scalar(text));

    private static ConfigNode.Scalar Scalar(string text) => new(text, Nowhere);

    private static IEnumerable<ConfigEntry> Optional(string key, string? text) =>
        text is null ? [] : [Entry(key, text)];

    private static IEnumerable<ConfigEntry> Listed(string key, string? words) => words is null
        ? []
        : [new ConfigEntry(Scalar(key), Words(words))];

    private static IEnumerable<ConfigEntry> Origins(string[] given)
    {
        var entries = given.Select(one => one.Split('=', 2))
            .Select(parts => new ConfigEntry(Scalar(parts[0]), Words(parts is [_, var words] ? words : ""))).ToList();
        return entries.Count == 0 ? [] : [new ConfigEntry(Scalar("origins"), new ConfigNode.Mapping(entries, Nowhere))];
    }

    private static ConfigNode.Sequence Words(string text) => new(
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Scalar)], Nowhere);
}
