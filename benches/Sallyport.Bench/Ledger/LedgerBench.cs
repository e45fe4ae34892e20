using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>Synced entries, beside the least that any program would have to do for them.</summary>
internal sealed class LedgerBench : IBench
{
    private const string Origin = "ledger issue";
    private const int RoundsDefault = 7;
    private const double SecondsDefault = 1.5;
    private const int Many = 256;
    private const int EvidenceRounds = 3;

    private static readonly Column[] Columns =
    [
        new("producers", "producers"), new("arm", "arm"), new("entriesPerSecond", "entries/s"),
        new("entriesPerSecondLower", "q1"), new("entriesPerSecondUpper", "q3"), new("p50Microseconds", "p50 us"), new("p99Microseconds", "p99 us"),
    ];

    /// <inheritdoc/>
    public string Name => "ledger";

    /// <inheritdoc/>
    public string Question => "How many synced entries does the ledger take, beside a bare group commit? (a minute)";

    /// <inheritdoc/>
    public async Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        var window = TimeSpan.FromSeconds(options.Seconds ?? SecondsDefault);
        var rounds = options.Rounds ?? RoundsDefault;
        await using var ours = new SequencerArm(scratch.Folder("ledger"));
        await using var bare = new BareGroupCommit(scratch.Folder("bare"));
        ICommitArm[] arms = [ours, bare];
        var rows = new List<(int Producers, ICommitArm Arm, List<CommitResult> Rounds)>();
        rows.AddRange(new[] { Many, 1 }.SelectMany(producers => arms.Select(arm => (producers, arm, new List<CommitResult>()))));
        var syncTails = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            syncTails.Add(MachineLimits.SyncMicroseconds(scratch.Folder("limits")).Tail);
            foreach (var row in round % 2 == 0 ? rows : rows.AsEnumerable().Reverse())
            {
                var result = await Producers.RunAsync(row.Arm, row.Producers, window, cancellation);
                if (round > 0)
                {
                    row.Rounds.Add(result);
                }
            }

            Print.Note(round == 0 ? "warm-up" : $"round {round} of {rounds}");
        }

        await ours.DisposeAsync(); // What it wrote is closed, and read now.
        var evidence = await EvidenceBars.MeasureAsync(
            new LedgerFolder(scratch.Folder("ledger")), Origin, EvidenceRounds, cancellation);
        var reads = await ReadBars.MeasureAsync(scratch.Folder("reads"), Origin, rounds, window, cancellation);
        return new BenchReport(
            Name, facts, [Table(rows, rounds, window)],
            [.. Bars(rows, Quartiles.Of(syncTails).Median), .. evidence, .. reads],
            [$"entries of {SequencerArm.EntryLength} bytes, format 1, with hashes, tree and checkpoints; no index follows"]);
    }

    private static Table Table(List<(int Producers, ICommitArm Arm, List<CommitResult> Rounds)> rows, int rounds, TimeSpan window) => new(
        $"medians of {rounds} paired rounds of {window.TotalSeconds:0.0#} s",
        Columns,
        [
            .. rows.Select(row =>
            {
                var rate = Quartiles.Of(row.Rounds.Select(result => result.EntriesPerSecond));
                return (IReadOnlyList<object?>)
                [
                    (double)row.Producers, row.Arm.Name, rate.Median, rate.Lower, rate.Upper,
                    Quartiles.Of(row.Rounds.Select(result => result.MedianMicroseconds)).Median,
                    Quartiles.Of(row.Rounds.Select(result => result.TailMicroseconds)).Median,
                ];
            }),
        ]);

    private static IReadOnlyList<Bar> Bars(List<(int Producers, ICommitArm Arm, List<CommitResult> Rounds)> rows, double syncTail)
    {
        var (many, manyBare, one, oneBare) = (rows[0].Rounds, rows[1].Rounds, rows[2].Rounds, rows[3].Rounds);
        var rate = Quartiles.Of(many.Select(result => result.EntriesPerSecond));
        var tail = Quartiles.Of(many.Select(result => result.TailMicroseconds));
        var tailMax = Math.Max(50_000, 5 * syncTail);
        return
        [
            new Bar
            {
                Name = $"entries a second, {Many} producers",
                Origin = Origin,
                Outcome = rate.Lower >= 30_000 ? Outcome.Ok : Outcome.Miss,
                Figures = $"{rate.Median:N0}/s ({rate.Lower:N0}-{rate.Upper:N0})",
                Floor = 30_000,
                Aim = 80_000,
            },
            Bar.Paired(
                $"rate, {Many} producers, against a bare group commit", Origin,
                [.. many.Select(result => result.EntriesPerSecond)], [.. manyBare.Select(result => result.EntriesPerSecond)],
                (Better.Higher, 0.4, 1.0), (own, other) => $"{own:N0}/s against {other:N0}/s", ""),
            new Bar
            {
                Name = $"p99, {Many} producers",
                Origin = Origin,
                Outcome = tail.Upper <= tailMax ? Outcome.Ok : Outcome.Miss,
                Figures = $"{tail.Median:N0} us, at most {tailMax:N0} (50 ms, or 5 times the fsync's p99 of {syncTail:N0} us)",
            },
            Bar.Paired(
                "p50, one producer, against a bare commit", Origin,
                [.. one.Select(result => result.MedianMicroseconds)], [.. oneBare.Select(result => result.MedianMicroseconds)],
                (Better.Lower, 1.5, 1.0), (own, other) => $"{own:N0} us against {other:N0} us", ""),
        ];
    }
}
