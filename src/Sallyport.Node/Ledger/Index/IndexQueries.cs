using System.Data;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sallyport.Ledger;

/// <summary>The questions that <c>index.db</c> answers. One connection per question.</summary>
/// <remarks>What comes back is parsed from the entry's own bytes: a row that was changed is a
/// <see cref="InvalidDataException"/>.</remarks>
internal sealed class IndexQueries : IDisposable
{
    // Neither a status line nor a byte came back: the run cannot have read anything there.
    private const string BroughtSomething = """
        NOT EXISTS (SELECT 1 FROM entry o WHERE o.decision = d.position AND o.kind = 'observation'
            AND json_extract(o.json, '$.status') = 0 AND json_extract(o.json, '$.bytesReceived') = 0)
        """;

    private const int Mismatch = 20; // SQLITE_MISMATCH

    private readonly SqliteConnection connection;

    private readonly Lock gate = new();
    private readonly ITimer patience;

    /// <summary>Opens the index to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">For how long one question may take (<see cref="LedgerFilter.SecondsMax"/>).</param>
    public IndexQueries(string path, TimeProvider time)
        : this(new SqliteConnection(IndexWriter.ConnectionString(path, SqliteOpenMode.ReadOnly)), time)
    {
    }

    private IndexQueries(SqliteConnection opened, TimeProvider time)
    {
        connection = opened;
        connection.Open();
        patience = time.CreateTimer(
            _ => Interrupt(), null, TimeSpan.FromSeconds(LedgerFilter.SecondsMax), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Opens the index of a node that is down, and changes nothing beside it.</summary>
    /// <exception cref="SqliteException">It is of another version, or what a killed node left beside it cannot be used
    /// here.</exception>
    public static IndexQueries OfClosed(string path, TimeProvider time)
    {
        // Whatever opens a file in WAL mode wants to write beside it, unless it is told that nobody else will.
        var source = File.Exists(path + "-wal") ? path : $"{new Uri(path).AbsoluteUri}?immutable=1";
        var queries = new IndexQueries(
            new SqliteConnection(IndexWriter.ConnectionString(source, SqliteOpenMode.ReadOnly)), time);
        if (queries.connection.ExecuteScalar<int>("PRAGMA user_version") == IndexSchema.Version)
        {
            return queries;
        }

        queries.Dispose();
        throw new SqliteException("The index is of another version.", Mismatch);
    }

    /// <summary>How far the index has come: entries in it, and the leaf hash of the last.</summary>
    public (long Entries, byte[] Hash) Progress() =>
        connection.QuerySingleOrDefault<(long Entries, byte[] Hash)>("SELECT entries, hash FROM progress");

    /// <summary>Entries in the index.</summary>
    public long Entries() => connection.ExecuteScalar<long>("SELECT coalesce((SELECT entries FROM progress), 0)");

    /// <summary>Entries that the filter wants, one more than its limit if there are more.</summary>
    public IReadOnlyList<LedgerLine> Find(LedgerFilter filter) =>
        [.. new IndexSearch(connection, filter).Find().Select(Line)];

    /// <summary>The entry at a position; null when it is not in the index.</summary>
    public LedgerLine? At(long position) =>
        connection.QuerySingleOrDefault<string>(
            "SELECT json FROM entry WHERE position = @position",
            new { position }) is { } json ? Line(json) : null;

    /// <summary>The observation of a decision; null when there is none yet.</summary>
    public LedgerLine? ObservationOf(long decision) => connection.QueryFirstOrDefault<string>(
        "SELECT json FROM entry WHERE decision = @decision AND kind = 'observation' ORDER BY position",
        new { decision }) is { } json ? Line(json) : null;

    /// <summary>Names of the agents of all entries.</summary>
    public IReadOnlyList<string> Agents() =>
        [.. connection.Query<string>("""
            -- One step of the index a name, however many entries each has (a plain DISTINCT would read them all).
            WITH RECURSIVE name(agent) AS (
                SELECT min(agent) FROM entry WHERE agent IS NOT NULL
                UNION ALL
                SELECT (SELECT min(e.agent) FROM entry e WHERE e.agent IS NOT NULL AND e.agent > name.agent)
                FROM name WHERE name.agent IS NOT NULL)
            SELECT agent FROM name WHERE agent IS NOT NULL
            """)];

    /// <summary>What a run was allowed before a position and brought something (or has not ended), newest first, with
    /// what came of it.</summary>
    public IReadOnlyList<WhyRead> AllowedBefore(string run, long position, int limit)
    {
        const string Sql = $"""
            SELECT
                d.json AS Decision,
                (SELECT o.json FROM entry o WHERE o.decision = d.position AND o.kind = 'observation') AS Observation
            FROM entry d INDEXED BY entry_allowed
            WHERE d.run = @run AND d.position < @position AND d.kind = 'decision' AND d.verdict = 'allow'
                AND {BroughtSomething}
            ORDER BY d.position DESC LIMIT @limit
            """;
        return [.. connection.Query<(string Decision, string? Observation)>(Sql, new { run, position, limit })
            .Select(row => new WhyRead(Line(row.Decision), row.Observation is null ? null : Line(row.Observation)))];
    }

    /// <summary>How many there are of those.</summary>
    public long CountAllowedBefore(string run, long position) => connection.ExecuteScalar<long>(
        $"""
        SELECT count(*) FROM entry d INDEXED BY entry_allowed
        WHERE d.run = @run AND d.position < @position AND d.kind = 'decision' AND d.verdict = 'allow'
            AND {BroughtSomething}
        """,
        new { run, position });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            patience.Dispose();
            connection.Dispose();
        }
    }

    // The timer may fire while the connection is closed: the handle is then no longer to be touched.
    private void Interrupt()
    {
        lock (gate)
        {
            if (connection.State is ConnectionState.Open)
            {
                raw.sqlite3_interrupt(connection.Handle);
            }
        }
    }

    private static LedgerLine Line(string json) =>
        EntryBytes.TryRead(Encoding.UTF8.GetBytes(json), out var recorded, out var fault)
        ? new LedgerLine(recorded, json)
        : throw new InvalidDataException(fault.Detail);
}
