namespace Sallyport.Ledger;

/// <summary>Holds what was recorded to what was counted at the dial and at the reply (<see
/// cref="LedgerEntry.Counts"/>),
/// from each start of the node on.</summary>
/// <remarks>Exact whenever nothing was open when it was counted, so at every stop in good order; else a bound. After an
/// unclean stop nothing is known of what was counted since the last counts.</remarks>
internal sealed class Completeness
{
    private readonly HashSet<long> allowed = []; // Positions of allows that have no observation yet.
    private long observed;
    private long dials;
    private long refused;
    private bool isUnknown;

    /// <summary>What stands before the next entry was not taken: until the next start nothing can be compared.
    /// </summary>
    public void Forget() => isUnknown = true;

    /// <summary>Takes the next entry.</summary>
    /// <returns>Null, or what does not agree.</returns>
    public string? Take(RecordedEntry recorded)
    {
        isUnknown &= recorded.Entry is not LedgerEntry.NodeStarted;
        if (isUnknown)
        {
            return null;
        }

        switch (recorded.Entry)
        {
            case LedgerEntry.NodeStarted:
                allowed.Clear();
                (observed, dials, refused) = (0, 0, 0);
                return null;
            case LedgerEntry.Decided { Verdict: "allow" }:
                allowed.Add(recorded.Id.Position);
                return null;
            case LedgerEntry.Observed it:
                observed++;
                dials += it.Dials;
                return allowed.Remove(it.Decision.Position) ? null
                    : $"it observes {it.Decision}, which is no allow of this start that was not observed before";
            case LedgerEntry.Gap gap:
                refused += gap.Refused;
                return null;
            case LedgerEntry.Counts counts:
                return Compare(counts);
            default:
                return null;
        }
    }

    private string? Compare(LedgerEntry.Counts counts) =>
        counts.Replies > observed + refused
            ? $"{counts.Replies} replies were counted since the start, and {observed} are recorded"
        : observed > counts.Replies + counts.Open
            ? $"{observed} replies are recorded since the start, and {counts.Replies + counts.Open} were counted"
        : counts.Open == 0 && refused == 0 && counts.Dials > dials
            ? $"{counts.Dials} connections were dialled since the start, and {dials} of them by what was allowed"
        : null;
}
