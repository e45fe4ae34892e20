using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Sallyport.Identity;

namespace Sallyport.Limits;

/// <summary>Counts what this node has allowed, for every limit. One short lock: a decision holds it twice, for a few
/// dozen nanoseconds a limit.</summary>
/// <remarks>Made by <see cref="LimitHistory"/>, from the ledger.</remarks>
public sealed class LimitCounters
{
    private readonly Dictionary<LimitKey, SlidingWindow> windows = []; // Under the gate, as all that they hold.
    private readonly LimitClock clock;
    private volatile Book book = new(LimitRules.None);

    internal LimitCounters(LimitClock clock, TimeProvider time) => (this.clock, Time) = (clock, time);

    internal Lock Gate { get; } = new();

    internal TimeProvider Time { get; }

    /// <summary>What each limit that covers an agent has left, by id in ordinal order.</summary>
    /// <param name="rules">The limits of the snapshot that serves the request.</param>
    /// <param name="agent">Whose act.</param>
    /// <param name="needed">What the act takes; all-zero to ask without wanting anything.</param>
    public ImmutableArray<Budget> Budgets(LimitRules rules, AgentId agent, Amounts needed)
    {
        var counters = Covering(rules, agent);
        if (counters.Length == 0)
        {
            return [];
        }

        var budgets = new Budget[counters.Length];
        lock (Gate)
        {
            var now = clock.Now;
            for (var at = 0; at < budgets.Length; at++)
            {
                budgets[at] = Look(counters[at], needed[counters[at].Limit.Unit], now);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(budgets);
    }

    /// <summary>What each limit of a configuration has left for one more.</summary>
    public ImmutableArray<Budget> All(LimitRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        lock (Gate)
        {
            var now = clock.Now;
            return [.. rules.All.Select(limit => Look(new Counter(limit, WindowOf(limit.Key)), 1, now))];
        }
    }

    /// <summary>Takes what an act needs from every limit that covers it, or from none.</summary>
    /// <param name="rules">The limits of the snapshot that serves the request.</param>
    /// <param name="agent">Whose act.</param>
    /// <param name="needed">What it takes.</param>
    /// <param name="reservation">What was taken; null where no limit covers the agent.</param>
    /// <returns>False when a limit has no room for it: nothing was taken.</returns>
    public bool TryReserve(LimitRules rules, AgentId agent, Amounts needed, out Reservation? reservation)
    {
        reservation = null;
        var counters = Covering(rules, agent);
        if (counters.Length == 0)
        {
            return true;
        }

        lock (Gate)
        {
            var now = clock.Now;
            foreach (var counter in counters)
            {
                counter.Window.AdvanceTo(now);
                if (!counter.HasRoom(needed[counter.Limit.Unit]))
                {
                    return false;
                }
            }

            reservation = new Reservation(this, counters, needed);
            return true;
        }
    }

    /// <summary>Takes it whether there is room or not: what the ledger has allowed was allowed.</summary>
    internal Reservation Take(LimitRules rules, AgentId agent, Amounts needed)
    {
        var counters = Covering(rules, agent);
        lock (Gate)
        {
            var now = clock.Now;
            Array.ForEach(counters, counter => counter.Window.AdvanceTo(now));
            return new Reservation(this, counters, needed);
        }
    }

    /// <summary>The present; under the gate.</summary>
    internal long Now => clock.Now;

    /// <summary>What a limit has left; under the gate.</summary>
    internal Budget Look(Counter counter, long needed, long now)
    {
        var (limit, window) = counter;
        window.AdvanceTo(now);
        var opens = counter.HasRoom(needed) ? null : window.OpensAt(needed, limit.Max);
        return new Budget(
            limit, window.Used, window.Reserved, needed,
            opens is { } at ? Time.GetUtcNow() + TimeSpan.FromTicks(at - now) : null);
    }

    private Counter[] Covering(LimitRules rules, AgentId agent)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.All.IsEmpty)
        {
            return [];
        }

        var known = book;
        if (known.Rules != rules)
        {
            book = known = new Book(rules);
        }

        return known.Covering.TryGetValue(agent, out var counters)
            ? counters
            : known.Covering.GetOrAdd(agent, Find(rules, agent));
    }

    private Counter[] Find(LimitRules rules, AgentId agent)
    {
        lock (Gate)
        {
            return [.. rules.Covering(agent).Select(limit => new Counter(limit, WindowOf(limit.Key)))];
        }
    }

    // A window outlives the configuration that asked for it: what was counted stays counted when only a number changes.
    private SlidingWindow WindowOf(LimitKey key)
    {
        if (!windows.TryGetValue(key, out var window))
        {
            windows.Add(key, window = new SlidingWindow(LimitWords.LengthOf(key.Window)));
        }

        return window;
    }

    // The counters of each agent under one set of limits, found once.
    private sealed class Book(LimitRules rules)
    {
        public LimitRules Rules => rules;

        public ConcurrentDictionary<AgentId, Counter[]> Covering { get; } = new();
    }
}

/// <summary>A limit with what counts it.</summary>
internal sealed record Counter(LimitRule Limit, SlidingWindow Window)
{
    /// <summary>Whether there is room; under the counters' gate, with the window at the present.</summary>
    public bool HasRoom(long needed) => needed <= 0 || needed <= Limit.Max - Window.Used - Window.Reserved;
}
