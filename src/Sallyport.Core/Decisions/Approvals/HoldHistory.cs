using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals;

/// <summary>What the ledger says of holds: which still wait, which are given and unused, which were declined.</summary>
/// <remarks>Pure, and taken in the order of the log. An end is final: what was used, declined, expired or voided stays
/// so, whatever stands after it, since a no may overtake a yes on the way to the log and never the other way.</remarks>
public sealed class HoldHistory
{
    private readonly Dictionary<string, HoldStanding> live = new(StringComparer.Ordinal);
    private readonly Dictionary<RunId, int> opened = [];

    /// <summary>Holds that still mean something: open, given or declined, each of a run that has not ended.</summary>
    public IReadOnlyCollection<HoldStanding> Live => live.Values;

    /// <summary>How many holds each open run has had.</summary>
    public IReadOnlyDictionary<RunId, int> Opened => opened;

    /// <summary>Takes the next entry.</summary>
    public void Take(DateTimeOffset time, LedgerEntry entry)
    {
        switch (entry)
        {
            case LedgerEntry.HoldOpened held:
                opened[held.Run] = opened.GetValueOrDefault(held.Run) + 1;
                if (Hold.TryRead(held, time, out var hold))
                {
                    live[held.Ticket] = new HoldStanding(hold, HoldState.Open, "", "", hold.Expires);
                }

                break;
            case LedgerEntry.ApprovalChanged change when live.TryGetValue(change.Ticket, out var standing):
                Change(change, standing);
                break;
            case LedgerEntry.RunEnded ended:
                opened.Remove(ended.Run);
                Remove(standing => standing.Hold.Run == ended.Run);
                break;
            case LedgerEntry.FreezeChanged { Change: "frozen" } frozen when FreezeScope.TryParse(frozen.Scope,
                out var scope):
                Remove(standing => standing.State is not HoldState.Declined
                    && scope.Covers(standing.Hold.Agent, standing.Hold.Run));
                break;
        }
    }

    private void Change(LedgerEntry.ApprovalChanged change, HoldStanding standing)
    {
        switch (change.Change)
        {
            case ApprovalWord.Given when standing.State is HoldState.Open:
                live[change.Ticket] = standing with
                {
                    State = HoldState.Given,
                    By = change.Operator,
                    Reason = change.Reason,
                    Expires = change.Expires,
                };
                break;
            case ApprovalWord.Declined:
                live[change.Ticket] = standing with
                {
                    State = HoldState.Declined,
                    By = change.Operator,
                    Reason = change.Reason,
                };
                break;
            case ApprovalWord.Used or ApprovalWord.Expired or ApprovalWord.Voided
                when standing.State is not HoldState.Declined:
                live.Remove(change.Ticket);
                break;
        }
    }

    private void Remove(Func<HoldStanding, bool> gone)
    {
        foreach (var standing in live.Values.Where(gone).ToList())
        {
            live.Remove(standing.Hold.Ticket.Text);
        }
    }
}
