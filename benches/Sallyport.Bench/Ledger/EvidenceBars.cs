using System.Diagnostics;
using Sallyport.Bench.Reports;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>The log that the producers have just written, audited whole and proven from.</summary>
internal static class EvidenceBars
{
    private const int Proofs = 2_000;
    private const double VerifiedFloor = 300_000;
    private const double ProofMicrosecondsMax = 1_000;

    /// <summary>Audits a closed log and proves entries of it.</summary>
    /// <exception cref="CannotRunException">The log is not good.</exception>
    public static async Task<IReadOnlyList<Bar>> MeasureAsync(
        LedgerFolder folder, string origin, int rounds, CancellationToken cancellation)
    {
        var rates = new List<double>();
        AuditedLog? log = null;
        for (var round = 0; round < rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            if (!LedgerAudit.TryVerify(folder, new LocalDisk(), new AuditOptions(), out log, out var fault))
            {
                throw new CannotRunException(fault.Detail, fault.Mend);
            }

            rates.Add(log.Entries / Stopwatch.GetElapsedTime(began).TotalSeconds);
            cancellation.ThrowIfCancellationRequested();
        }

        var whole = log ?? throw new ArgumentOutOfRangeException(nameof(rounds));
        var proofs = await ProveAsync(
            new LedgerProver(whole.Tiles, () => whole.Checkpoint)
            { Entries = () => whole.Entries }, epoch: 0, whole.Entries, cancellation);
        var rate = Quartiles.Of(rates);
        return
        [
            new Bar
            {
                Name = "verified entries a second, parsed, counted and hashed",
                Origin = origin,
                Outcome = rate.Lower >= VerifiedFloor ? Outcome.Ok : Outcome.Miss,
                Figures = $"{rate.Median:N0}/s ({rate.Lower:N0}-{rate.Upper:N0}), a log of {whole.Entries:N0}",
                Floor = VerifiedFloor,
            },
            new Bar
            {
                Name = "receipt of one entry, its bytes included",
                Origin = origin,
                Outcome = Quartiles.At(proofs, 0.5) <= ProofMicrosecondsMax ? Outcome.Ok : Outcome.Miss,
                Figures = $"p50 {Quartiles.At(proofs, 0.5):N0} us, p99 {Quartiles.At(proofs, 0.99):N0} us, at most "
                    + $"{ProofMicrosecondsMax:N0} (p50); of {whole.Entries:N0} entries",
            },
        ];
    }

    /// <summary>Proves entries here and there in a log.</summary>
    /// <param name="prover">Proves.</param>
    /// <param name="epoch">Of all entries.</param>
    /// <param name="entries">How many are signed.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Microseconds of each, the shortest first.</returns>
    public static async Task<double[]> ProveAsync(
        LedgerProver prover, long epoch, long entries, CancellationToken cancellation)
    {
        var random = new Random(1);
        var taken = new double[Proofs];
        for (var i = 0; i < Proofs; i++)
        {
            var id = new EntryId(epoch, random.NextInt64(entries));
            var began = Stopwatch.GetTimestamp();
            var (receipt, fault) = await prover.ProveAsync(id, cancellation);
            taken[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            if (receipt is null)
            {
                throw new CannotRunException(fault?.Detail ?? "There is no receipt.", "This is a bug of the bench.");
            }
        }

        Array.Sort(taken);
        return taken;
    }
}
