using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The one connection that fills <c>index.db</c>.</summary>
/// <remarks>Every failure is a <see cref="SqliteException"/>.</remarks>
internal sealed class IndexWriter : IDisposable
{
    private const string InsertEntry =
        "INSERT INTO entry (position, time, bytes) VALUES ($position, $time, $bytes)";

    private const string InsertText = "INSERT INTO entry_text (rowid, words) VALUES ($position, $words)";

    // The first that is told counts.
    private const string InsertOutcome =
        "INSERT OR IGNORE INTO outcome (decision, position) VALUES ($decision, $position)";

    private const string WidenBlock = """
        INSERT INTO block (number, earliest, latest) VALUES (@number, @earliest, @latest)
        ON CONFLICT (number) DO UPDATE SET earliest = min(earliest, @earliest), latest = max(latest, @latest)
        """;

    private const string SetProgress = """
        INSERT INTO progress (one, entries, hash, first) VALUES (1, @entries, @hash, @first)
        ON CONFLICT (one) DO UPDATE SET entries = @entries, hash = @hash
        """;

    // Readers never block in WAL; a reindex from outside may.
    private const int BusySeconds = 5;

    // Each is synced to the disk that the segments are on: seldom, then.
    private const int CheckpointPages = 8_192;
    private const int CacheKibibytes = 16 * 1024;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand entryCommand;
    private readonly SqliteCommand outcomeCommand;
    private readonly SqliteCommand textCommand;
    private readonly PostingWriter postings;

    /// <summary>Nothing is opened yet.</summary>
    public IndexWriter(string path)
    {
        connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        entryCommand = Command(InsertEntry, "$position", "$time", "$bytes");
        outcomeCommand = Command(InsertOutcome, "$decision", "$position");
        textCommand = Command(InsertText, "$position", "$words");
        postings = new PostingWriter(
            Command(PostingWriter.Find, "$facet", "$block"), Command(PostingWriter.Put, "$facet", "$block", "$bits"));
    }

    /// <summary>Opens the index, and makes it where it is empty. False: it is of another version.</summary>
    public bool TryOpen()
    {
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA synchronous = NORMAL");
        connection.Execute($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
        connection.Execute($"PRAGMA cache_size = -{CacheKibibytes}");
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version == 0)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(IndexSchema.Script, transaction: transaction);
            connection.Execute($"PRAGMA user_version = {IndexSchema.Version}", transaction: transaction);
            transaction.Commit();
        }

        return version is 0 or IndexSchema.Version;
    }

    /// <summary>How a file of the index is opened. No pool: a rebuilt index is another file, and an old connection
    /// would keep the old one.</summary>
    public static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString();

    /// <summary>How far the index has come: entries in it, and the leaf hash of the last.</summary>
    public (long Entries, byte[] Hash, long First) Progress() =>
        connection.QuerySingleOrDefault<(long Entries, byte[] Hash, long First)>(
            "SELECT entries, hash, first FROM progress");

    /// <summary>Adds entries in one transaction: all of them, or none. After a failure the writer is of no use any
    /// more.</summary>
    /// <param name="entries">Entries in the order of the log, with their bytes.</param>
    /// <exception cref="InvalidDataException">What is there already is not what was written.</exception>
    /// <param name="first">Position of the first entry that the index has, or will have with these.</param>
    public void Add(IReadOnlyList<(RecordedEntry Recorded, byte[] Bytes)> entries, long first)
    {
        using var transaction = connection.BeginTransaction();
        entryCommand.Transaction = outcomeCommand.Transaction = textCommand.Transaction = transaction;
        postings.Begin(transaction);
        foreach (var (recorded, bytes) in entries)
        {
            Add(recorded, bytes, first);
        }

        postings.Write();
        WidenBlocks(entries, transaction);
        var hash = new byte[LeafHash.Length];
        LeafHash.Write(entries[^1].Bytes, hash);
        connection.Execute(SetProgress, new { entries = entries[^1].Recorded.Id.Position + 1, hash, first },
            transaction);
        transaction.Commit();
    }

    /// <summary>Lets go of a block: everything that is known of its entries, in one transaction.</summary>
    public void Drop(long block)
    {
        var (from, to) = (block * BlockBits.Entries, (block + 1) * BlockBits.Entries);
        using var transaction = connection.BeginTransaction();
        var facets = new HashSet<IndexFacet> { IndexFacet.Idle };
        foreach (var bytes in connection.Query<byte[]>(
            "SELECT bytes FROM entry WHERE position >= @from AND position < @to", new { from, to }, transaction))
        {
            var entry = IndexQueries.Line(bytes).Recorded;
            facets.UnionWith(IndexFacet.Of(EntryFacets.Of(entry.Entry)));
            if (IndexWords.Of(entry.Entry).Length > 0)
            {
                connection.Execute(
                    "DELETE FROM entry_text WHERE rowid = @position", new { position = entry.Id.Position },
                    transaction);
            }
        }

        foreach (var facet in facets)
        {
            connection.Execute(
                "DELETE FROM posting WHERE facet = @facet AND block = @block", new { facet = $"{facet}", block },
                transaction);
        }

        connection.Execute(
            """
            DELETE FROM outcome WHERE decision >= @from AND decision < @to;
            DELETE FROM entry WHERE position >= @from AND position < @to;
            DELETE FROM block WHERE number = @block;
            UPDATE progress SET first = @to
            """,
            new { from, to, block }, transaction);
        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        entryCommand.Dispose();
        outcomeCommand.Dispose();
        textCommand.Dispose();
        postings.Dispose();
        connection.Dispose();
    }

    private void Add(RecordedEntry recorded, byte[] bytes, long first)
    {
        var position = recorded.Id.Position;
        Execute(entryCommand, position, IndexTime.Of(recorded.Time), bytes);
        foreach (var facet in IndexFacet.Of(EntryFacets.Of(recorded.Entry)))
        {
            postings.Add(facet, position);
        }

        if (IndexWords.Of(recorded.Entry) is { Length: > 0 } words)
        {
            Execute(textCommand, position, words);
        }

        if (recorded.Entry is LedgerEntry.Observed observed && observed.Decision.Position >= first)
        {
            Execute(outcomeCommand, observed.Decision.Position, position);
            if (observed is { Status: 0, BytesReceived: 0 })
            {
                postings.Add(IndexFacet.Idle, observed.Decision.Position);
            }
        }
    }

    private void WidenBlocks(IEnumerable<(RecordedEntry Recorded, byte[] Bytes)> entries, SqliteTransaction transaction)
    {
        foreach (var block in entries.GroupBy(
            entry => BlockBits.Of(entry.Recorded.Id.Position), entry => IndexTime.Of(entry.Recorded.Time)))
        {
            connection.Execute(
                WidenBlock, new { number = block.Key, earliest = block.Min(), latest = block.Max() }, transaction);
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}

/// <summary>Time in the index: whole microseconds since 1970, as the entries have it.</summary>
internal static class IndexTime
{
    /// <summary>Microseconds since 1970-01-01T00:00:00Z, rounded down.</summary>
    public static long Of(DateTimeOffset time) =>
        (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The same, rounded up: for bounds that are compared with whole microseconds.</summary>
    public static long Ceiling(DateTimeOffset time) => Of(time.AddTicks(TimeSpan.TicksPerMicrosecond - 1));
}
