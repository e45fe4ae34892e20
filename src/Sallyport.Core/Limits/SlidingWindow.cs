namespace Sallyport.Limits;

/// <summary>What was charged in the last window, in slots of a sixtieth of it. Not safe to share between
/// threads.</summary>
/// <remarks>
/// A charge counts for the window and the rest of its slot: so in no interval of the window's length, wherever it
/// begins, is there more than the slots say. It opens at most a sixtieth of the window later than it could.
/// Ticks are those of a clock that never goes back (<see cref="TimeSpan.TicksPerSecond"/> a second).
/// </remarks>
public sealed class SlidingWindow
{
    /// <summary>Slots of one window.</summary>
    public const int Slots = 60;

    // The slot that fills, and a whole window before it.
    private const int Kept = Slots + 1;

    private readonly long slotTicks;
    private readonly long[] used = new long[Kept];
    private readonly long[] held = new long[Kept];
    private long newest;

    /// <summary>An empty window.</summary>
    public SlidingWindow(TimeSpan length) => slotTicks = length.Ticks / Slots;

    /// <summary>What is used up.</summary>
    public long Used { get; private set; }

    /// <summary>What is reserved and neither used nor given back.</summary>
    public long Reserved { get; private set; }

    /// <summary>Forgets what has left the window. A clock that went back changes nothing.</summary>
    public void AdvanceTo(long now)
    {
        var slot = now / slotTicks;
        if (slot - newest >= Kept)
        {
            Array.Clear(used);
            Array.Clear(held);
            (Used, Reserved) = (0, 0);
            newest = slot;
        }

        while (newest < slot)
        {
            var at = ++newest % Kept;
            (Used, Reserved) = (Used - used[at], Reserved - held[at]);
            (used[at], held[at]) = (0, 0);
        }
    }

    /// <summary>Charges at once, in the slot that fills.</summary>
    public void Use(long amount)
    {
        used[newest % Kept] += amount;
        Used += amount;
    }

    /// <summary>Reserves in the slot that fills.</summary>
    /// <returns>The slot, for <see cref="Settle"/> and <see cref="Release"/>.</returns>
    public long Reserve(long amount)
    {
        held[newest % Kept] += amount;
        Reserved += amount;
        return newest;
    }

    /// <summary>What was reserved has been used: it counts from its reservation. Nothing when that has left the
    /// window.</summary>
    public void Settle(long slot, long amount)
    {
        if (Release(slot, amount))
        {
            used[slot % Kept] += amount;
            Used += amount;
        }
    }

    /// <summary>Gives back what was reserved; false when it has left the window.</summary>
    public bool Release(long slot, long amount)
    {
        if (!Keeps(slot))
        {
            return false;
        }

        held[slot % Kept] -= amount;
        Reserved -= amount;
        return true;
    }

    /// <summary>Whether what was charged in a slot still counts.</summary>
    public bool Keeps(long slot) => newest - slot < Kept;

    /// <summary>When there will be room, if nothing else is charged; null when there is room now or never
    /// will be.</summary>
    /// <param name="needed">How much room.</param>
    /// <param name="max">The most in the window.</param>
    public long? OpensAt(long needed, long max)
    {
        var room = max - Used - Reserved;
        if (needed <= room || needed > max)
        {
            return null;
        }

        for (var slot = newest - Slots; slot <= newest; slot++)
        {
            if (slot < 0)
            {
                continue;
            }

            room += used[slot % Kept] + held[slot % Kept];
            if (needed <= room)
            {
                return (slot + Kept) * slotTicks;
            }
        }

        return null;
    }
}
