using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The questions that <c>index.db</c> answers. One connection per question.</summary>
/// <remarks>What comes back is parsed from the entry's own bytes: a row that was changed is a
/// <see cref="InvalidDataException"/>.</remarks>
internal sealed class IndexQueries : IDisposable
{
    private readonly SqliteConnection connection;

    /// <summary>Opens the index to read.</summary>
    public IndexQueries(string path)
    {
        connection = new SqliteConnection(IndexWriter.ConnectionString(path, SqliteOpenMode.ReadOnly));
        connection.Open();
    }

    /// <summary>Entries in the index.</summary>
    public long Entries() => connection.ExecuteScalar<long>("SELECT coalesce((SELECT entries FROM progress), 0)");

    /// <summary>Entries that the filter wants, one more than its limit if there are more.</summary>
    public IReadOnlyList<LedgerLine> Find(LedgerFilter filter)
    {
        // The label's own table is in the order of positions, so it leads when it is asked for.
        var sql = new StringBuilder(filter.Label is null
            ? "SELECT e.json FROM entry e WHERE true"
            : "SELECT e.json FROM entry_label l JOIN entry e ON e.position = l.position WHERE l.label = @label");
        sql.Append(filter.Agent is null ? "" : " AND e.agent = @agent");
        sql.Append(filter.Run is null ? "" : " AND e.run = @run");
        sql.Append(filter.Host is null ? "" : " AND e.host = @host");
        sql.Append(filter.Verdict is null ? "" : " AND e.verdict = @verdict");
        sql.Append(filter.Kind is null ? "" : " AND e.kind = @kind");
        sql.Append(filter.Since is null ? "" : " AND e.time >= @since");
        sql.Append(filter.Until is null ? "" : " AND e.time < @until");
        var position = filter.Label is null ? "e.position" : "l.position";
        sql.Append(filter.After is null ? "" : $" AND {position} > @after");
        sql.Append(filter.Before is null ? "" : $" AND {position} < @before");
        sql.Append($" ORDER BY {position} {(filter.Order is LedgerOrder.NewestFirst ? "DESC" : "ASC")} LIMIT @limit");
        var found = connection.Query<string>(sql.ToString(), new
        {
            label = filter.Label?.Value,
            agent = filter.Agent?.Value,
            run = filter.Run?.Text,
            host = filter.Host,
            verdict = filter.Verdict,
            kind = filter.Kind,
            since = filter.Since is { } since ? IndexTime.Ceiling(since) : 0,
            until = filter.Until is { } until ? IndexTime.Ceiling(until) : 0,
            after = filter.After,
            before = filter.Before,
            limit = filter.Limit + 1,
        });
        return [.. found.Select(Line)];
    }

    /// <summary>The entry at a position; null when it is not in the index.</summary>
    public LedgerLine? At(long position) =>
        connection.QuerySingleOrDefault<string>(
            "SELECT json FROM entry WHERE position = @position",
            new { position }) is { } json ? Line(json) : null;

    /// <summary>The observation of a decision; null when there is none yet.</summary>
    public LedgerLine? ObservationOf(long decision) => connection.QueryFirstOrDefault<string>(
        "SELECT json FROM entry WHERE decision = @decision AND kind = 'observation' ORDER BY position",
        new { decision }) is { } json ? Line(json) : null;

    /// <summary>What a run was allowed before a position, newest first, with what came of it.</summary>
    public IReadOnlyList<WhyRead> AllowedBefore(string run, long position, int limit)
    {
        const string Sql = """
            SELECT
                d.json AS Decision,
                (SELECT o.json FROM entry o WHERE o.decision = d.position AND o.kind = 'observation') AS Observation
            FROM entry d INDEXED BY entry_allowed
            WHERE d.run = @run AND d.position < @position AND d.kind = 'decision' AND d.verdict = 'allow'
            ORDER BY d.position DESC LIMIT @limit
            """;
        return [.. connection.Query<(string Decision, string? Observation)>(Sql, new { run, position, limit })
            .Select(row => new WhyRead(Line(row.Decision), row.Observation is null ? null : Line(row.Observation)))];
    }

    /// <summary>How many there are of those.</summary>
    public long CountAllowedBefore(string run, long position) => connection.ExecuteScalar<long>(
        """
        SELECT count(*) FROM entry INDEXED BY entry_allowed
        WHERE run = @run AND position < @position AND kind = 'decision' AND verdict = 'allow'
        """,
        new { run, position });

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static LedgerLine Line(string json) =>
        EntryBytes.TryRead(Encoding.UTF8.GetBytes(json), out var recorded, out var fault)
        ? new LedgerLine(recorded, json)
        : throw new InvalidDataException(fault.Detail);
}
