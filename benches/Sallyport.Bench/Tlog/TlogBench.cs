using System.Buffers.Binary;
using System.Diagnostics;
using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;
using Sallyport.Tlog;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Bench.Tlog;

/// <summary>What a transparency log costs: hash, append, verify it whole, prove one entry, sign.</summary>
internal sealed class TlogBench : IBench
{
    private const string Origin = "ledger issue";
    private const int RoundsDefault = 7;
    private const int EntryLength = 500;
    private const int VerifiedSize = 200_000;
    private const int ProvedSize = 10_000_000;
    private const int Proofs = 2_000;

    private static readonly Column[] RateColumns =
    [
        new("what", "what"), new("perSecond", "/s"), new("perSecondLower", "q1"), new("perSecondUpper", "q3"),
        new("cpuMicroseconds", "CPU us each", "N2"),
    ];

    private static readonly Column[] ProofColumns =
    [
        new("entries", "entries"), new("proofs", "proofs"), new("p50Microseconds", "p50 us"),
        new("p99Microseconds", "p99 us"), new("hashes", "hashes"),
    ];

    /// <inheritdoc/>
    public string Name => "tlog";

    /// <inheritdoc/>
    public string Question => "How fast does a transparency log hash, append, verify and prove? (2 minutes)";

    /// <inheritdoc/>
    public async Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        var rounds = options.Rounds ?? RoundsDefault;
        var rates = Rates(rounds, cancellation);
        var verified = await VerifyAsync(scratch.Folder("verify"), rounds, cancellation);
        rates.Add(($"verify entries of {EntryLength} bytes, whole log of {VerifiedSize:N0}", verified));
        using var proved = new BenchLog(scratch.Folder("prove"));
        var proofs = new List<(int Size, double[] Microseconds, double Hashes)>();
        foreach (var size in (int[])[1_000_000, ProvedSize])
        {
            Grow(proved, size, cancellation);
            proofs.Add(await ProveAsync(proved, cancellation));
            Print.Note($"proved in a tree of {size:N0}");
        }

