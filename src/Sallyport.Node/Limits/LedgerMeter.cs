using Microsoft.Extensions.Logging;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Limits;

/// <summary>Holds agents to their share of the ledger, and keeps the rest of the disk for the node.</summary>
/// <remarks>
/// What begins something (a decision, a hold, a run) is refused; what follows from an act that was allowed, and what
/// the node and people do, is always taken. A refused decision is a no that is not recorded one by one, so that a flood
/// of denials is held as a flood of requests is; how many there were is recorded. Its state is under a lock of its own,
/// taken inside the sequencer's.
/// </remarks>
public sealed class LedgerMeter : IEntryMeter
{
    /// <summary>An agent has filled its quota.</summary>
    public const string QuotaCode = "ledger.quota";

    /// <summary>What is left of the disk is kept.</summary>
    public const string ReserveCode = "ledger.reserve";

    /// <summary>How long refusals are counted before they are recorded again.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly LimitClock clock = new();
    private readonly Dictionary<AgentId, StorageAccount> agents = [];
    private readonly StorageAccount nobody = new(agent: null);
    private readonly DiskReserve reserve;
    private readonly TimeProvider time;
    private readonly DateTimeOffset oldest;
    private readonly byte[] measured = new byte[EntryBytes.LengthMax];
    private Func<StorageRules> rules = () => StorageRules.Usual;

    /// <summary>A meter that has counted nothing.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="time">Clock.</param>
    public LedgerMeter(LedgerFolder folder, IDisk disk, TimeProvider time)
    {
        reserve = new DiskReserve(folder, disk);
        this.time = time;
        oldest = time.GetUtcNow() - LimitHistory.Longest;
    }

    /// <summary>What is wrong with the disk; null while it has more room than is kept.</summary>
    public Fault? Fault => reserve.Fault;

    /// <summary>Counts an entry of the log again, in its order: a restart opens no quota.</summary>
    public void Replay(EntryId id, DateTimeOffset at, LedgerEntry entry)
    {
        clock.PassTo(at);
        if (at >= oldest && EntryOwner.Of(entry) is { } owner)
        {
            // An entry has exactly one form, so that its length can be found again.
            var length = EntryBytes.Write(id, at, entry, measured);
            Account(owner.Agent).Add(EntryStream.LengthBytes + length, clock.Now);
        }
    }

    /// <summary>From here on entries are refused.</summary>
    /// <param name="inForce">The rules in force, asked for each entry.</param>
    public void Start(Func<StorageRules> inForce)
    {
        clock.Start(time);
        rules = inForce;
        reserve.Look(rules().ReserveBytes, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public Fault? Refusal(LedgerEntry entry)
    {
        if (EntryOwner.Of(entry) is not { Begins: true } owner)
        {
            return null;
        }

        lock (gate)
        {
            if (reserve.Fault is { } low)
            {
                reserve.Refuse();
                return low;
            }

            var account = Account(owner.Agent);
            if (rules().Of(owner.Agent) is not { } quota
                || account.OpensAt(quota, clock.Now, Ahead(entry)) is not { } opens)
            {
                return null;
            }

            var now = time.GetUtcNow();
            account.Refuse(now);
            return account.Full(quota, now + TimeSpan.FromTicks(opens - clock.Now));
        }
    }

    // What is used up must leave room for the decision that it lets through: else it would be used for nothing.
    private int Ahead(LedgerEntry entry) =>
        entry is LedgerEntry.ApprovalChanged { Change: ApprovalWord.Used }
            or LedgerEntry.EndorsementChanged { Change: ApprovalWord.Used }
            ? EntryStream.LengthBytes
                + EntryBytes.Write(new EntryId(0, long.MaxValue), DateTimeOffset.MaxValue, entry, measured)
            : 0;

    /// <inheritdoc/>
    public void Took(LedgerEntry entry, int bytes)
    {
        lock (gate)
        {
            if (EntryOwner.Of(entry) is { } owner)
            {
                Account(owner.Agent).Add(bytes, clock.Now);
            }

            if (reserve.Grew(bytes))
            {
                reserve.Look(rules().ReserveBytes, time.GetUtcNow());
            }
        }
    }

    /// <summary>The quotas that are full, or that somebody has written down for one agent.</summary>
    public IReadOnlyList<StorageUse> Uses()
    {
        lock (gate)
        {
            var now = clock.Now;
            return
            [
                .. agents.Values.OrderBy(account => account.Agent!.Value, StringComparer.Ordinal) // keyed by it
                    .Append(nobody)
                    .Select(account => (account, quota: rules().Of(account.Agent)))
                    .Where(it => it.quota is not null)
                    .Select(it => new StorageUse(
                        it.account.Agent, it.quota!, it.account.Used(it.quota!, now),
                        it.account.OpensAt(it.quota!, now) is { } opens
                            ? time.GetUtcNow() + TimeSpan.FromTicks(opens - now) : null))
                    .Where(use => use.OpensAt is not null || use.Quota != rules().Each),
            ];
        }
    }

    /// <summary>What is to be recorded of refused entries.</summary>
    /// <param name="all">Whether the node stops: then nothing is kept for later.</param>
    public IReadOnlyList<LedgerEntry.EntriesRefused> Told(bool all)
    {
        lock (gate)
        {
            var every = all ? 0 : TellEvery.Ticks;
            return
            [
                .. agents.Values.Append(nobody)
                    .Select(account => account.Tell(rules().Of(account.Agent), clock.Now, every))
                    .Append(reserve.Tell(rules().ReserveBytes, clock.Now, every))
                    .OfType<LedgerEntry.EntriesRefused>(),
            ];
        }
    }

    /// <summary>Looks at the disk, and records what was refused, until it is cancelled.</summary>
    public async Task RunAsync(Sequencer sequencer, ILogger<LedgerMeter> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sequencer);
        using var tick = new PeriodicTimer(LookEvery, time);
        while (await tick.WaitForNextTickAsync(cancellation))
        {
            LookAtDisk();
            foreach (var refused in Told(all: false))
            {
                sequencer.Append(refused);
                MeterLog.Refused(log, refused.Refused, refused.Agent?.Value ?? "-", refused.Code, refused.Limit);
            }
        }
    }

    internal void LookAtDisk()
    {
        lock (gate)
        {
            reserve.Look(rules().ReserveBytes, time.GetUtcNow());
        }
    }

    private StorageAccount Account(AgentId? agent)
    {
        if (agent is null)
        {
            return nobody;
        }

        if (!agents.TryGetValue(agent, out var account))
        {
            agents.Add(agent, account = new StorageAccount(agent));
        }

        return account;
    }
}

/// <summary>What an agent has filled of its quota.</summary>
/// <param name="Agent">The agent; null for connections that belong to no run.</param>
/// <param name="Quota">The quota.</param>
/// <param name="Used">Bytes in the window.</param>
/// <param name="OpensAt">When there is room again; null while there is.</param>
public sealed record StorageUse(AgentId? Agent, StorageQuota Quota, long Used, DateTimeOffset? OpensAt);

internal static partial class MeterLog
{
    [LoggerMessage(7101, LogLevel.Warning, "{Refused} entries refused agent={Agent} code={Code} limit={Limit}")]
    public static partial void Refused(ILogger logger, long refused, string agent, string code, string limit);
}
