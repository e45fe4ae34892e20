using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>A decision that has been recorded, or could not be.</summary>
/// <param name="Decision">The answer.</param>
/// <param name="Facts">What it was made from.</param>
/// <param name="Entry">Its entry; null when the ledger took none, and then the answer is no.</param>
public sealed record Verdict(Decision Decision, Facts Facts, EntryId? Entry)
{
    /// <summary>What an allow holds of the limits that cover it; null where none does.</summary>
    public Reservation? Reservation { get; init; }

    /// <summary>Whether a person could have let it through by making untrusted words of it their own.</summary>
    public bool CanEndorse { get; init; }

    /// <summary>Whether an effect was allowed, by its rule or by what it carries.</summary>
    public bool IsEffect => Decision is Decision.Allow { Class: ActionClass.Effect };

    /// <summary>The words of a denial; null for an allow.</summary>
    public Fault? Denial =>
        Decision is Decision.Deny deny ? Told(Decisions.Denial.ExplainRecorded(deny, Facts, Entry)) : null;

    // Digests and ids are ours, so that nothing that an agent chose stands in a command that a person pastes.
    private Fault Told(Fault fault)
    {
        if (!CanEndorse || Facts.Arguments.FirstOrDefault(part => part.Item is not null) is not { Item: { } item })
        {
            return fault;
        }

        var mend = $"{fault.Mend} Or, if these words are meant, an operator makes them their own for this act, once: "
            + $"sallyport endorse {item} --for {Facts.Run} (all of them: sallyport endorse list --for {Facts.Run})";
        return fault with { Mend = mend };
    }
}
