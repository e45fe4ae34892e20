using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Identity;

/// <summary>What must outlive a restart for a run to be recognised again. Its labels are not here: the ledger has them.</summary>
/// <param name="Run">The run.</param>
/// <param name="TokenDigest">SHA-256 of its token.</param>
/// <param name="OwnerPid">Process that started it.</param>
/// <param name="OwnerStart">That process's start time in clock ticks since boot (proc(5), stat field 22): a pid alone may be reused.</param>
internal sealed record StoredRun(RunId Run, byte[] TokenDigest, int OwnerPid, long OwnerStart);

/// <summary>Open runs in the control database (SQLite, WAL, synced).</summary>
internal sealed class RunStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Lock one = new();

    private RunStore(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens or makes the database.</summary>
    /// <exception cref="SqliteException">It is damaged or not writable.</exception>
    public static RunStore Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS runs (
                run TEXT PRIMARY KEY,
                token_digest BLOB NOT NULL,
                owner_pid INTEGER NOT NULL,
                owner_start INTEGER NOT NULL) STRICT;
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new RunStore(connection);
    }

    /// <summary>Every stored run.</summary>
    public IReadOnlyList<StoredRun> All()
    {
        lock (one)
        {
            return [.. connection.Query<(string Run, byte[] Digest, long Pid, long Start)>("SELECT run, token_digest, owner_pid, owner_start FROM runs")
                .Select(row => RunId.TryParse(row.Run, out var run) ? new StoredRun(run, row.Digest, (int)row.Pid, row.Start) : null)
                .OfType<StoredRun>()];
        }
    }

    /// <summary>Stores a run.</summary>
    public void Add(StoredRun run)
    {
        lock (one)
        {
            connection.Execute(
                "INSERT INTO runs (run, token_digest, owner_pid, owner_start) VALUES (@Run, @TokenDigest, @OwnerPid, @OwnerStart)",
                new { Run = run.Run.Text, run.TokenDigest, run.OwnerPid, run.OwnerStart });
        }
    }

    /// <summary>Forgets a run.</summary>
    public void Remove(RunId run)
    {
        lock (one)
        {
            connection.Execute("DELETE FROM runs WHERE run = @Run", new { Run = run.Text });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();
}
