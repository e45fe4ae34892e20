namespace Sallyport.Ledger;

/// <summary>An entry as the log holds it: with the name and the time that the sequencer gave it.</summary>
/// <param name="Id">Epoch and position.</param>
/// <param name="Time">When it got its position; UTC, whole microseconds.</param>
/// <param name="Entry">What was recorded.</param>
public sealed record RecordedEntry(EntryId Id, DateTimeOffset Time, LedgerEntry Entry);
