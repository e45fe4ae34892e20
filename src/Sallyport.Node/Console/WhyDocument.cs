using System.Text.Json;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>What <c>why</c> answers, put together from the ledger: by a node, or by a verb that reads the files of one
/// that is down.</summary>
public static class WhyDocument
{
    /// <summary>Most entries that are shown as evidence.</summary>
    public const int EvidenceMax = 16;

    /// <summary>The answer for an entry.</summary>
    /// <param name="ledger">What is asked.</param>
    /// <param name="id">A decision, or an entry that follows from one.</param>
    /// <param name="limit">Most reads.</param>
    /// <param name="rules">Rules by their hash, to say a denial again in full; null where they are not there.</param>
    /// <param name="fault">Why there is no answer.</param>
    /// <param name="bodies">What became of bodies; null where nobody can say.</param>
    public static WhyView? Of(
        ILedgerQuestions ledger, EntryId id, int limit, Func<string, Snapshot?> rules, out Fault? fault,
        ContentAnswers? bodies = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(rules);
        if (!ledger.TryWhy(id, limit, out var why, out fault)
            || !ledger.TryReads(EvidenceOf(why.Action), out var evidence, out fault))
        {
            return null;
        }

        var denial = why.Action.Recorded.Entry is LedgerEntry.Decided { Verdict: "deny" } denied
            && rules(denied.Snapshot) is { } snapshot
            ? Denied(denied, why.Action.Recorded.Id, snapshot)
            : null;
        return new WhyView(
            Element(why.Action.Json), Elements(why.Reads), why.ReadsInAll > why.Reads.Count,
            ApprovalOf(ledger, why.Action))
        {
            Outcome = why.Outcome is { } outcome ? Element(outcome.Json) : null,
            Evidence = Elements(evidence),
            ReadsInAll = why.ReadsInAll,
            IndexedFrom = why.First is { } first ? $"{first}" : null,
            Denial = denial is null ? null : new DenialView(denial.Detail, denial.Mend),
            Bodies = bodies is null ? [] : BodiesOf(why, evidence, bodies),
        };
    }

    private static List<JsonElement> Elements(IEnumerable<WhyRead> reads) =>
        [.. reads.Select(read => Element((read.Observation ?? read.Decision).Json))];

    private static List<ContentView> BodiesOf(
        WhyAnswer why, IReadOnlyList<WhyRead> evidence, ContentAnswers bodies) =>
    [
        .. evidence.Concat(why.Reads).Select(read => read.Observation).Prepend(why.Outcome)
            .Select(line => line?.Recorded.Entry).OfType<LedgerEntry.Observed>()
            .SelectMany(seen => EntryTerms.Digests(seen)).Distinct(StringComparer.Ordinal)
            .Select(bodies.Of).Where(body => body.State != "never-kept"),
    ];

    // The entries in which parts of it stand, those of untrusted text first.
    private static List<EntryId> EvidenceOf(LedgerLine action)
    {
        if (action.Recorded.Entry is not LedgerEntry.Decided decided
            || !FactsReader.TryRead(decided, out var facts, out _))
        {
            return [];
        }

        return
        [
            .. facts.Arguments
                .OrderByDescending(argument => argument.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal))
                .SelectMany(argument => argument.Evidence)
                .Select(found => EntryId.TryParse(found.Entry, out var entry) ? entry : (EntryId?)null)
                .OfType<EntryId>()
                .Distinct()
                .Take(EvidenceMax),
        ];
    }

    // Made again from the facts of the entry: what the agent was told then. Under other rules nobody can say.
    private static Fault? Denied(LedgerEntry.Decided entry, EntryId id, Snapshot snapshot) =>
        entry.Snapshot == snapshot.Hash
        && FactsReader.TryRead(entry, out var facts, out _)
        && Replay.Again(entry, snapshot) is Replayed.Same
        && Again(Decider.Decide(snapshot, facts), entry.Code) is { } deny
            ? Denial.ExplainRecorded(deny, facts, id)
            : null;

    private static Decision.Deny? Again(Decision decision, string code) => decision switch
    {
        Decision.Deny deny => deny,
        Decision.Hold hold => new Decision.Deny(
            code switch
            {
                "approval.declined" => DenyReason.ApprovalDeclined,
                "approval.expired" => DenyReason.ApprovalExpired,
                "approval.too-many" => DenyReason.TooManyHolds,
                "flow.unheld-body" => DenyReason.UnheldBody,
                _ => DenyReason.ApprovalRequired,
            },
            hold.Policies),
        _ => null,
    };

    // The ticket stands first in the policies of a decision that speaks of one.
    private static List<JsonElement> ApprovalOf(ILedgerQuestions ledger, LedgerLine action)
    {
        if (action.Recorded.Entry is not LedgerEntry.Decided { Run: { } run } decided
            || !TicketId.TryParse(decided.Policies.Split(':')[0], out var ticket))
        {
            return [];
        }

        return
        [
            .. ((string[])[EntryKind.Hold, EntryKind.Approval])
                .SelectMany(kind => ledger.TryQuery(
                    new LedgerFilter { Run = run, Kind = kind, Limit = LedgerFilter.LimitMax }, out var page, out _)
                    ? page.Lines : [])
                .Where(line => TicketOf(line.Recorded.Entry) == ticket.Text)
                .OrderBy(line => line.Recorded.Id.Position)
                .Select(line => Element(line.Json)),
        ];
    }

    private static string? TicketOf(LedgerEntry entry) => entry switch
    {
        LedgerEntry.HoldOpened hold => hold.Ticket,
        LedgerEntry.ApprovalChanged change => change.Ticket,
        _ => null,
    };

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
