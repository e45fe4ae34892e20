using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport log</c>: what happened, newest last; <c>--follow</c> goes on.</summary>
internal static class LogVerb
{
    private static readonly string[] Filters =
    [
        "agent", "run", "host", "verdict", "kind", "label", "since", "until", "digest", "text", "before", "after",
    ];

    private const int BodiesMax = 8;

    public static Command Create()
    {
        var options = Filters.ToDictionary(name => name, name => Places.Filter(name, Describe(name)), StringComparer.Ordinal);
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as entries are written." };
        var limit = Places.Limit("At most so many entries (the newest).", 50);
        var (state, json) = (Places.State(), Places.Json());
        var (fromLog, archive) = (ClosedState.FromLogOption(), GivenArchives.Option());
        var verb = new Command("log", "Show the ledger.") { follow, limit, fromLog, archive, state, json };
        foreach (var option in options.Values)
        {
            verb.Options.Add(option);
        }

        verb.SetAction(async (parsed, cancellation) =>
        {
            var given = options.ToDictionary(
                option => option.Key, option => parsed.GetValue(option.Value), StringComparer.Ordinal);
            var asked = new Asked(given, parsed.GetValue(limit), parsed.GetValue(follow), parsed.GetValue(json));
            var archives = await GivenArchives.ReadAsync(parsed.GetValue(archive), cancellation);
            if (parsed.GetValue(fromLog) || archives.Count > 0)
            {
                ReadFiles(ClosedState.FromLog(parsed.GetValue(state)!, archives), asked); // has a default
                return (int)ExitCode.Yes;
            }

            try
            {
                using var node = new NodeClient(parsed.GetValue(state)!); // has a default
                await AskAsync(node, asked, cancellation);
            }
            catch (FaultException failed) when (!asked.Follow
                && ClosedState.IsDown(failed, parsed.GetValue(state)!))
            {
                ReadFiles(ClosedState.Open(parsed.GetValue(state)!, asked.Json), asked); // has a default
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static async Task AskAsync(NodeClient node, Asked asked, CancellationToken cancellation)
    {
        foreach (var unknown in await UnknownAsync(node, asked.Given, cancellation))
        {
            Print.Warning(unknown, asked.Json);
        }

        var digests = new SortedSet<string>(StringComparer.Ordinal);
        string? more = null, first = null;
        void Note(string field, string value) => (more, first) = (
            field == LedgerApi.MoreHeader ? value : more, field == LedgerApi.FirstHeader ? value : first);
        await foreach (var line in node.LinesAsync(Query(asked), cancellation, Note))
        {
            Show(line, asked.Json);
            Collect(line, asked, digests);
            if (Print.ReaderHasLeft)
            {
                return;
            }
        }

        await TellBodiesAsync(node, digests, cancellation);
        TellMore(more, asked);
        TellFirst(first, asked);
    }

    // Who asks for a digest wants to know whether there is a body to it.
    private static void Collect(string line, Asked asked, SortedSet<string> digests)
    {
        if (asked.Json || digests.Count == BodiesMax || !DigestPrefix.TryParse(asked.Given["digest"], out var digest))
        {
            return;
        }

        var entry = JsonElement.Parse(line);
        foreach (var member in (string[])["digestSent", "digestReceived"])
        {
            if (entry.TryGetProperty(member, out var value) && value.GetString() is { } hex && digest.Begins(hex)
                && ContentScope.IsWhole(hex))
            {
                digests.Add(hex);
            }
        }
    }

    private static async Task TellBodiesAsync(
        NodeClient node, SortedSet<string> digests, CancellationToken cancellation)
    {
        foreach (var digest in digests)
        {
            var body = await node.GetAsync($"content/{digest}", ApiJson.Default.ContentView, cancellation);
            Print.Note($"body {digest}: {ContentWords.Of(body)}");
        }
    }

    private static void ReadFiles(ClosedLedger ledger, Asked asked)
    {
        string? Given(string name) => asked.Given[name];
        var query = new LogQuery(
            Given("agent"), Given("run"), Given("host"), Given("verdict"), Given("kind"), Given("label"),
            Given("since"), asked.Limit, Follow: false, Given("until"), Given("digest"), Given("text"),
            Given("before"), Given("after"));
        if (!query.TryParse(TimeProvider.System.GetUtcNow(), out var filter, out var fault))
        {
            throw new FaultException(fault, ExitCode.Usage);
        }

        if (!ledger.TryQuery(filter, out var page, out fault))
        {
            throw new FaultException(fault, ExitCode.Unavailable);
        }

        TellUnknown(ledger, asked, page.Lines.Count);
        foreach (var line in filter.Order is LedgerOrder.NewestFirst ? page.Lines.Reverse() : page.Lines)
        {
            Show(line.Json, asked.Json);
        }

        ClosedState.TellLacking(ledger, asked.Json);
        TellMore(page.HasMore ? $"{page.Lines[^1].Recorded.Id}" : null, asked);
        TellFirst(page.First is { } first ? $"{first}" : null, asked);
    }

    private static void TellFirst(string? first, Asked asked)
    {
        if (first is not null)
        {
            Print.Warning(
                new Fault(
                    "log.not-indexed",
                    $"The index begins with {first}: what is before it was not looked at.",
                    "Have it read from the log: add --from-log"),
                asked.Json);
        }
    }

    // Each is a walk through the files, so it is only asked where the answer is empty.
    private static void TellUnknown(ClosedLedger ledger, Asked asked, int found)
    {
        foreach (var name in found > 0 ? [] : (string[])["run", "host", "label"])
        {
            var value = asked.Given[name];
            var alone = new LogQuery(
                null, name == "run" ? value : null, name == "host" ? value : null, null, null,
                name == "label" ? value : null, null, Limit: 1, Follow: false);
            if (value is not null && alone.TryParse(TimeProvider.System.GetUtcNow(), out var filter, out _)
                && ledger.TryQuery(filter, out var page, out _) && page.Lines.Count == 0)
            {
                Print.Warning(Unknown(name, value), asked.Json);
            }
        }
    }

    private static void TellMore(string? more, Asked asked)
    {
        if (more is not null && !asked.Json)
        {
            var towards = asked.Given["after"] is not null && asked.Given["before"] is null ? "after" : "before";
            Print.Note($"there are more: add --{towards} {more}");
        }
    }

    private static string Query(Asked asked)
    {
        var query = new StringBuilder($"log?limit={asked.Limit}&follow={(asked.Follow ? "true" : "false")}");
        foreach (var (name, value) in asked.Given.Where(filter => filter.Value is not null))
        {
            query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value!)); // not null
        }

        return query.ToString();
    }

    private static void Show(string line, bool json)
    {
        if (json)
        {
            Print.Raw(line);
        }
        else
        {
            Print.Line(EntryLine.Of(JsonElement.Parse(line), Width.Columns));
        }
    }

    // An empty answer for a misspelt name looks like "nothing happened", which is what an incident must not be told.
    private static async Task<IReadOnlyList<Fault>> UnknownAsync(
        NodeClient node, IReadOnlyDictionary<string, string?> given, CancellationToken cancellation)
    {
        var unknown = new List<Fault>();
        if (given["agent"] is { } agent)
        {
            var known = await node.GetAsync("agents", ApiJson.Default.IReadOnlyListAgentView, cancellation);
            if (known.All(one => one.Agent != agent))
            {
                unknown.Add(new Fault(
                    "log.agent-unknown",
                    $"There is no entry of agent '{agent}', and no such agent in the configuration.",
                    $"Agents known: {string.Join(", ", known.Select(one => one.Agent))}."));
            }
        }

        foreach (var name in (string[])["run", "host", "label"])
        {
            if (given[name] is { } value && !await node
                .LinesAsync($"log?limit=1&{name}={Uri.EscapeDataString(value)}", cancellation).AnyAsync(cancellation))
            {
                unknown.Add(Unknown(name, value));
            }
        }

        return unknown;
    }

    private static Fault Unknown(string name, string value) => name switch
    {
        "run" => new Fault(
            "log.run-unknown",
            $"There is no entry of run '{value}'.",
            "See the open runs with: sallyport runs, and all of them with: sallyport log --kind run-start"),
        "host" => new Fault(
            "log.host-unknown",
            $"There is no entry of host '{value}'.",
            "A host is compared whole, as rules name it. Part of an address: sallyport log --text WORD"),
        _ => new Fault(
            "log.label-unknown",
            $"There is no entry that carries the label '{value}'.",
            "See which labels there are with: sallyport log --kind labels"),
    };

    private static string Describe(string name) => name switch
    {
        "agent" => "Only this agent.",
        "run" => "Only this run.",
        "host" => "Only this host.",
        "verdict" => "Only allow, only deny, or only held (what waits or waited for a person).",
        "kind" => $"Only this kind: {string.Join(", ", EntryKind.All)}.",
        "label" => "Only entries that carry this label.",
        "since" => "Only from this time on (2026-01-31T12:00:00Z), or for the last 15m, 2h, 7d.",
        "until" => "Only up to this time, in the same form.",
        "digest" => "Only entries that name this SHA-256 (8 digits or more): of a content, a command, a held act, "
            + "rules.",
        "text" => "Only entries with all these words in their URL, tool, program or reason.",
        "before" => "Only entries before this one (1-42): the next page.",
        "after" => "Only entries after this one, the oldest of them first.",
        _ => name,
    };

    /// <summary>What was asked.</summary>
    private sealed record Asked(IReadOnlyDictionary<string, string?> Given, int Limit, bool Follow, bool Json);
}
