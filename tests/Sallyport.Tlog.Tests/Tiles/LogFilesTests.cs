using System.Security.Cryptography;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

/// <summary>A log of files as a ledger has it: what it takes to write one, read it, prove from it and go on.</summary>
public sealed class LogFilesTests : IDisposable
{
    private const int Size = 100_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlog-files-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_log_of_100000_entries_in_files_verifies_whole_and_by_proofs_between_random_sizes()
    {
        using var log = new RunLog(_folder.FullName);
        var heads = new List<TreeHead> { log.Head };
        var random = new Random(5);
        for (var i = 0; i < Size; i++)
        {
            log.Append(Entry(i));
            if (random.Next(2_000) == 0 || i == Size - 1)
            {
                log.Write();
                heads.Add(log.Head);
            }
        }

        Assert.Equal(4, _folder.GetFiles("*.entries").Length);
        var tiles = log.Tiles;
        var report = (await LogAudit.VerifyAsync(tiles, heads, Stop)).ValueOrThrow();
        Assert.Equal((Size, heads.Count), (report.Entries, report.Heads));
        var tree = (await TileTree.OpenAsync(tiles, log.Head, Stop)).ValueOrThrow();
        var proofs = 0;
        for (; proofs < 1_000; proofs++)
        {
            var to = new TreeSize(random.Next(1, Size + 1));
            var index = new LeafIndex(random.NextInt64(to.Value));
            var head = (await tree.HeadAtAsync(to, Stop)).ValueOrThrow();
            var inclusion = (await tree.ProveInclusionAsync(index, to, Stop)).ValueOrThrow();
            Assert.True(inclusion.Verify(TreeHash.Leaf(Entry((int)index.Value)), head.Root, out var fault), $"{fault}");
            Assert.False(inclusion.Verify(TreeHash.Leaf(Entry((int)index.Value + 1)), head.Root, out _));
        }

        // Between the heads that were taken while the log grew: what the tree says of the past is what it was.
        var steps = 0;
        for (; steps < 1_000; steps++)
        {
            var (a, b) = (heads[random.Next(1, heads.Count)], heads[random.Next(1, heads.Count)]);
            var (from, to) = a.Size <= b.Size ? (a, b) : (b, a);
            var consistency = (await tree.ProveConsistencyAsync(from.Size, to.Size, Stop)).ValueOrThrow();
            Assert.True(consistency.Verify(from.Root, to.Root, out var fault), $"{from} to {to}: {fault}");
            Assert.False(consistency.Verify(TreeHash.Node(from.Root, from.Root), to.Root, out _));
        }

        Console.WriteLine(
            $"COUNT log of files: {report.Entries} entries, {report.Tiles} tiles, {report.Heads} heads, "
            + $"{proofs} inclusion and {steps} consistency proofs");
    }

    // Where the head lies in its bundle, tile and segment, and how much of the tail the crash left.
    [Theory]
    [InlineData(0, 700)]
    [InlineData(1, 700)]
    [InlineData(255, 300)]
    [InlineData(256, 300)]
    [InlineData(25_600, 26_000)]
    [InlineData(25_599, 51_300)]
    [InlineData(65_536, 65_536)]
    [InlineData(66_000, 66_300)]
    public async Task A_log_of_files_goes_on_from_its_signed_head_and_the_whole_entries_behind_it(
        int signedSize, int written)
    {
        const int More = 400;
        using var log = new RunLog(_folder.FullName);
        var head = log.Head;
        for (var i = 0; i < written; i++)
        {
            head = i == signedSize ? log.Head : head;
            log.Append(Entry(i));
        }

        log.Write();
        head = signedSize == written ? log.Head : head;
        if (written > signedSize)
        {
            Tear();
        }

        using var reopened = await log.ReopenAsync(head, Stop);
        var kept = (int)reopened.Head.Size.Value;
        Assert.Equal(written > signedSize ? written - 1 : written, kept);
        for (var i = kept; i < written + More; i++)
        {
            reopened.Append(Entry(i));
        }

        reopened.Write();
        var never = new CompactRange();
        for (var i = 0; i < written + More; i++)
        {
            never.Append(TreeHash.Leaf(Entry(i)));
        }

        Assert.Equal(never.Head, reopened.Head);
        var report = await LogAudit.VerifyAsync(reopened.Tiles, [head, never.Head], Stop);
        Assert.Equal(written + More, report.ValueOrThrow().Entries);
    }

    [Fact]
    public void A_million_entries_leave_memory_as_flat_as_the_first_ten_thousand()
    {
        var sink = new CountingSink();
        var writer = new TileWriter(sink);
        Grow(10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Grow(1_000_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(writer.TryFlush(out var head, out _));
        Assert.Equal(1_000_000, head.Size.Value);
        // 3,906 full bundles and tiles of level 0, 15 of level 1; partial: one bundle and a tile of each of 3 levels.
        Assert.Equal((3_906 + 3_906 + 15) + (1 + 3), sink.Writes);
        // What was not allocated cannot be held: the name of each tile is all that it takes.
        Assert.True(allocated < 1_000_000, $"{allocated} bytes were allocated for 990,000 entries: over one for each.");
        Console.WriteLine($"COUNT memory of 990,000 appends: {allocated} bytes allocated");

        void Grow(int size)
        {
            Span<byte> entry = stackalloc byte[200];
            while (writer.Size.Value < size)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(entry, writer.Size.Value);
                Assert.True(writer.TryAppend(entry, out _, out _));
            }
        }
    }

    // Lengths differ from entry to entry, some are empty, a few are long.
    private static byte[] Entry(int index)
    {
        var entry = new byte[index % 997 == 0 ? 5_000 : index % 61];
        SHA256.HashData(BitConverter.GetBytes(index)).AsSpan(0, Math.Min(32, entry.Length)).CopyTo(entry);
        return entry;
    }

    // The crash: the last byte of the last entry never reached the disk.
    private void Tear()
    {
        var last = _folder.GetFiles("*.entries").OrderBy(file => file.Name, StringComparer.Ordinal).Last();
        using var handle = File.OpenHandle(last.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(handle, last.Length - 1);
    }

    private sealed class CountingSink : ITileSink
    {
        public int Writes { get; private set; }

        public TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes)
        {
            Writes++;
            return null;
        }
    }
}
