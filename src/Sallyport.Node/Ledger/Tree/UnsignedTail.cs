namespace Sallyport.Ledger;

/// <summary>Tells, while a start reads the log, what is believed: all that a checkpoint covered when its start found
/// it, and of the rest what does not loosen (<see cref="Loosening"/>).</summary>
/// <param name="covered">Entries that the checkpoint covers.</param>
public sealed class UnsignedTail(long covered)
{
    private readonly List<(long Position, LedgerEntry.UnsignedFound Found)> said = [];
    private IReadOnlyList<LedgerEntry.UnsignedFound>? earlier;
    private bool stoppedBefore; // The last signed entry is a stop.
    private bool stoppedAtTheEnd;
    private bool isForeign;
    private long entries;
    private long loosening;

    /// <summary>Whether something was believed that an entry after it says is not to be: the log has to be replayed
    /// once more, by <see cref="Believes"/>.</summary>
    public bool IsLate => Earlier.Any(found => found.Disbelieved > 0);

    /// <summary>Whether the tail cannot be what a node leaves that dies: one that stops signs everything.</summary>
    public bool IsForeign => entries > 0 && (isForeign || stoppedAtTheEnd);

    /// <summary>Whole entries that no checkpoint covers.</summary>
    public long Entries => entries;

    /// <summary>What a start has to record; null where everything is signed.</summary>
    public LedgerEntry.UnsignedFound? Found => entries == 0 ? null
        : new LedgerEntry.UnsignedFound { From = covered, Entries = entries, Disbelieved = loosening };

    /// <summary>Takes the next entry of the log.</summary>
    /// <returns>Whether it is believed, as far as can be told now.</returns>
    public bool Take(RecordedEntry recorded)
    {
        var position = recorded.Id.Position;
        if (position < covered)
        {
            stoppedBefore = recorded.Entry is LedgerEntry.NodeStopped;
            if (recorded.Entry is LedgerEntry.UnsignedFound found && found.From + found.Entries <= position)
            {
                said.Add((position, found));
                earlier = null;
            }

            return true;
        }

        entries++;
        stoppedAtTheEnd = recorded.Entry is LedgerEntry.NodeStopped;
        isForeign |= stoppedBefore && !OpensAStart(recorded.Entry);
        if (!Loosening.Is(recorded.Entry))
        {
            return true;
        }

        loosening++;
        return false;
    }

    /// <summary>Whether an entry is believed, once the whole log was taken.</summary>
    public bool Believes(RecordedEntry recorded) =>
        !Loosening.Is(recorded.Entry) || !WasUnsigned(recorded.Id.Position);

    /// <summary>Whether an entry stood behind the last checkpoint at the first start after it.</summary>
    public bool WasUnsigned(long position) =>
        position >= covered || Earlier.Any(found => Covers(found, position));

    /// <summary>Gives the whole log to the replay once more, without what is not believed. Rare: only of a log in which
    /// a start has found something that it did not believe.</summary>
    internal Fault? ReplayAnew(LedgerOptions options, long length)
    {
        options.ReplayAnew?.Invoke();
        if (!KeptFile.TryRead(options.Folder, options.Disk, out var kept, out var fault))
        {
            return fault;
        }

        foreach (var (it, _) in kept.Entries)
        {
            options.Replay?.Invoke(it.Id, it.Time, it.Entry); // Nothing is kept that is not believed.
        }

        using var cursor = new LogCursor(options.Folder, options.Disk, kept.First);
        while (options.Replay is { } replay && cursor.TryNext(length, out var it, out _, out fault))
        {
            if (Believes(it))
            {
                replay(it.Id, it.Time, it.Entry);
            }
        }

        return fault;
    }

    // The later word counts: what stood unsigned itself says nothing of others, else whoever appends would have the
    // node forget its own entries.
    private IReadOnlyList<LedgerEntry.UnsignedFound> Earlier
    {
        get
        {
            if (earlier is null)
            {
                var believed = new List<LedgerEntry.UnsignedFound>();
                foreach (var (position, found) in Enumerable.Reverse(said))
                {
                    if (!believed.Exists(later => Covers(later, position)))
                    {
                        believed.Add(found);
                    }
                }

                earlier = believed;
            }

            return earlier;
        }
    }

    private static bool Covers(LedgerEntry.UnsignedFound found, long position) =>
        position >= found.From && position < found.From + found.Entries;

    // A start that died before its first checkpoint has written no more than this.
    private static bool OpensAStart(LedgerEntry entry) => entry is LedgerEntry.NodeStarted or LedgerEntry.PeriodBegan
        or LedgerEntry.UnsignedFound or LedgerEntry.PerimeterChanged { Change: "started" };
}
