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
    private const int Mismatch = 20; // SQLITE_MISMATCH

    private readonly SqliteConnection connection;
    private readonly CancellationTokenSource overdue;
    private readonly Lock gate = new();
    private readonly IndexSearch search;

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
        overdue = new CancellationTokenSource(TimeSpan.FromSeconds(LedgerFilter.SecondsMax), time);
        search = new IndexSearch(connection, overdue.Token);
        overdue.Token.Register(Interrupt);
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

    /// <summary>Where the index begins, if entries before that may belong to the answer of a filter.</summary>
    public EntryId? FirstWithin(LedgerFilter filter)
    {
        var first = First();
        return first > 0 && (filter.After ?? -1) < first - 1 && (filter.Before ?? long.MaxValue) > 0
            && At(first) is { } begins && !(filter.Since >= begins.Recorded.Time)
            ? begins.Recorded.Id : null;
    }

    /// <summary>Where the index begins, if a run had begun before that.</summary>
    public EntryId? FirstWithin(string run)
    {
        var first = First();
        return first > 0 && !search.Positions(
            [IndexFacet.Run(run), IndexFacet.Kind(EntryKind.RunStart)], IndexFacet.Idle, long.MaxValue).Any()
            ? At(first)?.Recorded.Id : null;
    }

    /// <summary>Position of the first entry in the index.</summary>
    public long First() => connection.ExecuteScalar<long>("SELECT coalesce((SELECT first FROM progress), 0)");

    /// <summary>Entries in the index.</summary>
    public long Entries() => connection.ExecuteScalar<long>("SELECT coalesce((SELECT entries FROM progress), 0)");

    /// <summary>Entries that the filter wants, one more than its limit if there are more.</summary>
    public IReadOnlyList<LedgerLine> Find(LedgerFilter filter) => search.Find(filter);

    /// <summary>The entry at a position; null when it is not in the index.</summary>
    public LedgerLine? At(long position) => connection.QuerySingleOrDefault<byte[]>(
        "SELECT bytes FROM entry WHERE position = @position", new { position }) is { } bytes ? Line(bytes) : null;

    /// <summary>The observation of a decision; null when there is none yet.</summary>
    public LedgerLine? ObservationOf(long decision) => connection.QuerySingleOrDefault<byte[]>(
        "SELECT e.bytes FROM outcome o JOIN entry e ON e.position = o.position WHERE o.decision = @decision",
        new { decision }) is { } bytes ? Line(bytes) : null;

    /// <summary>Names of the agents of all entries.</summary>
    public IReadOnlyList<string> Agents()
    {
        var start = IndexFacet.Agent("").ToString();
        return [.. connection.Query<string>(
            """
            -- One step of the index a name, however many blocks each is in (a plain DISTINCT would read them all).
            WITH RECURSIVE name(facet) AS (
                SELECT min(facet) FROM posting WHERE facet >= @start AND facet < @end
                UNION ALL
                SELECT (SELECT min(p.facet) FROM posting p WHERE p.facet > name.facet AND p.facet < @end)
                FROM name WHERE name.facet IS NOT NULL)
            SELECT facet FROM name WHERE facet IS NOT NULL
            """,
            new { start, end = $"{start[..^1]}{(char)(start[^1] + 1)}" }).Select(facet => facet[start.Length..])];
    }

    /// <summary>What a run was allowed before a position and brought something (or has not ended), newest first, with
    /// what came of it.</summary>
    public IReadOnlyList<WhyRead> AllowedBefore(string run, long position, int limit) =>
    [
        .. search.Positions(Allowed(run), IndexFacet.Idle, position).Take(limit)
            .Select(at => new WhyRead(At(at) ?? throw Missing(at), ObservationOf(at))),
    ];

    /// <summary>How many there are of those.</summary>
    public long CountAllowedBefore(string run, long position) =>
        search.Count(Allowed(run), IndexFacet.Idle, position);

    /// <summary>An entry, from its own bytes.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    internal static LedgerLine Line(byte[] bytes) => EntryBytes.TryRead(bytes, out var recorded, out var fault)
        ? new LedgerLine(recorded, Encoding.ASCII.GetString(bytes))
        : throw new InvalidDataException(fault.Detail);

    /// <inheritdoc/>
    public void Dispose()
    {
        overdue.Dispose();
        lock (gate)
        {
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

    private static IReadOnlyList<IndexFacet> Allowed(string run) =>
        [IndexFacet.Run(run), IndexFacet.Kind(EntryKind.Decision), IndexFacet.Verdict("allow")];

    private static InvalidDataException Missing(long position) => new($"The index lacks the entry {position}.");
}
