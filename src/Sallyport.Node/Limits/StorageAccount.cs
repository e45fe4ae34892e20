using System.Globalization;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Limits;

/// <summary>What one agent has filled of the ledger, in every window. Under the meter's lock.</summary>
/// <remarks>Every window is counted, so that a change of the configuration finds its count there.</remarks>
internal sealed class StorageAccount(AgentId? agent)
{
    private readonly SlidingWindow[] windows =
        [.. Enum.GetValues<LimitWindow>().Select(window => new SlidingWindow(LimitWords.LengthOf(window)))];

    private long refused;
    private DateTimeOffset from;
    private long toldAt = long.MinValue;

    /// <summary>Whose; null for connections that belong to no run.</summary>
    public AgentId? Agent => agent;

    /// <summary>An entry was taken.</summary>
    public void Add(int bytes, long now)
    {
        foreach (var window in windows)
        {
            window.AdvanceTo(now);
            window.Use(bytes);
        }
    }

    /// <summary>Bytes that count against a quota.</summary>
    public long Used(StorageQuota quota, long now)
    {
        var window = windows[(int)quota.Window];
        window.AdvanceTo(now);
        return window.Used;
    }

    /// <summary>When there is room for another entry; null while there is.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="now">Ticks.</param>
    /// <param name="ahead">Bytes that are taken before it.</param>
    public long? OpensAt(StorageQuota quota, long now, int ahead = 0) =>
        Used(quota, now) + ahead < quota.BytesMax
            ? null
            : windows[(int)quota.Window].OpensAt(Math.Min(ahead + 1, quota.BytesMax), quota.BytesMax);

    /// <summary>An entry was refused.</summary>
    public void Refuse(DateTimeOffset at)
    {
        from = refused++ == 0 ? at : from;
    }

    /// <summary>What is to be told of refused entries: at once when they begin, then at most every so often.</summary>
    /// <param name="quota">The quota in force.</param>
    /// <param name="now">Ticks.</param>
    /// <param name="every">Ticks between two; 0 to tell what there is.</param>
    public LedgerEntry.EntriesRefused? Tell(StorageQuota? quota, long now, long every)
    {
        if (refused == 0 || (toldAt > long.MinValue && now - toldAt < every))
        {
            return null;
        }

        var told = new LedgerEntry.EntriesRefused
        {
            Agent = agent,
            Code = LedgerMeter.QuotaCode,
            Limit = quota?.ToString() ?? "",
            From = from,
            Refused = refused,
        };
        (refused, toldAt) = (0, now);
        return told;
    }

    /// <summary>Why nothing that begins is taken.</summary>
    public Fault Full(StorageQuota quota, DateTimeOffset opens)
    {
        var who = agent is null ? "Connections that belong to no run have" : $"Agent '{agent}' has";
        var mend = quota.Place.Length > 0
            ? $"or raise '{quota}' at {quota.Place}"
            : $"or give it more under ledger: quotas: in perimeter/sallyport.yaml (agent:{agent?.Value ?? "NAME"})";
        return new Fault(
            LedgerMeter.QuotaCode,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{who} filled the ledger quota of {quota}; there is room again at {opens.UtcDateTime:HH:mm:ss}Z."),
            $"Find out why it asks so much (sallyport log --agent {agent?.Value ?? "NAME"}), wait, {mend}, "
            + "then: sallyport apply");
    }
}
