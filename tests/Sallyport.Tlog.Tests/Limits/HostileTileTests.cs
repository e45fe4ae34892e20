using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Limits;

/// <summary>Tiles that a hostile store makes up, from seeds.</summary>
public sealed class HostileTileTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_store_that_lies_gets_a_fault_for_every_lie_and_no_wrong_proof(int seed)
    {
        const int Size = 1_500;
        var naive = new NaiveTree(TestLog.Entries(Size));
        var (tiles, head) = TestLog.Write(Size);
        var mutator = new Mutator(seed);
        var (faults, proofs) = (0, 0);
        for (var step = 0; step < 400; step++)
        {
            var store = new LyingReader(tiles, mutator);
            var index = mutator.Next(Size);
            var opened = await TileTree.OpenAsync(store, head, Stop);
            if (opened.TryGet(out var tree, out var fault)
                && (await tree.ProveInclusionAsync(new(index), Stop)).TryGet(out var proof, out fault)
                && (await tree.ReadEntryAsync(new(index), Stop)).TryGet(out var entry, out fault))
            {
                Assert.Equal(naive.Path(index, Size), proof.Hashes);
                Assert.Equal(TestLog.Entry(index), entry.ToArray());
                proofs++;
                continue;
            }

            Assert.NotEmpty(fault!.Field); // null only if every step above said yes
            faults++;
        }

        Assert.True(faults > 0 && proofs > 0, $"seed {seed}: {faults} faults, {proofs} proofs");
        Console.WriteLine($"COUNT lying stores, seed {seed}: {faults} faults, {proofs} right proofs, 0 wrong ones");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_whole_log_from_a_store_that_lies_does_not_verify(int seed)
    {
        var (tiles, head) = TestLog.Write(700);
        var mutator = new Mutator(seed);
        for (var step = 0; step < 200; step++)
        {
            var store = new LyingReader(tiles, mutator);
            var report = await LogAudit.VerifyAsync(store, [head], Stop);
            Assert.True(
                store.Lied == report.Fault is not null, $"seed {seed}, step {step}: lied {store.Lied}, {report.Fault}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_bundle_of_noise_is_a_fault_or_adds_up(int seed)
    {
        var mutator = new Mutator(seed);
        var (good, bad) = (0, 0);
        for (var step = 0; step < 5_000; step++)
        {
            var path = TilePath.Bundle(0, 1 + mutator.Next(256));
            byte[] bytes = mutator.Next(2) == 0 ? mutator.Noise(64) : mutator.Alter([0, 1, 7, 0, 0, 0, 2, 8, 9]);
            var width = mutator.Next(3) == 0 ? path : TilePath.Bundle(0, 3);
            if (!EntryBundle.Parse(width, bytes).TryGet(out var bundle, out var fault))
            {
                Assert.StartsWith("tile/entries/000", fault.Field, StringComparison.Ordinal);
                bad++;
                continue;
            }

            Assert.Equal(width.Width, bundle.Count);
            Assert.Equal(bytes.Length, Enumerable.Range(0, bundle.Count).Sum(i => 2 + bundle[i].Length));
            good++;
        }

        Assert.True(good > 0 && bad > 0, $"seed {seed}: {good} good, {bad} bad");
    }

    // Tells one lie now and then: other bytes, other lengths, nothing at all.
    private sealed class LyingReader(ITileReader inner, Mutator mutator) : ITileReader
    {
        public bool Lied { get; private set; }

        public async ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
        {
            var result = await inner.ReadAsync(path, cancellation);
            if (mutator.Next(5) > 0 || !result.TryGet(out var bytes, out _))
            {
                return result;
            }

            byte[] lie = mutator.Next(4) switch
            {
                0 => mutator.Noise(10_000),
                1 => [],
                2 => new byte[bytes.Length],
                _ => mutator.Alter(bytes.ToArray()),
            };
            Lied |= !bytes.Span.SequenceEqual(lie);
            return (ReadOnlyMemory<byte>)lie;
        }
    }
}
