using Microsoft.Data.Sqlite;
using Sallyport.Ledger.Tests;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Identity.Tests;

public sealed class RunStoreTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    private string Database => Path.Combine(scratch.Path, "control.db");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_is_stored_survives_a_restart_and_what_is_forgotten_does_not_come_back()
    {
        var kept = new StoredRun(Entries.Run, [1, 2, 3], int.MaxValue, long.MaxValue);
        using (var store = RunStore.Open(Database))
        {
            store.Add(kept);
            store.Add(new StoredRun(Entries.OtherRun, [4], 1, 2));
            store.Remove(Entries.OtherRun);
            store.Remove(Entries.OtherRun);
        }

        using var again = RunStore.Open(Database);
        var found = Assert.Single(again.All());
        Assert.Equal(kept with { TokenDigest = found.TokenDigest }, found);
        Assert.Equal(kept.TokenDigest, found.TokenDigest);
    }

    [Fact]
    public void A_run_is_stored_once()
    {
        using var store = RunStore.Open(Database);
        store.Add(new StoredRun(Entries.Run, [1], 1, 1));
        Assert.Throws<SqliteException>(() => store.Add(new StoredRun(Entries.Run, [2], 2, 2)));
        Assert.Equal(new byte[] { 1 }, Assert.Single(store.All()).TokenDigest);
    }

    [Fact]
    public void The_database_is_for_its_owner_alone()
    {
        using var store = RunStore.Open(Database);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Database));
    }

    [Fact]
    public void A_damaged_database_is_told_and_not_mended()
    {
        File.WriteAllText(Database, new string('x', 4096));
        Assert.Throws<SqliteException>(() => RunStore.Open(Database));
        Assert.Equal(new string('x', 4096), File.ReadAllText(Database));
    }
}
