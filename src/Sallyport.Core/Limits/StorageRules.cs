using System.Collections.Frozen;
using System.Globalization;
using Sallyport.Identity;

namespace Sallyport.Limits;

/// <summary>How many bytes of the ledger one agent may fill in a window.</summary>
/// <param name="BytesMax">Bytes, from 1.</param>
/// <param name="Window">How long an entry counts.</param>
/// <param name="Place">Where it is written: <c>sallyport.yaml:7</c>; empty for what nobody wrote.</param>
public sealed record StorageQuota(long BytesMax, LimitWindow Window, string Place)
{
    /// <summary><c>1GiB per hour</c>.</summary>
    public override string ToString() => $"{StorageRules.Words(BytesMax)} per {LimitWords.WordOf(Window)}";
}

/// <summary>How much of the disk is kept for the node itself, and how much of the ledger each agent may fill.
/// Immutable.</summary>
public sealed class StorageRules
{
    private readonly FrozenDictionary<AgentId, StorageQuota?> own;

    /// <summary>Makes them of a configuration.</summary>
    /// <param name="reserveBytes">Free bytes below which agents' entries are refused; 0 for none.</param>
    /// <param name="each">Of every agent that has no other; null for no quota.</param>
    /// <param name="own">Agents that have another, or none.</param>
    public StorageRules(long reserveBytes, StorageQuota? each, IEnumerable<KeyValuePair<AgentId, StorageQuota?>> own)
    {
        (ReserveBytes, Each) = (reserveBytes, each);
        this.own = own.ToFrozenDictionary();
    }

    /// <summary>What holds where nothing is written. The reserve has room for a whole segment, which a failed disk is
    /// mended with; the quota is about 200 requests a second for an hour.</summary>
    public static StorageRules Usual { get; } = new(128L << 20, new StorageQuota(1L << 30, LimitWindow.Hour, ""), []);

    /// <summary>How many of the newest entries the query index keeps at least, where nothing is written: some 7 GB.
    /// </summary>
    public const long IndexEntriesUsual = 10_000_000;

    /// <summary>How many of the newest entries the query index keeps at least; the log has the others.</summary>
    public long IndexEntries { get; init; } = IndexEntriesUsual;

    /// <summary>Free bytes of the ledger's disk below which agents' entries are refused; 0 for none.</summary>
    public long ReserveBytes { get; }

    /// <summary>The quota of an agent that has none of its own, and of whoever has no run; null for none.</summary>
    public StorageQuota? Each { get; }

    /// <summary>The quota of an agent; null for none.</summary>
    /// <param name="agent">The agent; null for connections that belong to no run, which share one.</param>
    public StorageQuota? Of(AgentId? agent) =>
        agent is not null && own.TryGetValue(agent, out var one) ? one : Each;

    /// <summary>A number of bytes as configuration writes it.</summary>
    public static string Words(long bytes)
    {
        string[] units = ["", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        while (unit < units.Length - 1 && bytes > 0 && bytes % 1024 == 0)
        {
            (bytes, unit) = (bytes / 1024, unit + 1);
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + (unit == 0 ? " bytes" : units[unit]);
    }
}
