using System.CommandLine;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Host;
using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy replay</c>: what a perimeter would have answered to what was recorded.</summary>
internal static class PolicyReplayVerb
{
    private const int ShownMax = 20;
    private const int FewMax = 5;

    public static Command Create()
    {
        var since = Places.Filter("since", "Only decisions since then: 90m, 12h, 7d, or a time in UTC.");
        var policies = new Option<string>("--policies")
        {
            Description = "The perimeter folder to decide by.",
            DefaultValueFactory = _ => "perimeter",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "replay", "Decide again what the ledger records. Exit code 0 only if every answer is the same.")
        {
            since, policies, state, json,
        };
        verb.SetAction(parsed => Run(
            parsed.GetValue(state)!, // has a default
            parsed.GetValue(policies)!, // has a default
            parsed.GetValue(since),
            parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string state, string policies, string? since, bool json)
    {
        var (snapshot, _) = CheckVerb.Load(policies);
        var query = new LogQuery(null, null, null, null, null, null, since, null, null);
        if (!query.TryParse(TimeProvider.System.GetUtcNow(), out var filter, out var fault))
        {
            throw new FaultException(fault, ExitCode.Usage);
        }

        var tally = new ReplayTally();
        var reader = new LedgerReader(new StateFolder(state).Ledger, new LocalDisk(), live: null);
        for (long next = 0; ;)
        {
            if (!reader.TryRead(next, LedgerReader.EntriesMax, out var entries, out fault))
            {
                throw new FaultException(fault, ExitCode.No);
            }

            foreach (var recorded in entries)
            {
                if (recorded.Entry is LedgerEntry.Decided decided
                    && (filter.Since is not { } from || recorded.Time >= from))
                {
                    tally.Add(recorded.Id, decided, Again(decided, snapshot));
                }
            }

            if (entries.Count < LedgerReader.EntriesMax)
            {
                break;
            }

            next += entries.Count;
        }

        Show(tally, json);
        return (int)(tally is { Changed.Count: 0, Unknown.Count: 0 } ? ExitCode.Yes : ExitCode.No);
    }

    // Under its own snapshot the very facts decide; under another, what its allow lists say is asked anew.
    private static Replayed Again(LedgerEntry.Decided decided, Snapshot snapshot) => Replay.Again(
        decided, snapshot, decided.Snapshot == snapshot.Hash ? null : facts => Rebase.On(snapshot, facts));

    private static void Show(ReplayTally tally, bool json)
    {
        foreach (var (group, examples) in tally.Changed.OrderByDescending(pair => pair.Value.Count))
        {
            if (json)
            {
                Print.Json(
                    new ReplayedView(
                        group.Agent, group.Was, group.Now, group.By, examples.Count, [.. examples.Take(ShownMax)]),
                    PolicyJson.Default.ReplayedView);
                continue;
            }

            var by = group.By.Length > 0 ? $" by {group.By}" : "";
            Print.Line(Print.Inert($"{group.Agent}: {group.Was} -> {group.Now}{by}"));
            var more = examples.Count > FewMax ? ", ..." : "";
            Print.Line($"  {examples.Count} decisions: {string.Join(", ", examples.Take(FewMax))}{more}");
        }

        foreach (var (why, count) in tally.Unknown)
        {
            if (json)
            {
                Print.Json(new NotReplayableView(why, count), PolicyJson.Default.NotReplayableView);
            }
            else
            {
                Print.Line($"not replayable, {count} decisions: {why}");
            }
        }

        var changed = tally.Changed.Values.Sum(examples => examples.Count);
        var unknown = tally.Unknown.Values.Sum();
        if (json)
        {
            Print.Json(new ReplayView(tally.Same, changed, unknown), PolicyJson.Default.ReplayView);
        }
        else
        {
            Print.Line($"{tally.Same} the same, {changed} changed, {unknown} not replayable");
        }
    }

    private sealed class ReplayTally
    {
        public long Same { get; private set; }

        public Dictionary<(string Agent, string Was, string Now, string By), List<string>> Changed { get; } = [];

        public SortedDictionary<string, long> Unknown { get; } = new(StringComparer.Ordinal);

        public void Add(EntryId id, LedgerEntry.Decided decided, Replayed replayed)
        {
            switch (replayed)
            {
                case Replayed.Same:
                    Same++;
                    break;
                case Replayed.Unknown unknown:
                    Unknown[unknown.Why] = Unknown.GetValueOrDefault(unknown.Why) + 1;
                    break;
                case Replayed.Other other:
                    var by = other.Now.Policies.Length > 0 ? other.Now.Policies : other.Was.Policies;
                    var group = (decided.Agent?.Value ?? "-", Said(other.Was), Said(other.Now), by);
                    if (!Changed.TryGetValue(group, out var examples))
                    {
                        Changed[group] = examples = [];
                    }

                    examples.Add(id.ToString());
                    break;
            }
        }

        private static string Said(ReplayedVerdict verdict) =>
            verdict.Code.Length > 0 ? $"{verdict.Verdict} ({verdict.Code})" : verdict.Verdict;
    }
}
