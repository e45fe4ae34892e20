using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Sallyport.Host.Backups;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>A backup is a file that somebody has kept: whatever its bytes are, it restores what was backed up, or
/// nothing, and says in our words why.</summary>
public sealed class HostileBackupTests
{
    [Fact]
    public async Task A_backup_of_any_bytes_restores_the_same_or_nothing()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).StopAsync();
        await site.OutputAsync("backup", "good.tar.gz", "--without-keys");
        var whole = await File.ReadAllBytesAsync(
            Path.Combine(site.Folder, "good.tar.gz"), TestContext.Current.CancellationToken);
        var plain = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(whole), CompressionMode.Decompress))
        {
            await zip.CopyToAsync(plain, TestContext.Current.CancellationToken);
        }

        var root = Restored(site, whole, "whole").Log?.Root;
        Assert.NotNull(root);
        var random = new Random(7);
        for (var seed = 0; seed < 400; seed++)
        {
            // Of the file as it lies there, and of what is in it under a gzip that is right.
            var isInside = seed % 2 == 0;
            byte[] changed = [.. isInside ? plain.ToArray() : whole];
            switch (random.Next(4))
            {
                case 0:
                    changed = changed[..random.Next(changed.Length)];
                    break;
                case 1:
                    random.NextBytes(changed.AsSpan(random.Next(changed.Length - 16), 16));
                    break;
                case 2:
                    // The head of a file in it: its name, its length, its kind.
                    var at = random.Next(changed.Length / 512) * 512;
                    Encoding.ASCII.GetBytes("77777777777")
                        .CopyTo(changed.AsSpan(Math.Min(at + 124, changed.Length - 11)));
                    break;
                default:
                    changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                    break;
            }

            var (log, fault) = Restored(site, isInside ? Zipped(changed) : changed, $"s{seed}");
            Assert.True(log is null || log.Root == root, $"seed {seed}");
            Assert.True(log is not null || IsOurs(fault), $"seed {seed}: {fault}");
        }
    }

    [Theory]
    [InlineData("../outside", TarEntryType.RegularFile)]
    [InlineData("/etc/outside", TarEntryType.RegularFile)]
    [InlineData("ledger/segments/link.entries", TarEntryType.SymbolicLink)]
    [InlineData("ledger/key", TarEntryType.RegularFile)]
    [InlineData("snapshots/../../outside", TarEntryType.RegularFile)]
    public async Task A_backup_leads_nowhere_but_into_its_folder(string name, TarEntryType type)
    {
        await using var site = new Site();
        var bytes = new MemoryStream();
        await using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, name);
            if (type is TarEntryType.SymbolicLink)
            {
                entry.LinkName = "/etc/passwd";
            }
            else
            {
                entry.DataStream = new MemoryStream("x"u8.ToArray());
            }

            await tar.WriteEntryAsync(entry, TestContext.Current.CancellationToken);
        }

        var (log, fault) = Restored(site, Zipped(bytes.ToArray()), "hostile");
        Assert.Null(log);
        Assert.Equal("backup.invalid", fault?.Code);
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(site.Folder), path => path.Contains("outside", StringComparison.Ordinal));
    }

    private static (Sallyport.Ledger.AuditedLog? Log, Fault? Fault) Restored(Site site, byte[] bytes, string name)
    {
        var file = Path.Combine(site.Folder, name + ".tar.gz");
        var folder = Path.Combine(site.Folder, name);
        File.WriteAllBytes(file, bytes);
        var restored = BackupReader.Restore(file, folder, new RestoreOptions(null, null, []));
        Assert.Equal(restored.Log is not null, Directory.Exists(folder));
        Assert.False(Directory.Exists(folder + ".restoring"), name);
        File.Delete(file);
        return restored;
    }

    private static bool IsOurs(Fault? fault) =>
        fault is { Mend.Length: > 0 }
        && (fault.Code.StartsWith("backup.", StringComparison.Ordinal)
            || fault.Code.StartsWith("restore.", StringComparison.Ordinal)
            || fault.Code.StartsWith("ledger.", StringComparison.Ordinal))
        && !fault.Detail.Contains("Exception", StringComparison.Ordinal);

    private static byte[] Zipped(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }
}
