using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The one connection that fills <c>index.db</c>.</summary>
/// <remarks>Every failure is a <see cref="SqliteException"/>.</remarks>
internal sealed class IndexWriter : IDisposable
{
    private const string InsertEntry = """
        INSERT INTO entry (
            position, epoch, time, kind, run, agent, host, target, verdict, code, class, method, status, decision, json)
        VALUES (
            $position, $epoch, $time, $kind, $run, $agent, $host, $target, $verdict, $code, $class, $method, $status,
            $decision, $json)
        """;

    // Readers never block in WAL; a reindex from outside may.
    private const int BusySeconds = 5;

    private const string InsertLabel = "INSERT INTO entry_label (label, position) VALUES ($label, $position)";

    private const string SetProgress = """
        INSERT INTO progress (one, entries, hash) VALUES (1, @entries, @hash)
        ON CONFLICT (one) DO UPDATE SET entries = @entries, hash = @hash
        """;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand entryCommand;
    private readonly SqliteCommand labelCommand;

    /// <summary>Nothing is opened yet.</summary>
    public IndexWriter(string path)
    {
        connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        entryCommand = connection.CreateCommand();
        entryCommand.CommandText = InsertEntry;
        Declare(entryCommand, "$position", "$epoch", "$time", "$kind", "$run", "$agent", "$host", "$target",
            "$verdict", "$code", "$class", "$method", "$status", "$decision", "$json");
        labelCommand = connection.CreateCommand();
        labelCommand.CommandText = InsertLabel;
        Declare(labelCommand, "$label", "$position");
    }

    /// <summary>Opens the index and brings its schema up to date. False: it was made by a later version.</summary>
    public bool TryOpen()
    {
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA synchronous = NORMAL");
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        for (; version < IndexSchema.Scripts.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(IndexSchema.Scripts[version], transaction: transaction);
            connection.Execute($"PRAGMA user_version = {version + 1}", transaction: transaction);
            transaction.Commit();
        }

        return version == IndexSchema.Scripts.Count;
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
    public (long Entries, byte[] Hash) Progress() =>
        connection.QuerySingleOrDefault<(long Entries, byte[] Hash)>("SELECT entries, hash FROM progress");

    /// <summary>Adds entries in one transaction: all of them, or none.</summary>
    /// <param name="entries">Consecutive entries with their bytes.</param>
    public void Add(IReadOnlyList<(RecordedEntry Recorded, byte[] Bytes)> entries)
    {
        using var transaction = connection.BeginTransaction();
        entryCommand.Transaction = transaction;
        labelCommand.Transaction = transaction;
        foreach (var (recorded, bytes) in entries)
        {
            Add(recorded, bytes);
        }

        var hash = new byte[LeafHash.Length];
        LeafHash.Write(entries[^1].Bytes, hash);
        connection.Execute(SetProgress, new { entries = entries[^1].Recorded.Id.Position + 1, hash }, transaction);
        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        entryCommand.Dispose();
        labelCommand.Dispose();
        connection.Dispose();
    }

    private void Add(RecordedEntry recorded, byte[] bytes)
    {
        var facets = EntryFacets.Of(recorded.Entry);
        Set(entryCommand, recorded.Id.Position, recorded.Id.Epoch, IndexTime.Of(recorded.Time), facets.Kind,
            facets.Run?.Text, facets.Agent?.Value, facets.Host, facets.Target, facets.Verdict, facets.Code,
            facets.Class, facets.Method, facets.Status, facets.Decision?.Position, Encoding.ASCII.GetString(bytes));
        entryCommand.ExecuteNonQuery();
        foreach (var label in facets.Labels.Labels)
        {
            Set(labelCommand, label.Value, recorded.Id.Position);
            labelCommand.ExecuteNonQuery();
        }
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    private static void Declare(SqliteCommand command, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
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
