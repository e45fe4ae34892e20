using System.Collections.Concurrent;
using System.Collections.Immutable;
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

        lock (Gate)
        {
            return [.. counters.Select(counter => Look(counter, needed[counter.Limit.Unit]))];
        }
    }

    /// <summary>What each limit of a configuration has left for one more.</summary>
    public ImmutableArray<Budget> All(LimitRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        lock (Gate)
        {
            return [.. rules.All.Select(limit => Look(new Counter(limit, WindowOf(limit.Key)), 1))];
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
            foreach (var counter in counters)
            {
                if (!HasRoom(counter, needed[counter.Limit.Unit]))
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
            Array.ForEach(counters, Advance);
            return new Reservation(this, counters, needed);
        }
    }

    /// <summary>Whether there is room; under the gate. The counter's window is at the present afterwards.</summary>
    internal bool HasRoom(Counter counter, long needed)
    {
        Advance(counter);
        return needed <= 0 || needed <= counter.Limit.Max - counter.Window.Used - counter.Window.Reserved;
    }

    /// <summary>What a limit has left; under the gate.</summary>
    internal Budget Look(Counter counter, long needed)
    {
        Advance(counter);
        var opens = counter.Window.OpensAt(needed, counter.Limit.Max);
        return new Budget(
            counter.Limit, counter.Window.Used, counter.Window.Reserved, needed,
            opens is { } at ? Time.GetUtcNow() + TimeSpan.FromTicks(at - clock.Now) : null);
    }

    /// <summary>Brings a window to the present; under the gate.</summary>
    internal void Advance(Counter counter) => counter.Window.AdvanceTo(clock.Now);

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
internal sealed record Counter(LimitRule Limit, SlidingWindow Window);
