using System.Buffers.Binary;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger.Tests;

/// <summary>A checkpoint says what is safe and never more, and a log that does not extend it is not opened.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task A_closed_log_is_signed_whole_and_reads_as_tiles_that_hash_to_the_root()
    {
        const int Count = LedgerFolder.SegmentEntries + 700;
        await ledger.FillAsync(Count - 1, isClosed: true);
        await using var sequencer = ledger.Open();
        var head = sequencer.Checkpoint.Verify(sequencer.Key).ValueOrThrow().Head;
        Assert.Equal(Count, head.Size.Value);
        Assert.Equal(ledger.Folder.Checkpoint, FileOf(sequencer.Checkpoint));
        var report = (await LogAudit.VerifyAsync(sequencer.Tiles, [head], cancellation)).ValueOrThrow();
        Assert.Equal((Count, 1), (report.Entries, report.Heads));
    }

    [Fact]
    public async Task Tiles_follow_while_the_log_grows_and_every_checkpoint_is_one_of_its_prefixes()
    {
        await using var sequencer = TestLedger.Open(ledger.Options() with { CheckpointEvery = TimeSpan.Zero });
        var heads = new List<TreeHead>();
        for (var i = 0; i < 1_000; i++)
        {
            var id = sequencer.Append(Entries.Decided($"/{i}")).Id;
            if (i % 100 == 7)
            {
                Assert.True(await sequencer.WhenSyncedAsync(id, cancellation));
                heads.Add(sequencer.Checkpoint.Verify(sequencer.Key).ValueOrThrow().Head);
                Assert.True(heads[^1].Size.Value <= sequencer.Synced, $"{heads[^1].Size} of {sequencer.Synced}");
            }
        }

        var last = (await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation)).AsMemory();
        heads.Add(SignedCheckpoint.Parse(last.Span).ValueOrThrow().Verify(sequencer.Key).ValueOrThrow().Head);
        var report = await LogAudit.VerifyAsync(sequencer.Tiles, heads, cancellation);
        Assert.Null(report.Fault);
    }

    [Fact]
    public async Task Nothing_is_signed_before_it_is_synced()
    {
        using var synced = new ManualResetEventSlim();
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = ledger.Open(disk);
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided("/0")).Id, cancellation));
        disk.Syncing = path =>
        {
            if (path == ledger.EntriesFile)
            {
                synced.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            }
        };
        var held = sequencer.Append(Entries.Decided("/1")).Id;
        Assert.True(await sequencer.WhenWrittenAsync(held, cancellation));
        Assert.True(sequencer.Checkpoint.Claim.Head.Size.Value <= 1);
        synced.Set();
        disk.Syncing = null;
        Assert.True(await sequencer.WhenSyncedAsync(held, cancellation));
    }

    [Fact]
    public async Task A_log_that_was_shortened_together_with_its_hashes_is_not_opened()
    {
        await ledger.FillAsync(5, isClosed: true);
        var whole = ledger.EntriesOnDisk;
        ledger.EntriesOnDisk = whole[..Offset(whole, 4)];
        ledger.HashesOnDisk = ledger.HashesOnDisk[..(4 * LeafHash.Length)];
        var fault = ledger.Refused();
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Contains("the log ends at position 4: entries were cut off its end", fault.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_rewritten_together_with_its_hashes_is_not_opened()
    {
        await ledger.FillAsync(5, isClosed: true);
        using var other = new TestLedger();
        await other.FillAsync(5, isClosed: true);
        ledger.EntriesOnDisk = other.EntriesOnDisk; // the same acts at other times
        ledger.HashesOnDisk = other.HashesOnDisk;
        var fault = ledger.Refused();
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Contains("was signed over 6 entries", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("checkpoint", "ledger.damaged")]
    [InlineData("key", "ledger.key-missing")]
    public async Task What_a_log_with_entries_lacks_was_taken_away(string name, string code)
    {
        await ledger.FillAsync(1, isClosed: true);
        File.Delete(Path.Combine(ledger.Folder.Root, name));
        Assert.Equal(code, ledger.Refused().Code);
    }

    [Fact]
    public async Task A_checkpoint_of_another_key_or_with_a_flipped_bit_is_not_believed()
    {
        await ledger.FillAsync(1, isClosed: true);
        var own = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation);
        for (var at = 0; at < own.Length; at++)
        {
            var flipped = (byte[])own.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(ledger.Folder.Checkpoint, flipped, cancellation);
            Assert.Equal("ledger.damaged", ledger.Refused().Code);
        }

        using var other = new TestLedger();
        await other.FillAsync(1, isClosed: true);
        File.Copy(other.Folder.Checkpoint, ledger.Folder.Checkpoint, overwrite: true);
        Assert.Equal("ledger.damaged", ledger.Refused().Code);
    }

    [Fact]
    public async Task A_checkpoint_that_changes_under_the_node_stops_it()
    {
        var sequencer = ledger.Open();
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        while (sequencer.Checkpoint.Claim.Head.Size.Value == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
        }

        await File.WriteAllTextAsync(ledger.Folder.Checkpoint, "another node was here\n", cancellation);
        sequencer.Append(Entries.Decided());
        Assert.Equal("ledger.forked", (await sequencer.Failed.WaitAsync(cancellation)).Code);
        Assert.Equal("ledger.forked", sequencer.Append(Entries.Decided()).Fault?.Code);
        await sequencer.DisposeAsync();
        Assert.Equal("another node was here\n", await File.ReadAllTextAsync(ledger.Folder.Checkpoint, cancellation));
    }

    [Fact]
    public async Task The_key_is_the_owners_alone_and_stays_the_same()
    {
        await ledger.FillAsync(1, isClosed: true);
        await using var again = TestLedger.Open(ledger.Options() with { Organisation = "other.example" });
        Assert.True(LedgerKey.TryReadPublic(ledger.Folder, new LocalDisk(), out var key, out _));
        Assert.Equal($"{again.Key}", $"{key}");
        Assert.StartsWith("sallyport.local/ledger/", key.Name.Value, StringComparison.Ordinal);
        foreach (var path in (string[])[ledger.Folder.Key, ledger.Folder.PublicKey, ledger.Folder.Checkpoint])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        var signer = SignerKey.Parse((await File.ReadAllTextAsync(ledger.Folder.Key, cancellation)).TrimEnd('\n'));
        using var secret = signer.ValueOrThrow();
        Assert.Equal($"{key}", $"{secret.Verifier}");
    }

    [Fact]
    public async Task A_log_of_format_0_is_moved_aside_and_the_new_one_names_its_root()
    {
        byte[][] old = [.. Enumerable.Range(0, 3).Select(i =>
            Encoding.ASCII.GetBytes($$"""{"format":0,"epoch":0,"position":{{i}},"crc":"00000000"}"""))];
        Directory.CreateDirectory(ledger.Folder.Segments);
        ledger.EntriesOnDisk = [.. old.SelectMany(entry => (byte[])[0, (byte)entry.Length, .. entry]), 0];
        await File.WriteAllTextAsync(ledger.Folder.Index, "the old index", cancellation);
        var tree = new CompactRange();
        Array.ForEach(old, entry => tree.Append(TreeHash.Leaf(entry)));

        var aside = new LedgerFolder(ledger.Folder.Root + ".format-0");
        try
        {
            LedgerEntry.PeriodBegan? began;
            await using (var sequencer = ledger.Open())
            {
                began = sequencer.Recovery.Began;
                Assert.Equal((3, $"{tree.Head.Root}"), (began?.Entries, began?.Root));
                Assert.Equal(Path.GetFileName(aside.Root), began?.Before);
                Assert.Equal(new EntryId(0, 1), sequencer.Append(Entries.Stopped()).Id);
            }

            Assert.False(File.Exists(ledger.Folder.Index));
            Assert.Equal(old[0], (await File.ReadAllBytesAsync(aside.Entries(0),
                cancellation))[2..(2 + old[0].Length)]);
            var replayed = new List<LedgerEntry>();
            var options = ledger.Options() with { Replay = (_, _, entry) => replayed.Add(entry) };
            await using var again = TestLedger.Open(options);
            Assert.Equal(began, replayed[0]);
            Assert.Null(again.Recovery.Began);
        }
        finally
        {
            Directory.Delete(aside.Root, recursive: true);
        }
    }

    private static int Offset(byte[] entries, int index)
    {
        var at = 0;
        for (; index > 0; index--)
        {
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(entries.AsSpan(at));
        }

        return at;
    }

    private string FileOf(SignedCheckpoint checkpoint) =>
        File.ReadAllBytes(ledger.Folder.Checkpoint).SequenceEqual(checkpoint.ToBytes()) ? ledger.Folder.Checkpoint : "";
}
