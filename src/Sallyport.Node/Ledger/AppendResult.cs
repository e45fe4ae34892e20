namespace Sallyport.Ledger;

/// <summary>How an append went.</summary>
public enum AppendOutcome
{
    /// <summary>Nothing was recorded, so nothing may happen: the caller denies.</summary>
    Unavailable,

    /// <summary>The fence no longer holds: decide again. Nothing was recorded.</summary>
    Stale,

    /// <summary>The entry has its position; wait for it to be written or synced before acting on it.</summary>
    Accepted,
}

/// <summary>The answer to an append. All-zero is unavailable: what forgets to answer denies.</summary>
public readonly record struct AppendResult
{
    private readonly Fault? fault;

    private AppendResult(AppendOutcome outcome, EntryId id, Fault? fault)
    {
        Outcome = outcome;
        Id = id;
        this.fault = fault;
    }

    /// <summary>The fence did not hold.</summary>
    public static AppendResult Stale { get; } = new(AppendOutcome.Stale, default, fault: null);

    /// <summary>Which of the three.</summary>
    public AppendOutcome Outcome { get; }

    /// <summary>The entry's name; only when accepted.</summary>
    public EntryId Id { get; }

    /// <summary>Why it is unavailable; null otherwise.</summary>
    public Fault? Fault => Outcome is AppendOutcome.Unavailable ? fault ?? LedgerFaults.Closed : null;

    /// <summary>Whether the entry has its position.</summary>
    public bool IsAccepted => Outcome is AppendOutcome.Accepted;

    /// <summary>The entry has this name.</summary>
    public static AppendResult Accepted(EntryId id) => new(AppendOutcome.Accepted, id, fault: null);

    /// <summary>Nothing can be recorded.</summary>
    public static AppendResult Unavailable(Fault fault) => new(AppendOutcome.Unavailable, default, fault);
}
