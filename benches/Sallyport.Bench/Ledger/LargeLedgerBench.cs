using System.Diagnostics;
using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>A ledger of ten million entries: what it costs to keep, to follow with the index, to prove from and to
/// search.</summary>
internal sealed class LargeLedgerBench : IBench
{
    private const string Origin = "ledger issue";
    private const long EntriesAll = 10_000_000;
    private const long EntriesEarly = 1_000_000;
    private const double IndexSeconds = 1_200;
    private const double CaughtUpFloor = 8_000;
    private const double ProofMicrosecondsMax = 1_000;
    private const double GrowthMegabytesMax = 64;

    /// <inheritdoc/>
    public string Name => "ledger-10m";

    /// <inheritdoc/>
    public string Question =>
        "Does a ledger of 10 million entries stay small in memory, provable, searchable? (half an hour, 15 GB of disk)";

    /// <inheritdoc/>
    public async Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        var folder = new LedgerFolder(scratch.Folder("ledger"));
        await using var sequencer = Open(folder);
        var traffic = new SampleTraffic(sequencer);
        var began = Stopwatch.GetTimestamp();
        await traffic.AppendAsync(EntriesEarly, cancellation);
        var early = Memory();
        await traffic.AppendAsync(EntriesAll - EntriesEarly, cancellation);
        var late = Memory();
        Print.Note($"{EntriesAll:N0} entries in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s");
        var proofs = await EvidenceBars.ProveAsync(
            new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint)
            { Entries = () => sequencer.Written }, sequencer.Recovery.Epoch,
            sequencer.Checkpoint.Claim.Head.Size.Value, cancellation);

        var index = new LedgerIndex(folder, new LocalDisk(), sequencer, TimeProvider.System);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = index.RunAsync(stopping.Token);
        var rates = await FollowAsync(
            index, sequencer, TimeSpan.FromSeconds(options.Seconds ?? IndexSeconds), cancellation);
        var lag = sequencer.Written - index.Indexed;
        var pages = new PageTimes(index).Measure(traffic.Samples, cancellation);
        await stopping.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new BenchReport(
            Name, facts, [pages],
            [Growth(early, late), Proven(proofs), CaughtUp(rates, lag)],
            [
                $"the pages are of {index.Indexed:N0} indexed entries; the index has {Size(folder.Index):N0} MB, "
                + $"the segments {Directory.EnumerateFiles(folder.Segments).Sum(Size):N0} MB",
            ]);
    }

    private static double Size(string path) => new FileInfo(path).Length / 1e6;

    private static Sequencer Open(LedgerFolder folder) =>
        Sequencer.TryOpen(
            new LedgerOptions { Folder = folder, Time = TimeProvider.System }, out var opened, out var fault)
            ? opened
            : throw new CannotRunException(fault.Detail, fault.Mend);

    // What is left after everything that can be collected was.
    private static (double Managed, double Resident) Memory()
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        using var process = Process.GetCurrentProcess();
        return (managed, process.WorkingSet64 / 1e6);
    }

    // A rate for each ten seconds, so that a rate that falls as the index grows is seen.
    private static async Task<List<double>> FollowAsync(
        LedgerIndex index, Sequencer sequencer, TimeSpan most, CancellationToken cancellation)
    {
        var rates = new List<double>();
        var began = Stopwatch.GetTimestamp();
        while (index.Indexed < sequencer.Written && Stopwatch.GetElapsedTime(began) < most)
        {
            var (from, at) = (index.Indexed, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
            if (index.Indexed < sequencer.Written)
            {
                rates.Add((index.Indexed - from) / Stopwatch.GetElapsedTime(at).TotalSeconds);
            }

            Print.Note($"{index.Indexed:N0} of {sequencer.Written:N0} indexed");
        }

        return rates;
    }

    private static Bar Growth((double Managed, double Resident) early, (double Managed, double Resident) late) => new()
    {
        Name = $"memory from {EntriesEarly:N0} to {EntriesAll:N0} entries",
        Origin = Origin,
        Outcome = late.Managed - early.Managed <= GrowthMegabytesMax ? Outcome.Ok : Outcome.Miss,
        Figures = $"managed {early.Managed:N1} to {late.Managed:N1} MB, resident {early.Resident:N0} to "
            + $"{late.Resident:N0} MB; managed may grow by {GrowthMegabytesMax:N0}",
    };

    private static Bar Proven(double[] taken) => new()
    {
        Name = "receipt of one entry, its bytes included",
        Origin = Origin,
        Outcome = Quartiles.At(taken, 0.5) <= ProofMicrosecondsMax ? Outcome.Ok : Outcome.Miss,
        Figures = $"p50 {Quartiles.At(taken, 0.5):N0} us, p99 {Quartiles.At(taken, 0.99):N0} us, at most "
            + $"{ProofMicrosecondsMax:N0} (p50); of {EntriesAll:N0} entries",
    };

    private static Bar CaughtUp(List<double> rates, long lag)
    {
        var rate = Quartiles.Of(rates);
        return new Bar
        {
            Name = "entries indexed a second",
            Origin = Origin,
            Outcome = rate.Lower >= CaughtUpFloor ? Outcome.Ok : Outcome.Miss,
            Figures = $"{rate.Median:N0}/s ({rate.Lower:N0}-{rate.Upper:N0}; the last ten seconds "
                + $"{rates.LastOrDefault():N0}/s); {lag:N0} entries were left when the time was over",
            Floor = CaughtUpFloor,
        };
    }
}
