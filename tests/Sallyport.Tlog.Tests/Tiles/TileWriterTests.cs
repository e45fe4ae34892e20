using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

public sealed class TileWriterTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_tree_of_70000_has_the_tiles_that_the_specification_counts()
    {
        // tlog-tiles, "Partial Tiles", counts them: full and partial, level by level.
        var (tiles, head) = TestLog.Write(70_000);
        Assert.Equal(70_000, head.Size.Value);
        var hashes = tiles.Paths.Where(path => !path.IsBundle).ToList();
        Assert.Equal(273, hashes.Count(path => path.Level == 0 && !path.IsPartial));
        Assert.Equal(1, hashes.Count(path => path.Level == 1 && !path.IsPartial));
        Assert.Equal("tile/0/273.p/112 tile/1/001.p/17 tile/2/000.p/1", Sorted(hashes.Where(path => path.IsPartial)));
        Assert.Equal(274, tiles.Paths.Count(path => path.IsBundle));
    }

    [Fact]
    public void A_tree_of_256_has_a_full_tile_and_above_it_one_of_width_1()
    {
        var (tiles, _) = TestLog.Write(256);
        Assert.Equal("tile/0/000 tile/1/000.p/1 tile/entries/000", Sorted(tiles.Paths));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(65_536)]
    [InlineData(65_800)]
    public async Task A_writer_that_resumes_writes_what_one_that_never_stopped_does(int size)
    {
        var (resumed, head) = TestLog.Write(size);
        var writer = (await TileWriter.ResumeAsync(resumed, resumed, head, Stop)).ValueOrThrow();
        for (var i = size; i < size + 600; i++)
        {
            Assert.True(writer.TryAppend(TestLog.Entry(i), out var index, out _));
            Assert.Equal(i, index.Value);
        }

        Assert.True(writer.TryFlush(out var later, out _));
        var (whole, expected) = TestLog.Write(size + 600);
        Assert.Equal(expected, later);
        foreach (var path in whole.Paths)
        {
            var bytes = (await resumed.ReadAsync(path, Stop)).ValueOrThrow();
            Assert.Equal((await whole.ReadAsync(path, Stop)).ValueOrThrow().ToArray(), bytes.ToArray());
        }
    }

    [Fact]
    public async Task A_writer_does_not_resume_on_a_bundle_that_is_not_the_logs()
    {
        var (tiles, head) = TestLog.Write(3);
        var other = new MemoryTiles();
        var path = TilePath.Hashes(0, 0, 3);
        Assert.Null(other.Write(path, (await tiles.ReadAsync(path, Stop)).ValueOrThrow().Span));
        Assert.Null(other.Write(TilePath.Bundle(0, 3), [0, 1, 1, 0, 1, 2, 0, 1, 3]));
        var resumed = await TileWriter.ResumeAsync(other, other, head, Stop);
        Assert.Equal((FaultKind.Mismatch, "tile/entries/000.p/3[0]"), (resumed.Fault?.Kind, resumed.Fault?.Field));
        var wrongRoot = await TileWriter.ResumeAsync(tiles, tiles, head with { Root = TreeHash.EmptyRoot }, Stop);
        Assert.Equal("root", wrongRoot.Fault?.Field);
    }

    [Fact]
    public void Flushing_at_every_size_gives_every_head_and_never_changes_a_tile()
    {
        var naive = new NaiveTree(TestLog.Entries(600));
        var writer = new TileWriter(new MemoryTiles()); // refuses other bytes under the same path
        for (var size = 0; size <= 600; size++)
        {
            Assert.True(writer.TryFlush(out var head, out var fault), $"{fault}");
            Assert.Equal(new TreeHead(new(size), naive.Root(size)), head);
            Assert.True(size == 600 || writer.TryAppend(TestLog.Entry(size), out _, out fault), $"{fault}");
        }
    }

    [Fact]
    public async Task An_entry_may_have_65535_bytes_and_not_one_more()
    {
        var tiles = new MemoryTiles();
        var writer = new TileWriter(tiles);
        var largest = new byte[65_535];
        largest[^1] = 7;
        Assert.False(writer.TryAppend(new byte[65_536], out _, out var fault));
        Assert.Equal((FaultKind.OutOfRange, "entry"), (fault.Kind, fault.Field));
        Assert.True(writer.TryAppend(largest, out var index, out _));
        Assert.True(writer.TryAppend([], out _, out _));
        Assert.True(writer.TryFlush(out var head, out _));
        Assert.Equal((0, 2), (index.Value, head.Size.Value));
        var tree = (await TileTree.OpenAsync(tiles, head, Stop)).ValueOrThrow();
        Assert.Equal(largest, (await tree.ReadEntryAsync(new(0), Stop)).ValueOrThrow().ToArray());
        Assert.Empty((await tree.ReadEntryAsync(new(1), Stop)).ValueOrThrow().ToArray());
    }

    [Fact]
    public void After_a_failed_write_the_writer_says_so_for_ever()
    {
        var sink = new FailingSink();
        var writer = new TileWriter(sink);
        for (var i = 0; i < 255; i++)
        {
            Assert.True(writer.TryAppend([1], out _, out _));
        }

        sink.Fails = true;
        Assert.False(writer.TryAppend([1], out _, out var fault));
        sink.Fails = false;
        Assert.False(writer.TryAppend([1], out _, out var later));
        Assert.False(writer.TryFlush(out var head, out var last));
        Assert.Same(fault, later);
        Assert.Same(fault, last);
        Assert.Null(head);
    }

    private static string Sorted(IEnumerable<TilePath> paths) =>
        string.Join(' ', paths.Select(path => $"{path}").Order(StringComparer.Ordinal));

    private sealed class FailingSink : ITileSink
    {
        public bool Fails { get; set; }

        public TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes) =>
            Fails ? new TlogFault(FaultKind.Unreadable, $"{path}", "The disk is full.") : null;
    }
}
