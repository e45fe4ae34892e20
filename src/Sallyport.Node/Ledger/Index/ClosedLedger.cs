using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>Answers from the files of a ledger whose node is down: whoever wants to know why it does not start must be
/// able to ask. Changes nothing in the folder, which may be read-only.</summary>
/// <remarks>The index answers if it can be opened and ends where the log does. Else the log is gone through, as far as
/// it can be read.</remarks>
/// <param name="folder">The ledger.</param>
/// <param name="disk">Its disk.</param>
/// <param name="time">For how long one question to the index may take.</param>
public sealed class ClosedLedger(LedgerFolder folder, IDisk disk, TimeProvider time) : ILedgerQuestions
{
    private readonly LogWalk walk = new(folder, disk);

    /// <summary>Whether the index is not asked, for what it has let go of.</summary>
    public bool IsFromLog { get; init; }

    /// <summary>Whether an answer came from going through the log, because the index could not give it.</summary>
    public bool WentThroughLog { get; private set; }

    /// <summary>The first place where the log could not be read; what stands behind it in that segment is in no answer.
    /// Null while there was none.</summary>
    public Fault? Damage => walk.Damage;

    /// <summary>Which entries are in no answer, since they are in archives that are not given. Null where all were
    /// looked at that might be in it.</summary>
    public Fault? NotLookedAt => walk.NotLookedAt;

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

        page = Ask(queries => IndexAnswers.Page(queries, filter), () => walk.Page(filter), out refusal);
        return refusal is null && page is not null;
    }

    /// <inheritdoc/>
    public bool TryWhy(
        EntryId id, int limit, [NotNullWhen(true)] out WhyAnswer? why, [NotNullWhen(false)] out Fault? refusal)
    {
        why = Ask(
            queries => IndexAnswers.Why(queries, id, limit),
            () => walk.At(id.Position) is { Recorded.Entry: var entry } && EntryFacets.Of(entry).Run is { } run
                ? Gathered(recorded => EntryFacets.Of(recorded.Entry).Run == run,
                    queries => IndexAnswers.Why(queries, id, limit))
                : null,
            out refusal);
        refusal ??= why is null ? NotLookedAt ?? LedgerFaults.NotInLog(id) : null;
        return refusal is null && why is not null;
    }

    /// <inheritdoc/>
    public bool TryReads(
        IReadOnlyList<EntryId> decisions, [NotNullWhen(true)] out IReadOnlyList<WhyRead>? reads,
        [NotNullWhen(false)] out Fault? refusal)
    {
        refusal = null;
        reads = decisions.Count == 0 ? [] : Ask(
            queries => IndexAnswers.Reads(queries, decisions),
            () => Gathered(
                recorded => decisions.Contains(EntryFacets.Of(recorded.Entry).Decision ?? recorded.Id),
                queries => IndexAnswers.Reads(queries, decisions)),
            out refusal);
        return refusal is null && reads is not null;
    }

    private T? Ask<T>(Func<IndexQueries, T?> fromIndex, Func<T?> fromLog, out Fault? refusal)
        where T : class
    {
        refusal = null;
        try
        {
            if (!IsFromLog && IsCurrent())
            {
                using var queries = IndexQueries.OfClosed(folder.Index, time);
                return fromIndex(queries);
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException)
        {
            // Damaged, of another version, or in a folder that SQLite cannot use: the log has all of it.
        }

        try
        {
            WentThroughLog = true;
            return fromLog();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            refusal = LedgerFaults.CannotOpen(folder.Root, e);
            return null;
        }
    }

    private bool IsCurrent()
    {
        if (!File.Exists(folder.Index))
        {
            return false;
        }

        using var queries = IndexQueries.OfClosed(folder.Index, time);
        var (entries, hash) = queries.Progress();
        return walk.EndsWith(entries, hash);
    }

    // Questions that link entries are asked of an index, made of those entries alone.
    private T Gathered<T>(Func<RecordedEntry, bool> wanted, Func<IndexQueries, T> question)
    {
        var place = Directory.CreateTempSubdirectory("sallyport-");
        try
        {
            var path = Path.Combine(place.FullName, "index.db");
            using (var writer = new IndexWriter(path))
            {
                writer.TryOpen();
                foreach (var batch in walk.Forward(wanted).Chunk(IndexFill.BatchEntriesMax))
                {
                    writer.Add(batch, first: 0);
                }
            }

            using var queries = new IndexQueries(path, time);
            return question(queries);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }
}
