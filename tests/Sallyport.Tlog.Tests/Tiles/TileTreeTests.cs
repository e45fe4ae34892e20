using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

public sealed class TileTreeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(300)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(1000)]
    public async Task Proofs_from_tiles_are_those_of_the_definition(int size)
    {
        var naive = new NaiveTree(TestLog.Entries(size));
        var tree = await TestLog.OpenAsync(size);
        Assert.Equal(naive.Root(size), tree.Head.Root);
        for (var i = 0; i < size; i += 1 + (size / 90))
        {
            var inclusion = (await tree.ProveInclusionAsync(new(i), Stop)).ValueOrThrow();
            Assert.Equal(naive.Path(i, size), inclusion.Hashes);
            var consistency = (await tree.ProveConsistencyAsync(new(i + 1), Stop)).ValueOrThrow();
            Assert.Equal(naive.Proof(0, i + 1, size), consistency.Hashes);
            Assert.Equal(
                new TreeHead(new(i + 1), naive.Root(i + 1)), (await tree.HeadAtAsync(new(i + 1), Stop)).ValueOrThrow());
            Assert.Equal(TestLog.Entry(i), (await tree.ReadEntryAsync(new(i), Stop)).ValueOrThrow().ToArray());
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Proofs_between_any_two_sizes_of_a_larger_tree_verify(int seed)
    {
        var random = new Random(seed);
        var size = random.Next(66_000, 70_000); // three levels of tiles
        var naive = new NaiveTree(TestLog.Entries(size));
        var tree = await TestLog.OpenAsync(size);
        Assert.Equal(naive.Root(size), tree.Head.Root);
        for (var step = 0; step < 60; step++)
        {
            var to = random.Next(1, size + 1);
            var (from, index) = (random.Next(1, to + 1), random.Next(to));
            var inclusion = (await tree.ProveInclusionAsync(new(index), new(to), Stop)).ValueOrThrow();
            Assert.True(
                inclusion.Verify(TreeHash.Leaf(TestLog.Entry(index)), naive.Root(to), out var fault),
                $"seed {seed}, step {step}: entry {index} of {to}: {fault}");
            var consistency = (await tree.ProveConsistencyAsync(new(from), new(to), Stop)).ValueOrThrow();
            Assert.True(
                consistency.Verify(
                    naive.Root(from), naive.Root(to), out fault), $"seed {seed}, step {step}: {from} to {to}: {fault}");
            var span = 1 << random.Next(1, 17);
            var start = random.Next(size / span) * span;
            var subtree = Subtree.Create(start, random.Next(start + (span / 2) + 1, start + span + 1)).ValueOrThrow();
            var part = (await tree.ProveSubtreeAsync(subtree, Stop)).ValueOrThrow();
            var hash = (await tree.HashOfAsync(subtree, Stop)).ValueOrThrow();
            Assert.Equal(naive.Of((int)subtree.Start, (int)subtree.End), hash);
            Assert.True(part.Verify(hash, tree.Head.Root, out fault), $"seed {seed}, step {step}: {subtree}: {fault}");
        }
    }

    public static TheoryData<int> Seeds() => [1, 2, 3];

    [Fact]
    public async Task An_empty_log_has_the_empty_root_and_no_other()
    {
        var tiles = new MemoryTiles();
        Assert.True((await TileTree.OpenAsync(tiles, TreeHead.Empty, Stop)).TryGet(out var tree, out _));
        Assert.Equal("index", (await tree.ProveInclusionAsync(new(0), Stop)).Fault?.Field);
        Assert.Empty((await tree.ProveConsistencyAsync(new(0), Stop)).ValueOrThrow().Hashes);
        var wrong = await TileTree.OpenAsync(tiles, new TreeHead(new(0), TreeHash.Leaf([])), Stop);
        Assert.Equal("root", wrong.Fault?.Field);
    }

    [Fact]
    public async Task What_is_outside_of_the_tree_is_a_fault()
    {
        var tree = await TestLog.OpenAsync(10);
        Assert.Equal(FaultKind.OutOfRange, (await tree.ProveInclusionAsync(new(10), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.ProveInclusionAsync(new(0), new(11), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.ProveConsistencyAsync(new(11), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.ProveConsistencyAsync(new(3), new(2), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.HeadAtAsync(new(11), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.ReadEntryAsync(new(10), Stop)).Fault?.Kind);
        var outside = Subtree.Create(8, 11).ValueOrThrow();
        Assert.Equal(FaultKind.OutOfRange, (await tree.ProveSubtreeAsync(outside, Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.OutOfRange, (await tree.HashOfAsync(outside, Stop)).Fault?.Kind);
    }

    [Fact]
    public async Task A_wrong_tile_is_named_and_no_proof_is_made_from_it()
    {
        var (tiles, head) = TestLog.Write(70_000);
        foreach (var path in (TilePath[])[TilePath.Hashes(0, 17), TilePath.Hashes(0, 272), TilePath.Hashes(1, 0)])
        {
            var tree = (await TileTree.OpenAsync(new AlteringReader(tiles, path), head, Stop)).ValueOrThrow();
            var index = path.Index << (8 * (path.Level + 1));
            var proof = await tree.ProveInclusionAsync(new(index), Stop);
            Assert.Equal((FaultKind.Mismatch, $"{path}"), (proof.Fault?.Kind, proof.Fault?.Field));
        }

        // A partial tile is at the edge: it shows when the tree is opened, and there the root is all that is known.
        foreach (var path in tiles.Paths.Where(path => path.IsPartial && !path.IsBundle))
        {
            var opened = await TileTree.OpenAsync(new AlteringReader(tiles, path), head, Stop);
            Assert.Equal((FaultKind.Mismatch, "root"), (opened.Fault?.Kind, opened.Fault?.Field));
        }
    }

    [Fact]
    public async Task A_wrong_entry_is_named()
    {
        var (tiles, head) = TestLog.Write(300);
        var path = TilePath.Bundle(0);
        var tree = (await TileTree.OpenAsync(new AlteringReader(tiles, path), head, Stop)).ValueOrThrow();
        var entry = await tree.ReadEntryAsync(new(0), Stop);
        Assert.Equal((FaultKind.Mismatch, "tile/entries/000[0]"), (entry.Fault?.Kind, entry.Fault?.Field));
        Assert.Equal(TestLog.Entry(1), (await tree.ReadEntryAsync(new(1), Stop)).ValueOrThrow().ToArray());
    }

    [Fact]
    public async Task A_partial_tile_that_is_gone_is_taken_from_the_full_one()
    {
        var (small, head) = TestLog.Write(200);
        var (large, _) = TestLog.Write(256);
        Assert.Equal(FaultKind.Absent, (await large.ReadAsync(TilePath.Hashes(0, 0, 200), Stop)).Fault?.Kind);
        var tree = (await TileTree.OpenAsync(large, head, Stop)).ValueOrThrow();
        var same = (await TileTree.OpenAsync(small, head, Stop)).ValueOrThrow();
        Assert.Equal(
            (await same.ProveInclusionAsync(new(77), Stop)).ValueOrThrow().Hashes,
            (await tree.ProveInclusionAsync(new(77), Stop)).ValueOrThrow().Hashes);
        Assert.Equal(TestLog.Entry(199), (await tree.ReadEntryAsync(new(199), Stop)).ValueOrThrow().ToArray());
        Assert.Equal(1, (await LogAudit.VerifyAsync(large, [head], Stop)).ValueOrThrow().Heads);
    }

    [Fact]
    public async Task A_size_of_nearly_2_to_the_63_asks_for_few_tiles_and_ends_in_a_fault()
    {
        var reader = new CountingReader();
        var opened = await TileTree.OpenAsync(reader, new TreeHead(new(long.MaxValue), TreeHash.EmptyRoot), Stop);
        Assert.Equal((FaultKind.Mismatch, "root"), (opened.Fault?.Kind, opened.Fault?.Field));
        Assert.Equal(8, reader.Reads);
    }

    // One byte of one tile is not what the log wrote.
    private sealed class AlteringReader(ITileReader inner, TilePath altered) : ITileReader
    {
        public async ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
        {
            var result = await inner.ReadAsync(path, cancellation);
            if (path != altered || !result.TryGet(out var bytes, out _))
            {
                return result;
            }

            var copy = bytes.ToArray();
            copy[3] ^= 1; // the second byte of the first entry, or one of the first hash
            return (ReadOnlyMemory<byte>)copy;
        }
    }

    private sealed class CountingReader : ITileReader
    {
        public int Reads { get; private set; }

        public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
        {
            Reads++;
            return ValueTask.FromResult((Result<ReadOnlyMemory<byte>>)(ReadOnlyMemory<byte>)new byte[path.BytesMax]);
        }
    }
}
