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

    /// <summary>Called for each entry that is already in the log and is believed, in order, before the ledger is
    /// open.</summary>
    /// <remarks>An entry that loosens (<see cref="Loosening"/>) and stood behind the last checkpoint when a start found
    /// it is not believed, by that start or by any later one.</remarks>
    public Action<EntryId, DateTimeOffset, LedgerEntry>? Replay { get; init; }

    /// <summary>Called when all that was replayed is to be forgotten: it is replayed once more, without what a later
    /// entry says is not to be believed.</summary>
    public Action? ReplayAnew { get; init; }

    /// <summary>Names what runs with a secret say.</summary>
    public SecretAddresses Secrets { get; init; } = new(DigestKey.OfThisProcess());

    /// <summary>Whose ledger: the first part of the log's origin, which a new log gets for good.</summary>
    public string Organisation { get; init; } = "sallyport.local";

    /// <summary>Longest that an entry stays unsynced whose sync nobody waits for (those of reads).</summary>
    public TimeSpan SyncWithin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Shortest time between two checkpoints.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a failure, and after each attempt to mend it, the disk is left alone.</summary>
    public TimeSpan MendEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most bytes that may wait for the disk; more is refused with <c>ledger.backlog</c>.</summary>
    public long UnsyncedBytesMax { get; init; } = UnsyncedBytesDefault;
}
