namespace Sallyport.Ledger;

/// <summary>What opening a ledger found.</summary>
/// <param name="Entries">Whole entries: the next position.</param>
/// <param name="Last">The last of them; null when there is none.</param>
/// <param name="TornBytesCut">Bytes of torn entries that were cut off the tail. They were never acknowledged as
/// synced.</param>
/// <param name="CleanStop">Whether the last entry is a stop in good order, with nothing torn after it. True of an empty
/// log.</param>
/// <param name="Epoch">The epoch from here on: one more than the last after an unclean stop.</param>
/// <param name="HashesRestored">Leaf hashes that were made anew from their entries.</param>
public sealed record Recovery(
    long Entries, EntryId? Last, long TornBytesCut, bool CleanStop, long Epoch, long HashesRestored)
{
    /// <summary>Position of the first entry that is on the disk; archives alone have those before it.</summary>
    public long First { get; init; }

    /// <summary>The log that was moved aside for this one; null when this start found none.</summary>
    public LedgerEntry.PeriodBegan? Began { get; init; }
}
