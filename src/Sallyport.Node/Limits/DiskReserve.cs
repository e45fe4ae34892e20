using Sallyport.Ledger;

namespace Sallyport.Limits;

/// <summary>Whether the ledger's disk has less room than is kept for the node. Under the meter's lock.</summary>
internal sealed class DiskReserve(LedgerFolder folder, IDisk disk)
{
    // Looked at anew each second, and whenever the log has grown by this: at full speed a second is tens of megabytes.
    private const long LookBytes = 8L << 20;

    private long grown;
    private long refused;
    private long toldAt = long.MinValue;
    private DateTimeOffset from;
    private volatile Fault? fault;

    /// <summary>Why nothing that begins is taken; null while there is room.</summary>
    public Fault? Fault => fault;

    /// <summary>The log has grown; true when it is time to look.</summary>
    public bool Grew(int bytes)
    {
        grown += bytes;
        return grown >= LookBytes;
    }

    /// <summary>Asks the disk. One that does not answer says nothing: writing to it will.</summary>
    public void Look(long reserveBytes, DateTimeOffset now)
    {
        grown = 0;
        if (reserveBytes == 0)
        {
            fault = null;
            return;
        }

        long free;
        try
        {
            free = disk.FreeBytes(folder.Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        // An eighth more to begin again, so that the edge is not crossed with each entry.
        if (free >= reserveBytes + (fault is null ? 0 : reserveBytes / 8))
        {
            fault = null;
        }
        else if (fault is null)
        {
            from = now;
            fault = new Fault(
                LedgerMeter.ReserveCode,
                $"The disk of {folder.Root} has less than {StorageRules.Words(reserveBytes)} left, which are kept for "
                + "freezes and what people do.",
                "Free space on that disk, or keep less: ledger: reserve: in perimeter/sallyport.yaml. The node goes "
                + "on by itself.");
        }
    }

    /// <summary>An entry was refused.</summary>
    public void Refuse() => refused++;

    /// <summary>What is to be told of refused entries.</summary>
    public LedgerEntry.EntriesRefused? Tell(long reserveBytes, long now, long every)
    {
        if (refused == 0 || (toldAt > long.MinValue && now - toldAt < every))
        {
            return null;
        }

        var told = new LedgerEntry.EntriesRefused
        {
            Agent = null,
            Code = LedgerMeter.ReserveCode,
            Limit = StorageRules.Words(reserveBytes),
            From = from,
            Refused = refused,
        };
        (refused, toldAt) = (0, now);
        return told;
    }
}
