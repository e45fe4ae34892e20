namespace Sallyport.Ledger;

/// <summary>Counts what the log grows by, and says when somebody has made it grow enough.</summary>
/// <remarks>Called under the sequencer's lock: it never waits, and never appends.</remarks>
public interface IEntryMeter
{
    /// <summary>Why an entry is not taken; null when it is.</summary>
    Fault? Refusal(LedgerEntry entry);

    /// <summary>An entry has its position.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="bytes">Bytes that it takes in its segment.</param>
    void Took(LedgerEntry entry, int bytes);
}
