namespace Sallyport.Ledger;

/// <summary>An entry as the index gives it back.</summary>
/// <param name="Recorded">The entry.</param>
/// <param name="Json">Its own bytes: one line of ASCII.</param>
public sealed record LedgerLine(RecordedEntry Recorded, string Json);

/// <summary>An answer to a filter.</summary>
/// <param name="Lines">The entries, in the order that was asked for.</param>
/// <param name="HasMore">Whether the limit left some out; ask again after (or before) the last position.</param>
/// <param name="Indexed">Entries in the index; fewer than <see cref="Sequencer.Written"/> while it lags.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerLine> Lines, bool HasMore, long Indexed)
{
    /// <summary>Where the index begins, if what was asked for may go back further; null: nothing is missing.
    /// </summary>
    public EntryId? First { get; init; }
}

/// <summary>What came before an action.</summary>
/// <param name="Action">The decision that was asked about.</param>
/// <param name="Outcome">What came of it; null when it was denied or has not ended.</param>
/// <param name="Reads">What the run was allowed before it, newest first. Effects are among them: their replies are read
/// too.</param>
/// <param name="ReadsInAll">How many there are, the limit aside.</param>
/// <remarks>"Preceded by", never "caused by".</remarks>
public sealed record WhyAnswer(LedgerLine Action, LedgerLine? Outcome, IReadOnlyList<WhyRead> Reads, long ReadsInAll)
{
    /// <summary>Where the index begins, where the run began before that; null: no read is missing.</summary>
    public EntryId? First { get; init; }
}

/// <summary>One exchange before the action.</summary>
/// <param name="Decision">The decision that allowed it.</param>
/// <param name="Observation">What it brought; null when it has not ended (it may have brought something all the
/// same).</param>
public sealed record WhyRead(LedgerLine Decision, LedgerLine? Observation);
