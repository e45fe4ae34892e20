using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The one connection that fills <c>index.db</c>.</summary>
/// <remarks>Every failure is a <see cref="SqliteException"/>.</remarks>
internal sealed class IndexWriter : IDisposable
{
    private const string InsertEntry = """
        INSERT INTO entry (position, time, kind, run, agent, host, verdict, decision, json)
        VALUES ($position, $time, $kind, $run, $agent, $host, $verdict, $decision, $json)
        """;

    private const string InsertText = "INSERT INTO entry_text (rowid, words) VALUES ($position, $words)";
    private const string InsertDigest = "INSERT INTO entry_digest (digest, position) VALUES ($digest, $position)";

    private const string WidenSpan = """
        INSERT INTO span (first, earliest, latest) VALUES (@first, @earliest, @latest)
        ON CONFLICT (first) DO UPDATE SET earliest = min(earliest, @earliest), latest = max(latest, @latest)
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
    private readonly SqliteCommand digestCommand;
    private readonly SqliteCommand textCommand;

    /// <summary>Nothing is opened yet.</summary>
    public IndexWriter(string path)
    {
        connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        entryCommand = Command(InsertEntry, "$position", "$time", "$kind", "$run", "$agent", "$host", "$verdict",
            "$decision", "$json");
        labelCommand = Command(InsertLabel, "$label", "$position");
        digestCommand = Command(InsertDigest, "$digest", "$position");
        textCommand = Command(InsertText, "$position", "$words");
    }

    /// <summary>Opens the index, and makes it where it is empty. False: it is of another version.</summary>
    public bool TryOpen()
    {
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA synchronous = NORMAL");
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
    public (long Entries, byte[] Hash) Progress() =>
        connection.QuerySingleOrDefault<(long Entries, byte[] Hash)>("SELECT entries, hash FROM progress");

    /// <summary>Adds entries in one transaction: all of them, or none.</summary>
    /// <param name="entries">Consecutive entries with their bytes.</param>
    public void Add(IReadOnlyList<(RecordedEntry Recorded, byte[] Bytes)> entries)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var command in (SqliteCommand[])[entryCommand, labelCommand, digestCommand, textCommand])
        {
            command.Transaction = transaction;
        }

        foreach (var (recorded, bytes) in entries)
        {
            Add(recorded, bytes);
        }

        AddSpans(entries, transaction);
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
        digestCommand.Dispose();
        textCommand.Dispose();
        connection.Dispose();
    }

    private void Add(RecordedEntry recorded, byte[] bytes)
    {
        var facets = EntryFacets.Of(recorded.Entry);
        var position = recorded.Id.Position;
        Set(entryCommand, position, IndexTime.Of(recorded.Time), facets.Kind, facets.Run?.Text, facets.Agent?.Value,
            facets.Host, facets.Verdict, facets.Decision?.Position, Encoding.ASCII.GetString(bytes));
        entryCommand.ExecuteNonQuery();
        foreach (var label in facets.Labels.Labels)
        {
            Set(labelCommand, label.Value, position);
            labelCommand.ExecuteNonQuery();
        }

        foreach (var digest in EntryTerms.Digests(recorded.Entry))
        {
            Set(digestCommand, Convert.FromHexString(digest), position);
            digestCommand.ExecuteNonQuery();
        }

        if (EntryTerms.Text(recorded.Entry) is { Length: > 0 } text)
        {
            Set(textCommand, position, SearchWords.Folded(text));
            textCommand.ExecuteNonQuery();
        }
    }

    private void AddSpans(IEnumerable<(RecordedEntry Recorded, byte[] Bytes)> entries, SqliteTransaction transaction)
    {
        foreach (var span in entries.GroupBy(
            entry => entry.Recorded.Id.Position / IndexSchema.SpanEntries * IndexSchema.SpanEntries,
            entry => IndexTime.Of(entry.Recorded.Time)))
        {
            connection.Execute(
                WidenSpan, new { first = span.Key, earliest = span.Min(), latest = span.Max() }, transaction);
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

    private static void Set(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
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