        return new BenchReport(
            Name, facts,
            [RateTable(rates, rounds), ProofTable(proofs)],
            Bars(Quartiles.Of(verified.Select(round => round.PerSecond)), proofs[^1].Microseconds),
            [
                "one thread; files in the page cache; a proof is at a random position, and each tile in it is hashed",
                "of the tree that is proved in only the hashes exist: a proof needs no entries",
            ]);
    }

    private static List<(string What, List<Rate> Rounds)> Rates(int rounds, CancellationToken cancellation)
    {
        var entry = new byte[EntryLength];
        var name = KeyName.Parse("bench.example").ValueOrThrow();
        using var key = SignerKey.Generate(name, SignatureType.Ed25519).ValueOrThrow();
        var note = Note.Create("text\n"u8, [key.Sign("text\n"u8).ValueOrThrow()]).ValueOrThrow();
        var (writer, node) = (new TileWriter(new NoSink()), TreeHash.EmptyRoot);
        (string What, int Times, Action<int> Do)[] arms =
        [
            ($"leaf hashes of {EntryLength} bytes", 200_000, _ => TreeHash.Leaf(entry)),
            ("node hashes", 200_000, _ => node = TreeHash.Node(node, node)),
            ($"append entries of {EntryLength} bytes, tiles to nowhere", 200_000, i => Append(writer, entry, i)),
            ("sign a note, Ed25519", 2_000, _ => key.Sign("text\n"u8).ValueOrThrow()),
            ("verify a note, Ed25519", 2_000, _ => note.Verify([key.Verifier]).ValueOrThrow()),
        ];
        var rates = arms.Select(arm => (arm.What, Rounds: new List<Rate>())).ToList();
        for (var round = 0; round <= rounds; round++) // the first warms up and does not count
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < arms.Length; i++)
            {
                var started = Rate.Start();
                for (var turn = 0; turn < arms[i].Times; turn++)
                {
                    arms[i].Do(turn);
                }

                rates[i].Rounds.Add(Rate.Since(started, arms[i].Times));
            }
        }

        rates.ForEach(rate => rate.Rounds.RemoveAt(0));
        return rates;
    }

    private static void Append(TileWriter writer, byte[] entry, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(entry, number);
        if (!writer.TryAppend(entry, out _, out var fault))
        {
            throw new CannotRunException($"{fault}", "This is a bug of the bench.");
        }
    }

    private static async Task<List<Rate>> VerifyAsync(string folder, int rounds, CancellationToken cancellation)
    {
        using var log = new BenchLog(folder);
        var entry = new byte[EntryLength];
        for (var i = 0; i < VerifiedSize; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(entry, i);
            log.Append(entry);
        }

        var (tiles, rates) = (log.Written(), new List<Rate>());
        for (var round = 0; round <= rounds; round++)
        {
            var started = Rate.Start();
            var report = (await LogAudit.VerifyAsync(tiles, [log.Head], cancellation)).ValueOrThrow();
            rates.Add(Rate.Since(started, report.Entries));
        }

        rates.RemoveAt(0);
        return rates;
    }

    private static void Grow(BenchLog log, int size, CancellationToken cancellation)
    {
        Span<byte> leaf = stackalloc byte[Hash.Length];
        for (var i = log.Head.Size.Value; i < size; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(leaf, i);
            log.AppendHash(new Hash(leaf));
            if (i % 100_000 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<(int Size, double[] Microseconds, double Hashes)> ProveAsync(
        BenchLog log, CancellationToken cancellation)
    {
        var (head, leaf, random) = (log.Head, new byte[Hash.Length], new Random(1));
        var tree = (await TileTree.OpenAsync(log.Written(), head, cancellation)).ValueOrThrow();
        var (taken, hashes) = (new double[Proofs], 0);
        for (var i = -Proofs / 10; i < Proofs; i++) // the first ones warm up
        {
            var index = new LeafIndex(random.NextInt64(head.Size.Value));
            var started = Stopwatch.GetTimestamp();
            var proof = (await tree.ProveInclusionAsync(index, cancellation)).ValueOrThrow();
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            BinaryPrimitives.WriteInt64BigEndian(leaf, index.Value);
            if (!proof.Verify(new Hash(leaf), head.Root, out var fault))
            {
                throw new CannotRunException($"A proof does not verify: {fault}", "This is a bug.");
            }

            if (i >= 0)
            {
                taken[i] = elapsed;
                hashes += proof.Hashes.Length;
            }
        }

        Array.Sort(taken);
        return ((int)head.Size.Value, taken, (double)hashes / Proofs);
    }

    private static Table RateTable(List<(string What, List<Rate> Rounds)> rates, int rounds) => new(
        $"medians of {rounds} rounds",
        RateColumns,
        [
            .. rates.Select(rate =>
            {
                var quartiles = Quartiles.Of(rate.Rounds.Select(round => round.PerSecond));
                var cpu = Quartiles.Of(rate.Rounds.Select(round => round.CpuMicroseconds)).Median;
                return (IReadOnlyList<object?>)[rate.What, quartiles.Median, quartiles.Lower, quartiles.Upper, cpu];
            }),
        ]);

    private static Table ProofTable(List<(int Size, double[] Microseconds, double Hashes)> proofs) => new(
        "inclusion proofs from tiles",
        ProofColumns,
        [
            .. proofs.Select(proof => (IReadOnlyList<object?>)
            [
                (double)proof.Size, (double)Proofs, Quartiles.At(proof.Microseconds, 0.5),
                Quartiles.At(proof.Microseconds, 0.99), proof.Hashes,
            ]),
        ]);

    private static IReadOnlyList<Bar> Bars(Quartiles verified, double[] proved)
    {
        var (median, tail) = (Quartiles.At(proved, 0.5), Quartiles.At(proved, 0.99));
        return
        [
            new Bar
            {
                Name = "verified entries a second",
                Origin = Origin,
                Outcome = verified.Lower >= 300_000 ? Outcome.Ok : Outcome.Miss,
                Figures = $"{verified.Median:N0}/s ({verified.Lower:N0}-{verified.Upper:N0})",
                Floor = 300_000,
            },
            new Bar
            {
                Name = $"inclusion proof at {ProvedSize:N0} entries, us",
                Origin = Origin,
                Outcome = median < 1_000 ? Outcome.Ok : Outcome.Miss,
                Figures = $"p50 {median:N0} us, p99 {tail:N0} us; the floor holds for the p50",
                Floor = 1_000,
            },
        ];
    }

    // CPU time of the whole process: beside a loaded machine's wall clock it says what the work itself takes.
    private readonly record struct Rate(double PerSecond, double CpuMicroseconds)
    {
        public static (long Clock, TimeSpan Cpu) Start() => (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

        public static Rate Since((long Clock, TimeSpan Cpu) started, long times) => new(
            times / Stopwatch.GetElapsedTime(started.Clock).TotalSeconds,
            (Environment.CpuUsage.TotalTime - started.Cpu).TotalMicroseconds / times);
    }

    private sealed class NoSink : ITileSink
    {
        public TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes) => null;
    }
}
