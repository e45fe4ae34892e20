namespace Sallyport.Ledger;

/// <summary>How a ledger is opened.</summary>
public sealed record LedgerOptions
{
    /// <summary>Most bytes that may wait for the disk before appends are refused.</summary>
    public const long UnsyncedBytesDefault = 64L * 1024 * 1024;

    /// <summary>Where it is.</summary>
    public required LedgerFolder Folder { get; init; }

    /// <summary>Gives entries their time.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The disk.</summary>
    public IDisk Disk { get; init; } = new LocalDisk();

    /// <summary>Called for each entry that is already in the log, in order, before the ledger is open.</summary>
    public Action<EntryId, DateTimeOffset, LedgerEntry>? Replay { get; init; }

    /// <summary>Most bytes that may wait for the disk; more is refused with <c>ledger.backlog</c>.</summary>
    public long UnsyncedBytesMax { get; init; } = UnsyncedBytesDefault;
}
