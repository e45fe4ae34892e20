using Sallyport.Ledger;

namespace Sallyport.Limits;

/// <summary>Counts again what the ledger says was allowed, so that a restart opens no limit.</summary>
/// <remarks>
/// Requests and effects count from their decision, as before. Bytes, which counted from when they were passed on, now
/// count from their observation: later, never earlier. An allow without an observation (a crash) stays charged with
/// what was reserved for it. An agent that has left the configuration counts for the fleet alone.
/// </remarks>
public sealed class LimitHistory
{
    /// <summary>What is older counts for nothing any more.</summary>
    public static TimeSpan Longest { get; } = LimitWords.LengthOf(LimitWindow.Day) * 2;

    private readonly LimitRules rules;
    private readonly LimitClock clock = new();
    private readonly LimitCounters counters;
    private readonly TimeProvider time;
    private readonly Queue<(EntryId Decision, DateTimeOffset At)> unobserved = new();
    private readonly Dictionary<EntryId, Reservation> open = [];

    /// <summary>Nothing counted yet.</summary>
    /// <param name="rules">The limits of the configuration that the node starts with.</param>
    /// <param name="time">Clock.</param>
    public LimitHistory(LimitRules rules, TimeProvider time)
    {
        (this.rules, this.time) = (rules, time);
        counters = new LimitCounters(clock, time);
    }

    /// <summary>Whether an entry stood behind the last checkpoint when a start found it: then what it observed gives
    /// nothing back.</summary>
    public Func<long, bool> WasUnsigned { get; init; } = _ => false;

    /// <summary>Takes the next entry; called in the order of the log.</summary>
    public void Take(EntryId id, DateTimeOffset at, LedgerEntry entry)
    {
        clock.PassTo(at);
        switch (entry)
        {
            case LedgerEntry.Decided { Verdict: "allow", Agent: { } agent } allowed:
                open[id] = counters.Take(rules, agent, Amounts.Of(allowed.Class == "effect", allowed.BytesReserved));
                unobserved.Enqueue((id, at));
                break;
            case LedgerEntry.Observed observed when !WasUnsigned(id.Position)
                && open.Remove(observed.Decision, out var reservation):
                reservation.Use(LimitUnit.BytesSent, observed.BytesSent);
                reservation.Use(LimitUnit.BytesReceived, observed.BytesReceived);
                reservation.Settle();
                break;
        }

        // What nobody observed in two days is out of every window.
        while (unobserved.TryPeek(out var oldest) && (at - oldest.At > Longest || !open.ContainsKey(oldest.Decision)))
        {
            unobserved.Dequeue();
            open.Remove(oldest.Decision);
        }
    }

    /// <summary>Takes the entries of a log that no other process writes.</summary>
    /// <param name="reader">The log.</param>
    /// <param name="from">The first position that can count.</param>
    /// <returns>Where the log cannot be read; null when all were taken.</returns>
    public Fault? TakeAll(LedgerReader reader, long from)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (rules.All.IsEmpty)
        {
            return null;
        }

        while (true)
        {
            if (!reader.TryRead(from, LedgerReader.EntriesMax, out var entries, out var fault))
            {
                return fault;
            }

            foreach (var recorded in entries)
            {
                Take(recorded.Id, recorded.Time, recorded.Entry);
            }

            from += entries.Count;
            if (entries.Count < LedgerReader.EntriesMax)
            {
                return null;
            }
        }
    }

    /// <summary>The counters as they are now: from here on the node counts.</summary>
    public LimitCounters Start()
    {
        clock.Start(time);
        return counters;
    }
}
