using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>Whose doing it is that an entry is written.</summary>
/// <param name="Agent">The agent; null for a connection that belongs to no run.</param>
/// <param name="Begins">Whether something begins with it, so that it can be refused: what follows from an act that was
/// allowed is always taken.</param>
public readonly record struct EntryOwner(AgentId? Agent, bool Begins)
{
    /// <summary>The owner of an entry; null where it is the node, or a person.</summary>
    public static EntryOwner? Of(LedgerEntry entry) => entry switch
    {
        LedgerEntry.Decided it => new(it.Agent, Begins: true),
        LedgerEntry.HoldOpened it => new(it.Agent, Begins: true),
        LedgerEntry.RunStarted it => new(it.Agent, Begins: true),
        LedgerEntry.EndorsementChanged { Change: "refused" } it => new(it.Agent, Begins: true),
        LedgerEntry.ApprovalChanged { Change: "refused" } it => new(it.Agent, Begins: true),

        // An act begins with it that the next entry allows: where that is refused, nothing may have been used up.
        LedgerEntry.EndorsementChanged { Change: "used" } it => new(it.Agent, Begins: true),
        LedgerEntry.ApprovalChanged { Change: "used" } it => new(it.Agent, Begins: true),
        LedgerEntry.Observed it => new(it.Agent, Begins: false),
        LedgerEntry.LabelsJoined it => new(it.Agent, Begins: false),
        LedgerEntry.ChannelCut it => new(it.Agent, Begins: false),
        LedgerEntry.RunEnded it => new(it.Agent, Begins: false),
        LedgerEntry.PlaceLabelled it => new(it.Agent, Begins: false),
        LedgerEntry.RunWoken it => new(it.Agent, Begins: false),
        LedgerEntry.InputForeign it => new(it.Agent, Begins: false),
        LedgerEntry.InstructionNoted it => new(it.Agent, Begins: false),
        _ => null,
    };
}
