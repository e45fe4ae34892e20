using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The query index beside the segments: answers filters and <c>why</c>. Derived: it may lag, and is rebuilt
/// whenever it is not right.</summary>
/// <param name="folder">The ledger.</param>
/// <param name="disk">The disk of the segments.</param>
/// <param name="live">The open ledger that the index follows.</param>
/// <param name="time">For waiting between attempts.</param>
/// <param name="keep">How many of the newest entries it keeps at least, what is older goes by the block; null: all.
/// </param>
public sealed class LedgerIndex(
    LedgerFolder folder, IDisk disk, Sequencer live, TimeProvider time, Func<long>? keep = null) : ILedgerQuestions
{
    private const int CannotOpen = 14; // SQLITE_CANTOPEN
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A transaction costs about as much as fifty entries: those of a node that has little to do go together too, unless
    // somebody waits for one.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private TaskCompletionSource grown = NewSource();
    private TaskCompletionSource damageFound = NewSource();
    private TaskCompletionSource hurry = NewSource();
    private long indexed;
    private long first;
    private volatile bool isDamaged;
    private volatile Fault? fault;
    private Fault? suspicion; // Of the loop alone.

    /// <summary>Entries in the index.</summary>
    public long Indexed => Volatile.Read(ref indexed);

    /// <summary>Position of the first entry in it: the index lets go of the oldest.</summary>
    public long First => Volatile.Read(ref first);

    /// <summary>What keeps the index from following; null while it does. The ledger itself is not touched by
    /// it.</summary>
    public Fault? Fault => fault;

    /// <summary>Makes the index of a ledger that no process writes anew.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="entries">Entries in the new index.</param>
    /// <param name="fault">A node owns the ledger, it is damaged, or the disk refuses.</param>
    /// <param name="since">Entries that are older need not be in it; null: all.</param>
    public static bool TryReindex(
        LedgerFolder folder, IDisk disk, out long entries, [NotNullWhen(false)] out Fault? fault,
        DateTimeOffset? since = null)
    {
        entries = 0;
        FileStream? folderLock = null;
        try
        {
            if (!FolderLock.TryTake(folder.Lock, out folderLock))
            {
                fault = LedgerFaults.Locked(folder.Lock);
                return false;
            }

            IndexFill.Delete(folder);
            var from = since is { } time ? new LogWalk(folder, disk).FirstSince(time) : 0;
            using var fill = new IndexFill(folder, disk, from);
            while (fill.TryStep(written: null, out fault))
            {
                entries = fill.Entries - fill.First;
            }

            return fault is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            fault = LedgerFaults.IndexFailed(folder.Index, e);
            return false;
        }
        finally
        {
            folderLock?.Dispose();
        }
    }

    /// <summary>Follows the ledger until it closes. Whatever is wrong with the index is mended here; it never ends for
    /// that.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!await FillAsync(cancellation))
        {
            // The next attempt mends what it can; a disk that refuses is not asked in a tight loop.
            await Task.Delay(fault is null && suspicion is null ? TimeSpan.Zero : RetryAfter, time, cancellation);
        }
    }

    /// <summary>Waits until this entry is in the index.</summary>
    public async Task WhenIndexedAsync(EntryId id, CancellationToken cancellation)
    {
        while (true)
        {
            Task growth;
            lock (gate)
            {
                growth = grown.Task;
            }

            if (Indexed > id.Position)
            {
                return;
            }

            Volatile.Read(ref hurry).TrySetResult();
            await growth.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits a while until all that is written now is in the index.</summary>
    /// <returns>False when it still lags: what it has is less than what there is.</returns>
    public Task<bool> TryCatchUpAsync(TimeSpan patience, CancellationToken cancellation) =>
        TryCatchUpAsync(live.Written - 1, patience, cancellation);

    /// <summary>Waits a while until the entry at a position is in the index.</summary>
    /// <returns>False when it still lags.</returns>
    public async Task<bool> TryCatchUpAsync(long position, TimeSpan patience, CancellationToken cancellation)
    {
        using var lag = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(lag.Token, cancellation);
        try
        {
            await WhenIndexedAsync(new EntryId(0, position), both.Token);
            return true;
        }
        catch (OperationCanceledException) when (lag.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryQuery(
        LedgerFilter filter, [NotNullWhen(true)] out LedgerPage? page, [NotNullWhen(false)] out Fault? refusal)
    {
        page = null;
        if (filter.Limit is < 1 or > LedgerFilter.LimitMax)
        {
            refusal = LedgerFaults.Limit(filter.Limit);
            return false;
        }

        page = Ask(queries => IndexAnswers.Page(queries, filter), out refusal);
        return refusal is null && page is not null;
    }

    /// <inheritdoc/>
    public bool TryWhy(
        EntryId id, int limit, [NotNullWhen(true)] out WhyAnswer? why, [NotNullWhen(false)] out Fault? refusal)
    {
        why = null;
        if (limit is < 1 or > LedgerFilter.LimitMax)
        {
            refusal = LedgerFaults.Limit(limit);
            return false;
        }

        why = Ask(queries => IndexAnswers.Why(queries, id, limit), out refusal);
        refusal ??= why is not null ? null
            : id.Position < First ? LedgerFaults.NotIndexed(id, First) : LedgerFaults.NoDecision(id, Indexed);
        return refusal is null && why is not null;
    }

    /// <inheritdoc/>
    public bool TryReads(
        IReadOnlyList<EntryId> decisions, [NotNullWhen(true)] out IReadOnlyList<WhyRead>? reads,
        [NotNullWhen(false)] out Fault? refusal)
    {
        reads = Ask(queries => IndexAnswers.Reads(queries, decisions), out refusal);
        return refusal is null && reads is not null;
    }

    /// <summary>Names of the agents that any entry names, in ordinal order.</summary>
    public bool TryAgents(
        [NotNullWhen(true)] out IReadOnlyList<string>? agents, [NotNullWhen(false)] out Fault? refusal)
    {
        agents = Ask(queries => queries.Agents(), out refusal);
        return refusal is null && agents is not null;
    }

    private long Keep => keep?.Invoke() ?? long.MaxValue;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // True: the ledger is closed. False: try again, from the first entry if the index is damaged.
    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        try
        {
            if (isDamaged)
            {
                IndexFill.Delete(folder);
                Volatile.Write(ref damageFound, NewSource());
                isDamaged = false;
            }

            using var fill = new IndexFill(folder, disk, Math.Max(0, live.Written - Keep));
            isDamaged = !fill.Continues(live.Written);
            while (!isDamaged)
            {
                cancellation.ThrowIfCancellationRequested();
                Volatile.Write(ref first, fill.First);
                Advance(fill.Entries);
                var stepped = fill.TryStep(live.Written, out var wrong) | fill.TryDrop(Keep);
                Judge(wrong);
                if (wrong is not null || (!stepped && !await GrownOrDamagedAsync(fill.Entries, cancellation)))
                {
                    return wrong is null;
                }

                if (!stepped)
                {
                    await GatherAsync(cancellation);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException
            or InvalidDataException)
        {
            fault = LedgerFaults.IndexFailed(folder.Index, e);
            isDamaged |= e is InvalidDataException || (e is SqliteException sqlite && IndexFill.IsDamage(sqlite));
        }

        return false;
    }

    // A disk that was away leaves a tail that the sequencer is about to mend: damage is what is still there at the next
    // attempt, while entries are taken. Nobody is to move a good ledger aside.
    private void Judge(Fault? wrong)
    {
        fault = wrong is null ? null : live.Fault ?? (wrong == suspicion ? wrong : null);
        suspicion = wrong;
    }

    private async Task GatherAsync(CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(
            Volatile.Read(ref hurry).Task, Volatile.Read(ref damageFound).Task, Task.Delay(Gather, time, enough.Token));
        await enough.CancelAsync();
        Volatile.Write(ref hurry, NewSource());
    }

    // False: the ledger is closed. A question that finds damage wakes the loop, so that the index is mended at once.
    private async Task<bool> GrownOrDamagedAsync(long entries, CancellationToken cancellation)
    {
        var growth = live.WhenGrownAsync(entries, cancellation).AsTask();
        await Task.WhenAny(growth, Volatile.Read(ref damageFound).Task);
        return isDamaged || await growth;
    }

    private void Advance(long entries)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            Volatile.Write(ref indexed, entries);
            (told, grown) = (grown, NewSource());
        }

        told.TrySetResult();
    }

    private void Suspect(bool isSure)
    {
        if (isSure)
        {
            isDamaged = true;
            Volatile.Read(ref damageFound).TrySetResult();
        }
    }

    private T? Ask<T>(Func<IndexQueries, T?> question, out Fault? refusal)
        where T : class
    {
        try
        {
            refusal = null;
            using var queries = new IndexQueries(folder.Index, time);
            return question(queries);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == IndexSearch.Interrupted)
        {
            refusal = LedgerFaults.TooSlow;
        }
        catch (SqliteException e)
        {
            Suspect(IndexFill.IsDamage(e) || e.SqliteErrorCode == CannotOpen);
            refusal = LedgerFaults.IndexFailed(folder.Index, e);
        }
        catch (InvalidDataException e)
        {
            Suspect(isSure: true);
            refusal = LedgerFaults.IndexFailed(folder.Index, e);
        }

        return null;
    }
}
