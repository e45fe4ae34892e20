using Sallyport.Ledger;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>The oldest part of the log leaves the disk of a running node, and all of it is verified still.</summary>
public sealed class ArchiveTests
{
    private const int Before = LedgerFolder.SegmentEntries + 300;

    [Fact]
    public async Task A_period_leaves_the_disk_of_a_running_node_and_verifies_with_its_archive()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await WriteOldEntriesAsync(site.Ledger);
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        Assert.True((await client.GetAsync(new Uri("http://tame.example/before"))).IsSuccessStatusCode);
        await site.OutputAsync("freeze", "--agent", "other", "a test");

        var told = await site.OutputAsync("ledger", "archive", "q1", "--reason", "the first quarter");
        Assert.Contains(
            $"entries before {LedgerFolder.SegmentEntries} are in archives alone now", told, StringComparison.Ordinal);
        Assert.False(File.Exists(site.Ledger.Entries(0)));
        Assert.Contains(
            $"{LedgerFolder.SegmentEntries} entries are archived, and were not verified here",
            await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        Assert.Contains(
            "were read from 1 of the 1 archive", await site.OutputAsync("ledger", "verify", "--archive", "q1"),
            StringComparison.Ordinal);
        var period = Assert.Single(await site.LogAsync("--kind", "archive"));
        Assert.Equal("the first quarter", period.GetProperty("reason").GetString());

        // What has left is proven from there, and what has not from here.
        var refused = await site.RunAsync("ledger", "prove", "0-7");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("in an archive", refused.Errors, StringComparison.Ordinal);
        await site.OutputAsync("ledger", "prove", "0-7", "--archive", "q1", "-o", "receipt");
        Assert.Contains(
            "entry 0-7 is in", await site.OutputAsync("ledger", "verify", "--receipt", "receipt"),
            StringComparison.Ordinal);

        // An answer from the log never hides, nor denies, what has left.
        var lacking = await site.RunAsync("log", "--from-log", "--kind", "freeze", "--before", "0-60000", "--json");
        Assert.Equal((0, ""), (lacking.Exit, lacking.Output));
        Assert.Contains("ledger.archived", lacking.Errors, StringComparison.Ordinal);
        Assert.Contains("0 to 65535", lacking.Errors, StringComparison.Ordinal);
        Assert.Equal("ledger.archived", await RefusedAsync(site, "why", "0-7", "--from-log"));
        var given = await site.RunAsync("log", "--archive", "q1", "--before", "0-3", "--json");
        Assert.Equal((0, 3, ""), (given.Exit, given.Output.Count(it => it == '\n'), given.Errors));

        // The run is alive over the boundary, and over a restart after it; so is the freeze.
        Assert.True((await client.GetAsync(new Uri("http://tame.example/after"))).IsSuccessStatusCode);
        await up.StopAsync();
        var again = await site.UpAsync();
        Assert.Equal(up.Epoch, again.Epoch);
        Assert.Contains("agent:other", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
        Assert.Contains("/before", await site.OutputAsync("log", "--kind", "decision"), StringComparison.Ordinal);

        await site.OutputAsync("backup", "after.tar.gz", "--without-keys");
        await site.OutputAsync("restore", "after.tar.gz", "--without-keys", "--state", "new");
        Assert.Contains(
            "not verified here", await site.OutputAsync("ledger", "verify", "--state", "new"),
            StringComparison.Ordinal);
        Assert.Contains(
            "were read from 1 of the 1 archive",
            await site.OutputAsync("ledger", "verify", "--state", "new", "--archive", "q1"), StringComparison.Ordinal);
        await again.StopAsync();
        Assert.Contains(
            "entries indexed", await site.OutputAsync("ledger", "reindex", "--archive", "q1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_archive_of_this_log_moves_nothing_and_is_told()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await using var other = await Site.WithAsync(upstream.Perimeter());
        await WriteOldEntriesAsync(site.Ledger);
        Assert.Equal(4, (await site.RunAsync("ledger", "archive", "q1", "--reason", "no node")).Exit);
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "q1")));

        var up = await site.UpAsync();
        var stranger = await other.UpAsync();
        await stranger.StopAsync();
        await other.OutputAsync("ledger", "export", "export");
        var foreign = Path.Combine(other.Folder, "export");
        Assert.Equal("ledger.export-invalid", await RefusedAsync(site, "ledger", "archive", foreign, "--reason", "no"));
        Assert.Equal("ledger.checkpoint-invalid", await RefusedAsync(site, "ledger", "verify", "--archive", foreign));

        // A copy that lacks entries, and one that a stop has left half-written.
        await site.OutputAsync("ledger", "export", "part", "--first", "300");
        Assert.Equal("ledger.export-invalid", await RefusedAsync(site, "ledger", "archive", "part", "--reason", "no"));
        Assert.Equal("ledger.archive-invalid", await RefusedAsync(site, "ledger", "verify", "--archive", "part"));
        Directory.CreateDirectory(Path.Combine(site.Folder, "half"));
        Assert.Equal("ledger.export-invalid", await RefusedAsync(site, "ledger", "archive", "half", "--reason", "no"));

        await site.OutputAsync("ledger", "export", "whole");
        await site.OutputAsync("ledger", "archive", "whole", "--reason", "it was there already");
        var path = Path.Combine(site.Folder, "whole", "tile/entries/009");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var forged = await site.RunAsync("ledger", "verify", "--archive", "whole", "--json");
        Assert.Equal(1, forged.Exit);
        Assert.Contains("Entry 2559 does not hash to its leaf", forged.Errors, StringComparison.Ordinal);
        await up.StopAsync();
    }

