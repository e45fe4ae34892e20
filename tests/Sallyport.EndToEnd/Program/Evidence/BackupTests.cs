using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program.Evidence;

public sealed class BackupTests
{
    private const string Phrase = "correct horse battery staple";

    [Fact]
    public async Task What_is_backed_up_under_load_restores_verifies_and_goes_on()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await File.WriteAllTextAsync(Path.Combine(site.Folder, "phrase"), Phrase + "\n");
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        await GetAsync(client, "before");
        var decision = Assert.Single(await site.LogAsync("--kind", "decision"));
        await site.OutputAsync("freeze", "--agent", "other", "a test");

        using var enough = new CancellationTokenSource();
        var load = LoadAsync(client, enough.Token);
        var made = JsonElement.Parse(await site.OutputAsync(
            "backup", "good.tar.gz", "--keys-with", "phrase", "--json"));
        await enough.CancelAsync();
        var sent = await load;
        await up.StopAsync();
        Assert.True(sent > 0);
        Assert.False(File.Exists(Path.Combine(site.Folder, "good.tar.gz.part")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(site.Folder, "good.tar.gz")));
        var size = made.GetProperty("size").GetInt64();
        Assert.True(size > 0);

        // The state is lost; what was backed up is another folder's.
        Directory.Delete(site.State, recursive: true);
        await site.OutputAsync("restore", "good.tar.gz", "--keys-with", "phrase");
        Assert.Contains(
            $"{size} entries, all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        var again = await site.UpAsync();
        Assert.True(again.Epoch > up.Epoch);
        var id = $"{decision.GetProperty("epoch")}-{decision.GetProperty("position")}";
        Assert.Contains("/before", await site.OutputAsync("why", id), StringComparison.Ordinal);
        Assert.Contains("agent:other", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
        var next = await site.OpenRunAsync("worker");
        using (var other = ProxyClient.Of(again, next))
        {
            await GetAsync(other, "after");
        }

        await again.StopAsync();
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_damaged_log_no_backup_is_written_and_what_is_restored_without_a_checkpoint_is_warned_of()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var unknown = await site.RunAsync("ledger", "prove", "9-999");
        Assert.Equal(1, unknown.Exit);
        Assert.Contains("ledger.entry-unknown", unknown.Errors, StringComparison.Ordinal);
        await up.StopAsync();
        unknown = await site.RunAsync("ledger", "prove", "9-999");
        Assert.Contains("ledger.entry-unknown", unknown.Errors, StringComparison.Ordinal);
        await site.OutputAsync("backup", "good.tar.gz", "--without-keys");
        var restored = await site.RunAsync(
            "restore", "good.tar.gz", "--without-keys", "--state", "restored", "--json");
        Assert.Equal(0, restored.Exit);
        Assert.Equal(
            "restore.unanchored", JsonElement.Parse(restored.Errors).GetProperty("code").GetString());

        var bytes = await File.ReadAllBytesAsync(site.Ledger.Entries(0), TestContext.Current.CancellationToken);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(site.Ledger.Entries(0), bytes, TestContext.Current.CancellationToken);
        var damaged = await site.RunAsync("backup", "bad.tar.gz", "--without-keys");
        Assert.Equal(1, damaged.Exit);
        Assert.Contains("ledger.damaged", damaged.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(site.Folder, "bad.tar.gz")));
        Assert.False(File.Exists(Path.Combine(site.Folder, "bad.tar.gz.part")));
    }

