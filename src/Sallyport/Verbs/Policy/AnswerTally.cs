using Sallyport.Decisions;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>Recorded answers beside other ones: how many are the same, and what changes by agent, answer and policy.
/// </summary>
internal sealed class AnswerTally
{
    private const int ShownMax = 20;
    private const int FewMax = 5;

    private readonly Dictionary<(string Agent, string Was, string Now, string By), List<string>> changed = [];
    private readonly SortedDictionary<string, long> unknown = new(StringComparer.Ordinal);

    /// <summary>How many are the same.</summary>
    public long Same { get; private set; }

    /// <summary>How many are other.</summary>
    public long Changed => changed.Values.Sum(examples => (long)examples.Count);

    /// <summary>Of how many nobody can say.</summary>
    public long Unknown => unknown.Values.Sum();

    public void AddSame() => Same++;

    public void AddUnknown(string why) => unknown[why] = unknown.GetValueOrDefault(why) + 1;

    public void Add(EntryId id, LedgerEntry.Decided decided, ReplayedVerdict was, ReplayedVerdict now)
    {
        var by = now.Policies.Length > 0 ? now.Policies : was.Policies;
        var group = (decided.Agent?.Value ?? "-", Said(was), Said(now), by);
        if (!changed.TryGetValue(group, out var examples))
        {
            changed[group] = examples = [];
        }

        examples.Add(id.ToString());
    }

    /// <summary>The groups, largest first, then what nobody can say.</summary>
    public void Show(bool json)
    {
        foreach (var (group, examples) in changed.OrderByDescending(pair => pair.Value.Count))
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

        foreach (var (why, count) in unknown)
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
    }

    private static string Said(ReplayedVerdict verdict) =>
        verdict.Code.Length > 0 ? $"{verdict.Verdict} ({verdict.Code})" : verdict.Verdict;
}
