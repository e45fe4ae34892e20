using System.Buffers;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

public sealed class ByteRangeTests
{
    [Fact]
    public void Joined_ranges_read_as_one_from_everywhere_to_everywhere()
    {
        var whole = Enumerable.Range(0, 20).Select(i => (byte)i).ToArray();
        var joined = Joined(whole, 0, 1, 1, 7, 8, 20); // two of them are empty
        Assert.True(joined.TryGetLength(out var length, out _));
        Assert.Equal(20, length);
        for (var offset = -1; offset <= 21; offset++)
        {
            for (var count = 1; count <= 22; count++)
            {
                var read = new byte[count];
                var fault = joined.Read(offset, read);
                var isInside = offset >= 0 && offset + count <= 20;
                Assert.Equal(isInside ? null : FaultKind.Absent, fault?.Kind);
                Assert.True(!isInside || read.AsSpan().SequenceEqual(whole.AsSpan(offset, count)), $"{offset}+{count}");
            }
        }
    }

    [Fact]
    public void Nothing_joined_is_empty_and_parts_out_of_order_are_a_bug()
    {
        var none = new JoinedByteRange([]);
        Assert.True(none.TryGetLength(out var length, out _));
        Assert.Equal(0, length);
        Assert.Equal(FaultKind.Absent, none.Read(0, new byte[1])?.Kind);
        var part = new MemoryByteRange(new byte[4]);
        Assert.Throws<ArgumentException>(() => new JoinedByteRange([new RangePart(1, part)]));
        Assert.Throws<ArgumentException>(
            () => new JoinedByteRange([new RangePart(0, part), new RangePart(4, part), new RangePart(3, part)]));
    }

    [Fact]
    public void A_part_that_is_shorter_than_its_place_is_a_fault_and_no_shifted_bytes()
    {
        var joined = new JoinedByteRange(
            [new RangePart(0, new MemoryByteRange(new byte[3])), new RangePart(4, new MemoryByteRange(new byte[4]))]);
        Assert.Equal(FaultKind.Absent, joined.Read(2, new byte[3])?.Kind);
        Assert.Null(joined.Read(4, new byte[4]));
    }

    [Fact]
    public void A_run_gives_its_entries_back_and_stops_at_the_torn_one()
    {
        var run = new ArrayBufferWriter<byte>();
        byte[][] entries = [[], [1], new byte[300], new byte[EntryBundle.EntryBytesMax]];
        foreach (var entry in entries)
        {
            EntryBundle.Append(run, entry);
        }

        for (var cut = 0; cut <= 3; cut++)
        {
            var rest = run.WrittenSpan[..^cut];
            var taken = 0;
            while (EntryBundle.TryTake(ref rest, out var entry))
            {
                Assert.True(entry.SequenceEqual(entries[taken++]));
            }

            Assert.Equal(cut == 0 ? 4 : 3, taken);
            Assert.Equal(cut == 0 ? 0 : 2 + EntryBundle.EntryBytesMax - cut, rest.Length);
        }

        var before = run.WrittenCount;
        Assert.Throws<ArgumentOutOfRangeException>(
            () => EntryBundle.Append(run, new byte[EntryBundle.EntryBytesMax + 1]));
        Assert.Equal(before, run.WrittenCount);
    }

    private static JoinedByteRange Joined(byte[] whole, params int[] cuts) => new(cuts.Zip(cuts.Skip(1), (start, end) =>
        new RangePart(start, new MemoryByteRange(whole.AsMemory(start, end - start)))));
}