    [Fact]
    public async Task An_old_backup_is_refused_where_a_newer_checkpoint_was_kept()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).StopAsync();
        await site.OutputAsync("backup", "old.tar.gz", "--without-keys");
        await (await site.UpAsync()).StopAsync();
        File.Copy(site.Ledger.Checkpoint, Path.Combine(site.Folder, "kept"));
        var refused = await site.RunAsync(
            "restore", "old.tar.gz", "--without-keys", "--state", "new", "--from", "kept", "--json");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("entries were cut off its end", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "new")));
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "new.restoring")));

        var taken = await site.RunAsync("restore", "old.tar.gz", "--without-keys", "--state", "new");
        Assert.Equal(0, taken.Exit);
        Assert.Contains("restore.unanchored", taken.Errors, StringComparison.Ordinal);
        var later = await site.RunAsync("ledger", "verify", "--state", "new", "--from", "kept");
        Assert.Equal(1, later.Exit);

        // Without keys nobody goes on with it.
        Assert.Equal(3, (await site.RunAsync("up", "--state", "new")).Exit);
    }

    [Fact]
    public async Task Only_an_empty_folder_and_only_what_a_backup_holds_is_restored()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await File.WriteAllTextAsync(Path.Combine(site.Folder, "phrase"), Phrase);
        await File.WriteAllTextAsync(Path.Combine(site.Folder, "other"), Phrase + "!");
        await (await site.UpAsync()).StopAsync();
        Assert.Equal(2, (await site.RunAsync("backup", "good.tar.gz")).Exit);
        await site.OutputAsync("backup", "good.tar.gz", "--keys-with", "phrase");
        Assert.Contains(
            "backup.exists", (await site.RunAsync("backup", "good.tar.gz", "--without-keys", "--json")).Errors,
            StringComparison.Ordinal);

        await RefusedAsync("good.tar.gz", "restore.not-empty", "phrase", state: ".sallyport");
        await RefusedAsync("good.tar.gz", "restore.passphrase", "other");
        await RefusedAsync("perimeter/sallyport.yaml", "backup.unreadable", "phrase");
        var files = Read(Path.Combine(site.Folder, "good.tar.gz"));
        foreach (var name in files.Keys.Where(name => !name.StartsWith("snapshots/", StringComparison.Ordinal)))
        {
            // A byte of each, and each one missing.
            await AlteredAsync(it => it[name] = [.. files[name][..^1], (byte)(files[name][^1] ^ 1)]);
            await AlteredAsync(it => it.Remove(name));
        }

        await AlteredAsync(it => it["../outside"] = [1]);
        await AlteredAsync(it => it["snapshots/" + new string('a', 64) + "/../../x"] = [1]);
        await AlteredAsync(it => it["ledger/lock"] = [1]);
        Assert.False(File.Exists(Path.Combine(site.Folder, "outside")));
        await site.OutputAsync("restore", "good.tar.gz", "--keys-with", "phrase", "--state", "new");

        async Task AlteredAsync(Action<Dictionary<string, byte[]>> alter)
        {
            var other = new Dictionary<string, byte[]>(files, StringComparer.Ordinal);
            alter(other);
            Write(Path.Combine(site.Folder, "bad.tar.gz"), other);
            await RefusedAsync("bad.tar.gz", code: null, "phrase");
        }

        async Task RefusedAsync(string file, string? code, string phrase, string state = "new")
        {
            var ended = await site.RunAsync("restore", file, "--keys-with", phrase, "--state", state, "--json");
            Assert.True(ended.Exit is 1 or 3, $"{file}: {ended}");
            Assert.Contains(code ?? "\"code\":", ended.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(site.Folder, "new")));
            Assert.False(Directory.Exists(Path.Combine(site.Folder, "new.restoring")));
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_in_the_middle_leaves_no_file()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using (var client = ProxyClient.Of(up, run))
        {
            for (var i = 0; i < 40; i++)
            {
                await GetAsync(client, $"{Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}");
            }
        }

        await up.StopAsync();
        // Files of at most 2 KiB, and EFBIG instead of a signal.
        var child = site.Start(
            "sh",
            ["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" backup full.tar.gz --without-keys --json", Site.Program],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_EnableWriteXorExecute"] = "0" });
        var ended = await child.EndAsync();
        Assert.Equal(4, ended.Exit);
        Assert.Contains("backup.failed", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(site.Folder, "full.tar.gz*"));
    }

    private static async Task GetAsync(HttpClient client, string page)
    {
        using var response = await client.GetAsync(new Uri($"http://tame.example/{page}"));
        Assert.Equal(200, (int)response.StatusCode);
    }

    private static async Task<int> LoadAsync(HttpClient client, CancellationToken enough)
    {
        var sent = 0;
        while (sent == 0 || !enough.IsCancellationRequested)
        {
            await GetAsync(client, $"{sent++}");
        }

        return sent;
    }

    private static Dictionary<string, byte[]> Read(string path)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        while (tar.GetNextEntry() is { } entry)
        {
            using var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            files.Add(entry.Name, bytes.ToArray());
        }

        return files;
    }

    private static void Write(string path, Dictionary<string, byte[]> files)
    {
        using var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var tar = new TarWriter(zip);
        foreach (var (name, bytes) in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }
    }
}
