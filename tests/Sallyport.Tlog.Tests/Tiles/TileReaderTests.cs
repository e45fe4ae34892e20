using System.Net;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

/// <summary>
/// One log behind each reader: all of them must give the same proofs, and the same faults where there is nothing.
/// </summary>
public sealed class TileReaderTests : IDisposable
{
    private const int Size = 66_100;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlog-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_reads_what_it_wrote()
    {
        var folder = new TileFolder(_folder.FullName, FolderSync.None);
        var head = TestLog.Write(folder, Size);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "tile", "1", "001.p", "2")));
        await SameAsMemoryAsync(folder, head);
    }

    [Fact]
    public async Task Byte_ranges_of_files_and_of_memory_are_tiles_of_any_width()
    {
        var (levels, entries, starts) = await RunsAsync();
        var file = Path.Combine(_folder.FullName, "entries");
        await File.WriteAllBytesAsync(file, entries, Stop);
        using var handle = File.OpenHandle(file);
        var tiles = new ByteRangeTiles(
            [.. levels.Select(level => new MemoryByteRange(level))], new FileByteRange(handle), starts);
        var (_, head) = TestLog.Write(Size);
        await SameAsMemoryAsync(tiles, head);
        // An older and narrower tree is there too, though nobody wrote a partial tile for it.
        var (_, older) = TestLog.Write(1_234);
        Assert.Equal(1_234, (await LogAudit.VerifyAsync(tiles, [older], Stop)).ValueOrThrow().Entries);
        Assert.Equal(FaultKind.Absent, (await tiles.ReadAsync(TilePath.Bundle(258, 53), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.Absent, (await tiles.ReadAsync(TilePath.Hashes(0, long.MaxValue), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.Absent, (await tiles.ReadAsync(TilePath.Hashes(63, 0), Stop)).Fault?.Kind);
    }

    [Fact]
    public async Task Byte_ranges_that_make_no_sense_are_faults()
    {
        var (levels, entries, _) = await RunsAsync();
        var ranges = levels.Select(level => new MemoryByteRange(level)).ToList<IByteRange>();
        foreach (var starts in (long[][])[[-1], [long.MaxValue], [5, 1], [0, long.MaxValue]])
        {
            var tiles = new ByteRangeTiles(ranges, new MemoryByteRange(entries), starts);
            Assert.Equal("tile/entries/000", (await tiles.ReadAsync(TilePath.Bundle(0), Stop)).Fault?.Field);
        }
    }

    [Fact]
    public async Task A_web_server_serves_a_folder_as_it_is()
    {
        var folder = new TileFolder(_folder.FullName);
        var head = TestLog.Write(folder, Size);
        Assert.Null(folder.WriteCheckpoint(TestLog.Sign(head)));
        using var client = new HttpClient(new FolderServer(_folder.FullName));
        var tiles = new HttpTiles(client, new Uri("https://log.example/tevere/"));
        await SameAsMemoryAsync(tiles, head);
        var checkpoint = (await tiles.ReadCheckpointAsync(Stop)).ValueOrThrow();
        Assert.Equal(head, checkpoint.Verify(TestLog.LogKey.Verifier).ValueOrThrow().Head);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, FaultKind.Absent)]
    [InlineData(HttpStatusCode.Gone, FaultKind.Absent)]
    [InlineData(HttpStatusCode.InternalServerError, FaultKind.Unreadable)]
    [InlineData(HttpStatusCode.Redirect, FaultKind.Unreadable)]
    public async Task Every_answer_of_a_web_server_is_a_value(HttpStatusCode status, FaultKind kind)
    {
        using var client = new HttpClient(new FolderServer(_folder.FullName) { Status = status });
        var read = await new HttpTiles(client, new Uri("https://log.example/")).ReadAsync(TilePath.Hashes(0, 0), Stop);
        Assert.Equal((kind, "tile/0/000"), (read.Fault?.Kind, read.Fault?.Field));
    }

    [Fact]
    public async Task A_web_server_that_sends_without_end_or_not_at_all_is_a_fault()
    {
        using var endless = new HttpClient(new FolderServer(_folder.FullName) { Endless = true });
        var read = await new HttpTiles(endless, new Uri("https://log.example/")).ReadAsync(TilePath.Hashes(0, 0), Stop);
        Assert.Equal((FaultKind.OutOfRange, "tile/0/000"), (read.Fault?.Kind, read.Fault?.Field));
        using var dead = new HttpClient(new FolderServer(_folder.FullName) { Dead = true });
        read = await new HttpTiles(dead, new Uri("https://log.example/")).ReadAsync(TilePath.Hashes(0, 0), Stop);
        Assert.Equal(FaultKind.Unreadable, read.Fault?.Kind);
    }

    [Fact]
    public async Task A_folder_never_changes_a_tile_and_reads_none_that_is_too_long()
    {
        var folder = new TileFolder(_folder.FullName, FolderSync.Files);
        var path = TilePath.Hashes(0, 0, 2);
        Assert.Null(folder.Write(path, new byte[64]));
        Assert.Null(folder.Write(path, new byte[64]));
        var other = new byte[64];
        other[0] = 1;
        Assert.Equal(FaultKind.Mismatch, folder.Write(path, other)?.Kind);
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "tile", "0", "000.p", "2"), new byte[65], Stop);
        Assert.Equal(FaultKind.Malformed, (await folder.ReadAsync(path, Stop)).Fault?.Kind);
        Assert.Equal((FaultKind.Absent, "tile/0/001"), Of((await folder.ReadAsync(TilePath.Hashes(0, 1), Stop)).Fault));
        Assert.Equal((FaultKind.Absent, "checkpoint"), Of(folder.ReadCheckpoint().Fault));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_a_fault_that_names_the_tile()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "not a folder");
        var folder = new TileFolder(file);
        Assert.Equal((FaultKind.Unreadable, "tile/0/000"), Of(folder.Write(TilePath.Hashes(0, 0), new byte[8192])));
        var (_, head) = TestLog.Write(1);
        Assert.Equal((FaultKind.Unreadable, "checkpoint"), Of(folder.WriteCheckpoint(TestLog.Sign(head))));
    }

    [Fact]
    public void A_checkpoint_is_replaced_and_read_back()
    {
        var folder = new TileFolder(_folder.FullName, FolderSync.Files);
        foreach (var size in (int[])[1, 2])
        {
            var (_, head) = TestLog.Write(size);
            Assert.Null(folder.WriteCheckpoint(TestLog.Sign(head)));
            Assert.Equal(
                head, folder.ReadCheckpoint().ValueOrThrow().Verify(TestLog.LogKey.Verifier).ValueOrThrow().Head);
        }

        Assert.Equal("checkpoint", Assert.Single(_folder.GetFiles()).Name);
    }

    private static (FaultKind? Kind, string? Field) Of(TlogFault? fault) => (fault?.Kind, fault?.Field);

    private static async Task SameAsMemoryAsync(ITileReader tiles, TreeHead head)
    {
        var expected = await TestLog.OpenAsync(Size);
        Assert.Equal(expected.Head, head);
        var tree = (await TileTree.OpenAsync(tiles, head, Stop)).ValueOrThrow();
        foreach (var index in (int[])[0, 255, 256, 40_000, 65_535, 65_536, Size - 1])
        {
            var proof = (await tree.ProveInclusionAsync(new(index), Stop)).ValueOrThrow();
            Assert.Equal((await expected.ProveInclusionAsync(new(index), Stop)).ValueOrThrow().Hashes, proof.Hashes);
            Assert.Equal(TestLog.Entry(index), (await tree.ReadEntryAsync(new(index), Stop)).ValueOrThrow().ToArray());
        }

        Assert.Equal(Size, (await LogAudit.VerifyAsync(tiles, [head], Stop)).ValueOrThrow().Entries);
        Assert.Equal(FaultKind.Absent, (await tiles.ReadAsync(TilePath.Hashes(0, 300), Stop)).Fault?.Kind);
        Assert.Equal(FaultKind.Absent, (await tiles.ReadAsync(TilePath.Bundle(300), Stop)).Fault?.Kind);
    }

    // The log as a ledger keeps it: hashes of a level end to end, entries end to end.
    private static async Task<(List<byte[]> Levels, byte[] Entries, List<long> Starts)> RunsAsync()
    {
        var (tiles, _) = TestLog.Write(Size);
        var levels = new List<byte[]>();
        var groups = tiles.Paths.Where(path => !path.IsBundle).GroupBy(path => path.Level);
        foreach (var level in groups.OrderBy(group => group.Key))
        {
            levels.Add(await JoinAsync(level));
        }

        var starts = new List<long>();
        var at = 0L;
        foreach (var path in tiles.Paths.Where(path => path.IsBundle).OrderBy(path => path.Index))
        {
            starts.Add(at);
            at += (await tiles.ReadAsync(path, Stop)).ValueOrThrow().Length;
        }

        return (levels, await JoinAsync(tiles.Paths.Where(path => path.IsBundle)), starts);

        async Task<byte[]> JoinAsync(IEnumerable<TilePath> paths)
        {
            using var run = new MemoryStream();
            foreach (var path in paths.OrderBy(path => path.Index))
            {
                await run.WriteAsync((await tiles.ReadAsync(path, Stop)).ValueOrThrow(), Stop);
            }

            return run.ToArray();
        }
    }

    private sealed class FolderServer(string root) : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public bool Endless { get; init; }

        public bool Dead { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Dead)
            {
                throw new HttpRequestException("connection refused");
            }

            if (Endless)
            {
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new ZeroStream()) };
            }

            // Not null: requests here have an address.
            var path = request.RequestUri!.AbsolutePath.Replace("/tevere/", "/", StringComparison.Ordinal);
            var file = root + path;
            var found = Status == HttpStatusCode.OK && File.Exists(file);
            return new HttpResponseMessage(found || Status != HttpStatusCode.OK ? Status : HttpStatusCode.NotFound)
            {
                Content = new ByteArrayContent(found ? await File.ReadAllBytesAsync(file, cancellationToken) : []),
            };
        }
    }

    // Never ends; a reader without a limit of its own would not either.
    private sealed class ZeroStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
