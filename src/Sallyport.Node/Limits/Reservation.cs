using System.Collections.Immutable;

namespace Sallyport.Limits;

/// <summary>What an allowed act holds of its limits until its end is observed. Safe to share between threads.</summary>
public sealed class Reservation
{
    private readonly LimitCounters counters;
    private readonly Hold[] holds; // Under the counters' gate.
    private bool over; // Under the gate.

    // Under the gate, with windows that are at the present.
    internal Reservation(LimitCounters counters, Counter[] covering, Amounts needed)
    {
        this.counters = counters;
        holds = new Hold[covering.Length];
        for (var at = 0; at < holds.Length; at++)
        {
            holds[at] = new Hold(covering[at], needed[covering[at].Limit.Unit]);
        }
    }

    /// <summary>What the limits were when they had no room for more; empty while they had.</summary>
    public ImmutableArray<Budget> Refused { get; private set; } = [];

    /// <summary>When that was.</summary>
    public DateTimeOffset RefusedAt { get; private set; }

    /// <summary>Uses what is held, and takes more where that is not enough: before bytes are passed on.</summary>
    /// <returns>False when a limit has no room for it, or the act has been settled: nothing was taken, and nothing may
    /// be passed on.</returns>
    public bool TryUse(LimitUnit unit, long amount) => !Counts(unit) || Take(unit, amount, use: true, force: false);

    /// <summary>Holds at least so much ahead, where it is known what is coming.</summary>
    /// <returns>False when a limit has no room for it: nothing was taken.</returns>
    public bool TryHold(LimitUnit unit, long amount) => !Counts(unit) || Take(unit, amount, use: false, force: false);

    /// <summary>The act has ended: what it used stays charged, what it held beyond that is given back.</summary>
    public void Settle() => End(isUsed: true);

    /// <summary>The act was not allowed after all, and no entry says that it was: everything is given back.</summary>
    public void Release() => End(isUsed: false);

    /// <summary>Uses it whether there is room or not: the ledger says that it was.</summary>
    internal void Use(LimitUnit unit, long amount) => Take(unit, amount, use: true, force: true);

    private void End(bool isUsed)
    {
        lock (counters.Gate)
        {
            for (var at = 0; at < holds.Length && !over; at++)
            {
                ref var hold = ref holds[at];
                if (isUsed && hold.Counter.Limit.Unit is LimitUnit.Requests or LimitUnit.Effects)
                {
                    hold.Settle();
                }

                hold.Release();
            }

            over = true;
        }
    }

    private bool Counts(LimitUnit unit)
    {
        foreach (ref readonly var hold in holds.AsSpan())
        {
            if (hold.Counter.Limit.Unit == unit)
            {
                return true;
            }
        }

        return false;
    }

    // From every limit of this unit, or from none.
    private bool Take(LimitUnit unit, long amount, bool use, bool force)
    {
        lock (counters.Gate)
        {
            var now = counters.Now;
            foreach (ref var hold in holds.AsSpan())
            {
                hold.AdvanceTo(now);
                if (over || (hold.Counter.Limit.Unit == unit && !force && !hold.Counter.HasRoom(amount - hold.Amount)))
                {
                    Refuse(unit, amount, now);
                    return false;
                }
            }

            foreach (ref var hold in holds.AsSpan())
            {
                if (hold.Counter.Limit.Unit != unit)
                {
                    continue;
                }

                if (use)
                {
                    hold.Use(amount);
                }
                else
                {
                    hold.Raise(amount);
                }
            }

            return true;
        }
    }

    private void Refuse(LimitUnit unit, long amount, long now)
    {
        Refused =
        [
            .. holds.Select(hold => counters.Look(
                hold.Counter, hold.Counter.Limit.Unit == unit ? Math.Max(0, amount - hold.Amount) : 0, now)),
        ];
        RefusedAt = counters.Time.GetUtcNow();
    }

    // What is held of one limit: some since the act was allowed, some since more was known to come.
    private struct Hold
    {
        private readonly long slot;
        private long first;
        private long aheadSlot;
        private long ahead;

        public Hold(Counter counter, long amount)
        {
            Counter = counter;
            (first, slot) = (amount, counter.Window.Reserve(amount));
        }

        public Counter Counter { get; }

        public readonly long Amount => first + ahead;

        // What was held a window ago holds nothing any more: it has made room for others since.
        public void AdvanceTo(long now)
        {
            Counter.Window.AdvanceTo(now);
            first = Counter.Window.Keeps(slot) ? first : 0;
            ahead = Counter.Window.Keeps(aheadSlot) ? ahead : 0;
        }

        // What was held ahead before moves to the slot that fills.
        public void Raise(long amount)
        {
            if (amount > Amount)
            {
                Counter.Window.Release(aheadSlot, ahead);
                ahead = amount - first;
                aheadSlot = Counter.Window.Reserve(ahead);
            }
        }

        // Bytes count from when they are passed on, however long ago they were held.
        public void Use(long amount)
        {
            var fromFirst = Math.Min(first, amount);
            var fromAhead = Math.Min(ahead, amount - fromFirst);
            Counter.Window.Release(slot, fromFirst);
            Counter.Window.Release(aheadSlot, fromAhead);
            (first, ahead) = (first - fromFirst, ahead - fromAhead);
            Counter.Window.Use(amount);
        }

        // Requests and effects count from their decision, whenever they end.
        public void Settle()
        {
            Counter.Window.Settle(slot, first);
            first = 0;
        }

        public void Release()
        {
            Counter.Window.Release(slot, first);
            Counter.Window.Release(aheadSlot, ahead);
            (first, ahead) = (0, 0);
        }
    }
}
