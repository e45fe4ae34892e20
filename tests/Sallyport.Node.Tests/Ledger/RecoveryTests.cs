using System.Buffers.Binary;

namespace Sallyport.Ledger.Tests;

/// <summary>What a crash may leave is cut and said; what it cannot leave stops the start, with the place.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly TestLedger ledger = new();

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task A_torn_last_entry_is_cut_at_every_byte_that_it_can_be_torn_at()
    {
        await ledger.FillAsync(3, isClosed: false);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        var checkpoint = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, TestContext.Current.CancellationToken);
        for (var length = offsets[2] + 1; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(
                ledger.Folder.Checkpoint, checkpoint, TestContext.Current.CancellationToken);
            // The entry was not synced, so it has no leaf hash.
            ledger.EntriesOnDisk = whole[..length];
            ledger.HashesOnDisk = ledger.HashesOnDisk[..(2 * LeafHash.Length)];
            await using (var sequencer = ledger.Open())
            {
                Assert.Equal(
                    new Recovery(
                        2, new EntryId(0, 1), length - offsets[2], CleanStop: false, Epoch: 1, HashesRestored: 0),
                    sequencer.Recovery);
            }

            // Where the torn one began stands what the start has found.
            var after = ledger.EntriesOnDisk;
            Assert.Equal(whole[..offsets[2]], after[..offsets[2]]);
            Assert.True(EntryBytes.TryRead(after.AsSpan(offsets[2] + EntryStream.LengthBytes), out var next, out _));
            Assert.IsType<LedgerEntry.UnsignedFound>(next.Entry);
        }
    }

    [Fact]
    public async Task An_entry_that_was_synced_cannot_be_torn_wherever_the_file_is_cut()
    {
        await ledger.FillAsync(3, isClosed: true);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        for (var length = 0; length < whole.Length; length++)
        {
            ledger.EntriesOnDisk = whole[..length];
            var position = offsets.FindLastIndex(offset => offset <= length);
            AssertDamage(ledger.Refused(), offsets[position], position);
            Assert.Equal(length, new FileInfo(ledger.EntriesFile).Length);
        }
    }

    [Fact]
    public async Task Every_flip_of_a_byte_in_a_closed_log_is_found_where_it_is()
    {
        await ledger.FillAsync(3, isClosed: true);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        for (var at = 0; at < whole.Length; at++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            ledger.EntriesOnDisk = flipped;
            var position = offsets.FindLastIndex(offset => offset <= at);
            Assert.False(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out _, out var fault),
                $"byte {at}");
            AssertDamage(fault, offsets[position], position);
            Assert.Equal(fault, ledger.Refused());
        }
    }

    [Fact]
    public async Task Every_flip_of_a_byte_in_the_leaf_hashes_is_found_where_it_is()
    {
        await ledger.FillAsync(3, isClosed: true);
        var offsets = Offsets(ledger.EntriesOnDisk);
        var hashes = ledger.HashesOnDisk;
        for (var at = 0; at < hashes.Length; at++)
        {
            var flipped = (byte[])hashes.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            ledger.HashesOnDisk = flipped;
            AssertDamage(ledger.Refused(), offsets[at / LeafHash.Length], at / LeafHash.Length);
        }
    }

    [Fact]
    public async Task A_flip_before_an_unsynced_entry_is_damage_because_a_whole_entry_follows()
    {
        await ledger.FillAsync(3, isClosed: false);
        File.Delete(ledger.HashesFile);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        for (var at = 0; at < offsets[2]; at++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= 0x20;
            ledger.EntriesOnDisk = flipped;
            var position = offsets.FindLastIndex(offset => offset <= at);
            AssertDamage(ledger.Refused(), offsets[position], position);
        }
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("half-entries")]
    [InlineData("noise")]
    public async Task Several_broken_entries_at_the_end_are_cut_together(string remains)
    {
        await ledger.FillAsync(5, isClosed: false);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        byte[] tail = remains switch
        {
            "zeros" => new byte[200_000],
            "half-entries" => [.. whole[offsets[2]..(offsets[3] - 20)], .. whole[offsets[3]..(offsets[4] - 20)]],
            _ => Noise(300_000),
        };
        ledger.EntriesOnDisk = [.. whole[..offsets[2]], .. tail];
        ledger.HashesOnDisk = ledger.HashesOnDisk[..LeafHash.Length];
        await using var sequencer = ledger.Open();
        Assert.Equal(new Recovery(2, new EntryId(0, 1), tail.Length, CleanStop: false, Epoch: 1, HashesRestored: 1), sequencer.Recovery);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(262_130)]
    [InlineData(500_000)]
    public async Task A_whole_entry_after_the_broken_ones_is_found_however_far_away(int distance)
    {
        await ledger.FillAsync(3, isClosed: false);
        File.Delete(ledger.HashesFile);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        ledger.EntriesOnDisk = [.. whole[..(offsets[1] + 9)], .. Noise(distance), .. whole[offsets[2]..]];
        AssertDamage(ledger.Refused(), offsets[1], 1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(31, 0)]
    [InlineData(33, 0)]
    [InlineData(64, 0)]
    [InlineData(64, 1)]
    [InlineData(32, 90)]
    [InlineData(0, 100_000)]
    public async Task Leaf_hashes_that_are_torn_or_missing_are_made_anew(int length, int zeros)
    {
        await ledger.FillAsync(3, isClosed: true);
        var hashes = ledger.HashesOnDisk;
        ledger.HashesOnDisk = [.. hashes[..length], .. new byte[zeros]];
        await using (var sequencer = ledger.Open())
        {
            Assert.Equal(4 - (length / LeafHash.Length), sequencer.Recovery.HashesRestored);
        }

        Assert.Equal(hashes, ledger.HashesOnDisk);
    }

    [Fact]
    public async Task A_sector_of_leaf_hashes_that_was_never_written_is_made_anew()
    {
        await ledger.FillAsync(40, isClosed: true);
        var hashes = ledger.HashesOnDisk;
        ledger.HashesOnDisk = [.. new byte[512], .. hashes[512..]];
        await using (var sequencer = ledger.Open())
        {
            Assert.Equal(512 / LeafHash.Length, sequencer.Recovery.HashesRestored);
        }

        Assert.Equal(hashes, ledger.HashesOnDisk);
    }

    [Theory]
    [InlineData("swapped", 1)]
    [InlineData("doubled", 2)]
    [InlineData("dropped", 1)]
    public async Task Entries_that_are_whole_but_not_in_their_place_are_damage(string edit, int position)
    {
        await ledger.FillAsync(4, isClosed: false);
        File.Delete(ledger.HashesFile);
        var whole = ledger.EntriesOnDisk;
        var offsets = Offsets(whole);
        var entries = offsets.Select((offset, i) => whole[offset..(i + 1 < offsets.Count ? offsets[i + 1] : whole.Length)]).ToList();
        int[] order = edit switch { "swapped" => [0, 2, 1, 3], "doubled" => [0, 1, 1, 2, 3], _ => [0, 2, 3] };
        ledger.EntriesOnDisk = [.. order.SelectMany(i => entries[i])];
        AssertDamage(ledger.Refused(), order.Take(position).Sum(i => entries[i].Length), position);
    }

    [Fact]
    public async Task An_entry_that_was_edited_with_its_CRC_is_found_by_its_leaf_hash()
    {
        await ledger.FillAsync(2, isClosed: true);
        var whole = ledger.EntriesOnDisk;
        var end = Offsets(whole)[1];
        var target = whole.AsSpan().IndexOf("/0\""u8);
        whole[target + 1] = (byte)'9';
        var body = whole.AsSpan(2, end - 2 - EntryBytes.SealLength);
        Crc32C.Of(body).TryFormat(whole.AsSpan(end - 10, 8), out _, "x8");
        ledger.EntriesOnDisk = whole;
        var fault = ledger.Refused();
        AssertDamage(fault, 0, 0);
        Assert.Contains("leaf hash", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LedgerFolder.SegmentEntries)]
    public async Task A_segment_that_is_missing_is_damage_at_its_first_position(long start)
    {
        await ledger.FillAsync(LedgerFolder.SegmentEntries + 2, isClosed: true);
        File.Delete(ledger.Folder.Entries(start));
        var fault = ledger.Refused();
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Contains($"{ledger.Folder.Entries(start)}, byte 0, position {start}:", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a segment")]
    [InlineData("\0\0")]
    public async Task A_first_segment_without_a_whole_entry_is_an_empty_log(string text)
    {
        await ledger.FillAsync(0, isClosed: false);
        await File.WriteAllTextAsync(ledger.EntriesFile, text, TestContext.Current.CancellationToken);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        Assert.Equal((0, text.Length), (log.Entries, log.TornBytes));
    }

    [Fact]
    public async Task A_log_is_verified_without_being_changed()
    {
        await ledger.FillAsync(3, isClosed: false);
        var whole = ledger.EntriesOnDisk;
        ledger.EntriesOnDisk = [.. whole, 1, 2, 3];
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        Assert.Equal((3, 3), (log.Entries, log.TornBytes));
        Assert.Equal(whole.Length + 3, new FileInfo(ledger.EntriesFile).Length);
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(42).NextBytes(noise);
        return noise;
    }

    private static List<int> Offsets(byte[] entries)
    {
        var offsets = new List<int>();
        for (var at = 0; at < entries.Length; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(entries.AsSpan(at)))
        {
            offsets.Add(at);
        }

        return offsets;
    }

    private void AssertDamage(Fault fault, long offset, long position)
    {
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Contains($"{ledger.EntriesFile}, byte {offset}, position {position}:", fault.Detail, StringComparison.Ordinal);
    }
}
