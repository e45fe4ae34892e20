using Sallyport.Ledger;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>A program of the node's own user appends to the ledger while the node is stopped.</summary>
public sealed class ForgedEntryTests
{
    private static readonly Uri Tame = new("http://tame.example/act");

    [Fact]
    public async Task A_forged_thaw_behind_the_last_checkpoint_thaws_nothing_and_the_audit_names_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        await site.OutputAsync("freeze", "--all", "incident 42");
        await up.StopAsync();
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);

        // The state file is edited to fit: it alone would be believed, as would the ledger alone.
        await File.WriteAllTextAsync(
            Path.Combine(site.State, "freeze.json"), """{"version":1,"epoch":2,"active":[]}""");
        Forge(site, new LedgerEntry.FreezeChanged
        {
            Change = "thawed",
            FreezeId = "f1",
            Scope = "all",
            Reason = "incident 42",
            Author = "uid:0",
            FreezeEpoch = 2,
            EffectiveAt = DateTimeOffset.UnixEpoch,
            ChannelsCut = 0,
        });
        var audit = await site.RunAsync("ledger", "verify");
        Assert.True(audit.Exit == 5, audit.ToString());
        Assert.Contains("ledger.unsigned", audit.Errors, StringComparison.Ordinal);
        Inert.Check(audit);

        // Each start signs all that it finds; what was found unsigned stays what it was.
        for (var start = 0; start < 2; start++)
        {
            up = await site.UpAsync();
            Assert.Equal(
                start == 0, up.Child.Errors.Contains("stood behind the last checkpoint", StringComparison.Ordinal));
            using (var client = ProxyClient.Of(up, run))
            {
                Assert.Equal("freeze.active", (await client.GetAsync(Tame)).Denied());
            }

            var found = Assert.Single(await site.LogAsync("--kind", "unsigned"));
            Assert.Equal(1, found.GetProperty("disbelieved").GetInt64());
            await up.StopAsync();
            Assert.Contains("found unsigned at a start", await site.OutputAsync("ledger", "verify"),
                StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                Path.Combine(site.State, "freeze.json"), """{"version":1,"epoch":2,"active":[]}""");
        }
    }

    [Fact]
    public async Task A_forged_perimeter_behind_the_last_checkpoint_is_not_put_in_force()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var narrow = await SnapshotAsync(site);
        await up.StopAsync();

        // A wider one that was in force once is in the archive.
        var text = await File.ReadAllTextAsync(site.Configuration);
        await File.WriteAllTextAsync(site.Configuration, text + "\n# another\n");
        up = await site.Started("up", "--json", "--apply");
        var other = await SnapshotAsync(site);
        Assert.NotEqual(narrow, other, StringComparer.Ordinal);
        await up.StopAsync();
        Forge(site, new LedgerEntry.PerimeterChanged
        {
            Change = "applied",
            Before = other,
            After = narrow,
            Direction = "narrows",
            Author = "uid:0",
            Confirmer = null,
            Summary = "",
            SummaryDigest = "",
            EffectiveAt = DateTimeOffset.UnixEpoch,
        });
        await site.UpAsync();
        Assert.Equal(other, await SnapshotAsync(site), StringComparer.Ordinal);
    }

    private static async Task<string> SnapshotAsync(Site site) =>
        System.Text.Json.JsonElement.Parse(await site.OutputAsync("status", "--json")).GetProperty("snapshot")
            .GetString()!; // it has one

    // As the program at hand would: bytes at the end of the segment, in their place, with a good CRC.
    private static void Forge(Site site, LedgerEntry entry)
    {
        var count = 0L;
        var epoch = 0L;
        var segment = site.Ledger.Entries(0);
        var bytes = File.ReadAllBytes(segment);
        for (var at = 0; at < bytes.Length; count++)
        {
            var length = (bytes[at] << 8) | bytes[at + 1];
            Assert.True(EntryBytes.TryRead(bytes.AsSpan(at + 2, length), out var recorded, out _));
            epoch = recorded.Id.Epoch;
            at += 2 + length;
        }

        var buffer = new byte[EntryBytes.LengthMax];
        var forged = EntryBytes.Write(new EntryId(epoch, count), DateTimeOffset.UnixEpoch, entry, buffer);
        using var file = new FileStream(segment, FileMode.Append);
        file.Write([(byte)(forged >> 8), (byte)forged, .. buffer.AsSpan(0, forged)]);
    }
}