    /// <summary>Without entries of its period a folder is no archive, whatever of it is still there.</summary>
    [Fact]
    public async Task An_archive_that_lacks_entries_of_its_period_is_told_with_their_file()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await WriteOldEntriesAsync(site.Ledger);
        var up = await site.UpAsync();
        await site.OutputAsync("ledger", "archive", "whole", "--reason", "a quarter");
        string Entries(string name = "") => Path.Combine(site.Folder, "whole", "tile/entries", name);
        foreach (var (file, position) in (IReadOnlyList<(string, int)>)[("000", 0), ("009", 2304), ("256", 65_536)])
        {
            File.Move(Entries(file), Entries("aside"));
            await LacksAsync(site, "--archive", file, position);
            await LacksAsync(site, "--export", file, position);
            File.Move(Entries("aside"), Entries(file));
        }

        Directory.Delete(Entries(), recursive: true);
        await LacksAsync(site, "--export", "000", 0);
        File.Delete(Path.Combine(site.Folder, "whole", "proofs")); // Nothing in the folder says what it had.
        await LacksAsync(site, "--archive", "000", 0);
        Assert.Contains(
            "the bytes of 0 entries", await site.OutputAsync("ledger", "verify", "--export", "whole"),
            StringComparison.Ordinal);
        await up.StopAsync();
    }

    [Fact]
    public async Task What_the_index_has_let_go_of_is_told_and_read_from_the_log()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter()
            .Replace("reserve: none", "reserve: none\n  index: 10000", StringComparison.Ordinal));
        await WriteOldEntriesAsync(site.Ledger);
        var up = await site.UpAsync();
        var lacking = await site.RunAsync("log", "--kind", "freeze", "--json");
        for (var tries = 0; tries < 100 && !lacking.Errors.Contains("not-indexed", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            lacking = await site.RunAsync("log", "--kind", "freeze", "--json");
        }

        // 65,836 entries and a few, less 10,000: the block in which that is begins at 53,248.
        Assert.Contains("The index begins with 0-53248", lacking.Errors, StringComparison.Ordinal);
        Assert.Contains("indexed from 53248 on", await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.DoesNotContain("index", (await site.RunAsync("log", "--limit", "3")).Errors, StringComparison.Ordinal);
        var why = await site.RunAsync("why", "0-5", "--json");
        Assert.Contains("ledger.not-indexed", why.Errors, StringComparison.Ordinal);
        var old = await site.OutputAsync("log", "--from-log", "--before", "0-3");
        Assert.Equal(["0-0", "0-1", "0-2"], old.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
        await up.StopAsync();
    }

    private static async Task LacksAsync(Site site, string option, string file, int position)
    {
        var refused = await site.RunAsync("ledger", "verify", option, "whole", "--json");
        Assert.Equal(1, refused.Exit);
        Assert.Contains(
            $"The entries {position} to {position + 255} are not there", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"tile/entries/{file}", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", refused.Output);
    }

    private static async Task<string> RefusedAsync(Site site, params string[] arguments)
    {
        var refused = await site.RunAsync([.. arguments, "--json"]);
        Assert.Equal(1, refused.Exit);
        return System.Text.Json.JsonElement.Parse(refused.Errors).GetProperty("code").GetString()!; // a fault has one
    }

    // What a node has recorded long ago.
    private static async Task WriteOldEntriesAsync(LedgerFolder folder)
    {
        var options = new LedgerOptions { Folder = folder, Time = new LongAgo() };
        Assert.True(Sequencer.TryOpen(options, out var sequencer, out var fault), $"{fault}");
        await using (sequencer)
        {
            EntryId last = default;
            for (var i = 0; i < Before; i++)
            {
                last = sequencer.Append(new LedgerEntry.Counts { Dials = 0, Replies = 0, Open = 0 }).Id;
            }

            Assert.True(await sequencer.WhenSyncedAsync(last, CancellationToken.None));
            sequencer.Append(new LedgerEntry.NodeStopped { Reason = "signal" });
        }
    }

    private sealed class LongAgo : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
