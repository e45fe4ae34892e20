using Sallyport.Ledger;

namespace Sallyport.Decisions;

/// <summary>What a recorded decision is when it is made again. Closed.</summary>
public abstract record Replayed
{
    private Replayed()
    {
    }

    /// <summary>The same verdict, for the same reason.</summary>
    public sealed record Same : Replayed;

    /// <summary>Another verdict or another reason.</summary>
    /// <param name="Was">As recorded.</param>
    /// <param name="Now">As decided again.</param>
    public sealed record Other(ReplayedVerdict Was, ReplayedVerdict Now) : Replayed;

    /// <summary>Nobody can say: never a pass.</summary>
    /// <param name="Why">Why, as the end of a sentence.</param>
    public sealed record Unknown(string Why) : Replayed;
}

/// <summary>A verdict in the words of the ledger.</summary>
/// <param name="Verdict"><c>allow</c>, <c>hold</c> or <c>deny</c>.</param>
/// <param name="Code">Stable code of a denial; empty for an allow.</param>
/// <param name="Policies">The policies that said no; empty where none did.</param>
public sealed record ReplayedVerdict(string Verdict, string Code, string Policies)
{
    /// <summary>The words of a decision that the decider makes from these facts.</summary>
    public static ReplayedVerdict Of(Decision decision, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return decision switch
        {
            Decision.Allow => new ReplayedVerdict("allow", "", ""),
            Decision.Hold hold => new ReplayedVerdict(
                "hold", Denial.Code(new Decision.Deny(DenyReason.ApprovalRequired), facts), Said(hold.Policies)),
            Decision.Deny deny => new ReplayedVerdict("deny", Denial.Code(deny, facts), Said(deny.Policies)),
            _ => throw new InvalidOperationException($"No words for {decision}."), // The type is closed.
        };
    }

    private static string Said(System.Collections.Immutable.ImmutableArray<Policies.PolicyReference> policies) =>
        string.Join(", ", policies);
}

/// <summary>Makes recorded decisions again (promise P11). Pure.</summary>
public static class Replay
{
    /// <summary>Reasons that are no answer of the decider: the record failed, or would not hold still.</summary>
    private static readonly string[] NotDecided = ["ledger.unavailable", "decisions.unstable"];

    private static readonly string[] Held =
    [
        "approval.required", "approval.declined", "approval.expired", "approval.too-many", "flow.unheld-body",
    ];

    /// <summary>Decides again what an entry records, on the very facts that it holds.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="snapshot">The rules: those of the entry's own snapshot, or others to see what would change.</param>
    /// <param name="rebase">
    /// The facts as other rules would have had them gathered; null where the entry's own snapshot decides.
    /// </param>
    public static Replayed Again(LedgerEntry.Decided entry, Snapshot snapshot, Func<Facts, Facts>? rebase = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (NotDecided.Contains(entry.Code, StringComparer.Ordinal))
        {
            return new Replayed.Unknown("it was denied before it could be decided");
        }

        if (!FactsReader.TryRead(entry, out var facts, out var why))
        {
            return new Replayed.Unknown(why);
        }

        facts = rebase?.Invoke(facts) ?? facts;

        var now = ReplayedVerdict.Of(Decider.Decide(snapshot, facts), facts);
        var was = Recorded(entry, facts);
        return was == now ? new Replayed.Same() : new Replayed.Other(was, now);
    }

    /// <summary>The recorded answer in the same words.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="facts">Its facts.</param>
    /// <remarks>
    /// What a person was asked about ends, whatever came of it, as a hold does that nobody can be asked about. The
    /// entry has the ticket before the policies, and those that a person consented to beside an allow.
    /// </remarks>
    public static ReplayedVerdict Recorded(LedgerEntry.Decided entry, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(facts);
        var ticket = facts.Hold is { } hold ? $"{hold.Ticket}: " : "";
        var policies = ticket.Length > 0 && entry.Policies.StartsWith(ticket, StringComparison.Ordinal)
            ? entry.Policies[ticket.Length..]
            : entry.Policies;
        return entry.Verdict == "allow" ? new ReplayedVerdict("allow", "", "")
            : Held.Contains(entry.Code, StringComparer.Ordinal)
                ? new ReplayedVerdict("hold", "approval.required", policies)
                : new ReplayedVerdict(entry.Verdict, entry.Code, policies);
    }
}
