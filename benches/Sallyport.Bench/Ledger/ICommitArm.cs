namespace Sallyport.Bench.Ledger;

/// <summary>Takes entries and says when they survive a power cut.</summary>
internal interface ICommitArm
{
    /// <summary>As it stands in the table.</summary>
    string Name { get; }

    /// <summary>Records one entry of <see cref="SequencerArm.EntryLength"/> bytes; completes when it is synced.</summary>
    ValueTask CommitAsync();
}

/// <summary>What came of a round.</summary>
internal sealed record CommitResult(double EntriesPerSecond, double MedianMicroseconds, double TailMicroseconds);
