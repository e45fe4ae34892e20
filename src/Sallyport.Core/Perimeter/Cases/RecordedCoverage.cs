using Sallyport.Decisions;
using Sallyport.Ledger;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>Looks at what recorded decisions have met of a perimeter.</summary>
/// <remarks>Decisions of this snapshot are taken as they were matched; those of another are matched anew, as a replay
/// does it, so that a rule that was moved to another line is still the rule that is used.</remarks>
/// <param name="snapshot">The perimeter.</param>
public sealed class RecordedCoverage(Snapshot snapshot)
{
    private readonly HashSet<RuleReference> met = [];
    private readonly HashSet<string> satisfied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RuleReference> tools = snapshot.Rules<ToolRules>().Tools
        .ToDictionary(tool => tool.Name.ToString(), tool => tool.Rule, StringComparer.Ordinal);

    /// <summary>How many decisions were looked at.</summary>
    public long Decisions { get; private set; }

    /// <summary>How many had no facts that can be read, so that nobody knows what they met.</summary>
    public long Unknown { get; private set; }

    /// <summary>Takes the next decision.</summary>
    public void Add(LedgerEntry.Decided entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!FactsReader.TryRead(entry, out var facts, out _))
        {
            Unknown++;
            return;
        }

        Decisions++;
        var now = entry.Snapshot == snapshot.Hash ? facts : Rebase.On(snapshot, facts);
        if (RuleOf(now) is { } rule)
        {
            met.Add(rule);
        }

        foreach (var policy in Decider.Satisfied(snapshot, now))
        {
            satisfied.Add(policy.Id);
        }
    }

    /// <summary>What no decision has met.</summary>
    public Coverage Left() => Coverage.Of(snapshot, met, satisfied);

    // A tool is its name, wherever its rule is written.
    private RuleReference? RuleOf(Facts facts) =>
        facts.Call is { } call && tools.TryGetValue(call.Tool.Name, out var tool)
            ? tool
            : Coverage.RuleOf(facts.Match);
}
