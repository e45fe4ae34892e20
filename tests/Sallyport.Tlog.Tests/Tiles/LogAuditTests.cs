using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

public sealed class LogAuditTests
{
    // Published by transparency-dev/tessera with its test data.
    private const string TesseraKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_golden_log_of_Tessera_verifies_and_its_checkpoints_are_consistent_pairwise()
    {
        var (tiles, checkpoints) = Tessera();
        var heads = checkpoints.ConvertAll(checkpoint => checkpoint.Head);
        var report = (await LogAudit.VerifyAsync(tiles, heads, Stop)).ValueOrThrow();
        var newest = heads.MaxBy(head => head.Size) ?? TreeHead.Empty;
        Assert.Equal(newest.Size.Value, report.Entries);
        Assert.Equal(checkpoints.Count, report.Heads);
        var tree = (await TileTree.OpenAsync(tiles, newest, Stop)).ValueOrThrow();
        var pairs = 0;
        foreach (var older in heads.Where(head => head.Size.Value > 0))
        {
            foreach (var newer in heads.Where(head => head.Size >= older.Size))
            {
                var proof = (await tree.ProveConsistencyAsync(older.Size, newer.Size, Stop)).ValueOrThrow();
                Assert.True(
                    proof.Verify(older.Root, newer.Root, out var fault), $"{older.Size} to {newer.Size}: {fault}");
                pairs++;
            }
        }

        var found = $"{report.Entries} entries, {report.Heads} checkpoints, {pairs} consistent pairs";
        Console.WriteLine($"COUNT golden log of Tessera: {found}");
    }

    [Fact]
    public async Task Every_single_byte_of_a_log_counts()
    {
        const int Size = 259; // a full tile, partial ones on two levels, and little enough to flip every byte
        var (tiles, head) = TestLog.Write(Size);
        var count = 0;
        foreach (var path in tiles.Paths)
        {
            var bytes = (await tiles.ReadAsync(path, Stop)).ValueOrThrow().ToArray();
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= (byte)(1 << (i % 8));
                var audit = await LogAudit.VerifyAsync(new Replaced(tiles, path, bytes), [head], Stop);
                Assert.True(audit.Fault is not null, $"Byte {i} of {path} can be altered unseen.");
                bytes[i] ^= (byte)(1 << (i % 8));
                count++;
            }
        }

        Console.WriteLine($"COUNT single-byte alterations of a log of {Size}: {count} of {count} found");
    }

    [Fact]
    public async Task The_first_fault_is_named_by_its_exact_place()
    {
        var (tiles, head) = TestLog.Write(70_000);
        var bundle = (await tiles.ReadAsync(TilePath.Bundle(100), Stop)).ValueOrThrow().ToArray();
        bundle[^1] ^= 1; // the last byte of the last of 256 entries
        Assert.Equal("entry[25855]", await FirstFaultAsync(TilePath.Bundle(100), bundle));
        var tile = (await tiles.ReadAsync(TilePath.Hashes(1, 0), Stop)).ValueOrThrow().ToArray();
        tile[32 * 9] ^= 1;
        Assert.Equal("tile/1/000[9]", await FirstFaultAsync(TilePath.Hashes(1, 0), tile));
        var edge = (await tiles.ReadAsync(TilePath.Hashes(1, 1, 17), Stop)).ValueOrThrow().ToArray();
        edge[32 * 16] ^= 1;
        Assert.Equal("tile/1/001.p/17[16]", await FirstFaultAsync(TilePath.Hashes(1, 1, 17), edge));

        async Task<string?> FirstFaultAsync(TilePath path, byte[] bytes) =>
            (await LogAudit.VerifyAsync(new Replaced(tiles, path, bytes), [head], Stop)).Fault?.Field;
    }

    [Fact]
    public async Task A_fork_a_rewrite_and_a_cut_tail_are_found()
    {
        var (tiles, head) = TestLog.Write(1_000);
        var (_, older) = TestLog.Write(500);
        var forked = older with { Root = TreeHash.Leaf([1]) };
        Assert.Equal("head[500].root", (await LogAudit.VerifyAsync(tiles, [head, forked], Stop)).Fault?.Field);
        Assert.Equal("head[500].root", (await LogAudit.VerifyAsync(tiles, [older, forked, head], Stop)).Fault?.Field);
        Assert.Equal(3, (await LogAudit.VerifyAsync(tiles, [older, head, TreeHead.Empty], Stop)).ValueOrThrow().Heads);
        Assert.Equal(
            "head[0].root", (await LogAudit.VerifyAsync(tiles, [head, new(new(0), head.Root)], Stop)).Fault?.Field);
        var (cut, _) = TestLog.Write(900);
        Assert.Equal(FaultKind.Absent, (await LogAudit.VerifyAsync(cut, [head], Stop)).Fault?.Kind);
        Assert.Equal("heads", (await LogAudit.VerifyAsync(tiles, [], Stop)).Fault?.Field);
    }

    private static (MemoryTiles Tiles, List<VerifiedCheckpoint> Checkpoints) Tessera()
    {
        var key = VerifierKey.Parse(TesseraKey).ValueOrThrow();
        var tiles = new MemoryTiles();
        var checkpoints = new List<VerifiedCheckpoint>();
        foreach (var (name, bytes) in SharedFiles.Unpack("tessera-golden-log.tar.gz"))
        {
            var path = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (path.StartsWith("tile/", StringComparison.Ordinal))
            {
                Assert.Null(tiles.Write(TilePath.Parse(path).ValueOrThrow(), bytes));
            }
            else if (path.StartsWith("checkpoint", StringComparison.Ordinal))
            {
                checkpoints.Add(SignedCheckpoint.Parse(bytes).ValueOrThrow().Verify(key).ValueOrThrow());
            }
        }

        Assert.NotEmpty(checkpoints);
        return (tiles, checkpoints);
    }

    private sealed class Replaced(ITileReader inner, TilePath replaced, byte[] bytes) : ITileReader
    {
        public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation) =>
            path == replaced
                ? ValueTask.FromResult((Result<ReadOnlyMemory<byte>>)(ReadOnlyMemory<byte>)bytes)
                : inner.ReadAsync(path, cancellation);
    }
}
