namespace Sallyport.Ledger;

/// <summary>Which entries make more possible when a start believes them.</summary>
/// <remarks>The node acts on these only once a signed checkpoint covers them. So behind the last checkpoint they are
/// either something that nobody was told is done, or not the node's own: a start does not believe them.</remarks>
public static class Loosening
{
    /// <summary>Whether an entry loosens. A kind that is not named here does, until somebody has thought about
    /// it.</summary>
    public static bool Is(LedgerEntry entry) => entry switch
    {
        // Records of what was, that no start takes anything from but what was spent and read.
        LedgerEntry.Decided or LedgerEntry.ChannelCut or LedgerEntry.Gap or LedgerEntry.Counts
            or LedgerEntry.NodeStopped or LedgerEntry.PeriodBegan or LedgerEntry.EntriesRefused
            or LedgerEntry.ActRefused => false,

        // It gives back what was reserved: the limits look at it by themselves.
        LedgerEntry.Observed => false,

        // It bears the signatures of both keys itself; of the CA its files say what is in force.
        LedgerEntry.KeyChanged => false,

        // More labels; a run that is over.
        LedgerEntry.LabelsJoined or LedgerEntry.PlaceLabelled or LedgerEntry.RunEnded => false,

        // Words that a person made their own are in memory alone: a start takes up none.
        LedgerEntry.EndorsementChanged or LedgerEntry.RunWoken or LedgerEntry.InputForeign
            or LedgerEntry.InstructionNoted => false,

        // A body that is gone with its record looks like one that was dropped; a hold keeps, its release lets go.
        LedgerEntry.ContentChanged content => content.Change == "dropped",
        LedgerEntry.ContentHeld content => content.Change != "held",

        LedgerEntry.FreezeChanged freeze => freeze.Change != "frozen",
        LedgerEntry.PerimeterChanged perimeter => perimeter.Change != "withdrawn",
        LedgerEntry.ApprovalChanged approval => approval.Change == "given",
        _ => true,
    };
}
