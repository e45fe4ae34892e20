using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Policy;

/// <summary>The bars of the policy engine, over the cells of one run.</summary>
/// <param name="cells">What was measured.</param>
/// <param name="absent">Why there is no rival; null if there is one.</param>
/// <param name="differences">Sets in which the engines differed: then no ratio counts.</param>
internal sealed class PolicyBars(IReadOnlyList<PolicyCell> cells, string? absent, int differences)
{
    private const string Origin = "policy engine issue";
    private const double BuiltNanosecondsMax = 500;

    /// <summary>Every bar whose sets were run.</summary>
    public IReadOnlyList<Bar> All() =>
    [
        Agreement(),
        .. AgainstRival(PolicyFiles.Selective, 10, 10),
        .. AgainstRival(PolicyFiles.Unscoped, 10, 10),
        .. AgainstRival(PolicyFiles.Selective, 1_000, 200),
        .. AgainstRival(PolicyFiles.Unscoped, 1_000, 20),
        .. Built(),
        .. Growth(),
    ];

    private Bar Agreement()
    {
        const string Name = "decision, reasons and errors of both engines";
        var sets = cells.Select(cell => cell.Scenario).Distinct().ToList();
        var requests = $"{sets.Sum(set => set.Calls.Count):N0} requests of {sets.Count} sets";
        return absent is not null
            ? Bar.Skipped(Name, Origin, absent)
            : new Bar
            {
                Name = Name,
                Origin = Origin,
                Outcome = differences == 0 ? Outcome.Ok : Outcome.Miss,
                Figures = differences == 0 ? $"the same for {requests}" : $"not the same in {differences} of {sets.Count} sets",
            };
    }

    private IEnumerable<Bar> AgainstRival(string kind, int count, double floor)
    {
        var name = $"(a) decisions a second from JSON, {kind} {count:N0}, against official WebAssembly in Node";
        if (Find<FromJsonArm>(kind, count) is not { } ours)
        {
            return [];
        }

        return
        [
            Find<OfficialArm>(kind, count) is not { } theirs
                ? Bar.Skipped(name, Origin, $"ours {ours.Median(result => result.DecisionsPerSecond):N0}/s; no rival: {absent}")
                : Bar.Paired(
                    name, Origin, ours.Of(result => result.DecisionsPerSecond), theirs.Of(result => result.DecisionsPerSecond),
                    (Better.Higher, floor, floor), (own, other) => $"{own:N0}/s against {other:N0}/s",
                    differences == 0 ? "" : "the engines do not agree"),
        ];
    }

    private IEnumerable<Bar> Built()
    {
        if (Find<BuiltArm>(PolicyFiles.Selective, 10_000) is { } large)
        {
            var p50 = Quartiles.Of(large.Of(result => result.MedianNanoseconds));
            yield return new Bar
            {
                Name = "(b) p50 of a request built before, selective 10,000",
                Origin = Origin,
                Outcome = p50.Upper < BuiltNanosecondsMax ? Outcome.Ok : Outcome.Miss,
                Figures = $"{p50.Median:N0} ns ({p50.Lower:N0}-{p50.Upper:N0}), at most {BuiltNanosecondsMax:N0} ns",
            };
        }

        // Elsewhere conditions build sets and records from what the request says, and those are allocated.
        var built = cells.Where(cell => cell.Arm is BuiltArm && cell.Scenario.Files.Kind == PolicyFiles.Selective).ToList();
        var most = built.SelectMany(cell => cell.Rounds).Select(round => round.AllocatedBytes ?? 0).DefaultIfEmpty().Max();
        if (built.Count > 0)
        {
            yield return new Bar
            {
                Name = "(b) bytes allocated for a request built before, selective",
                Origin = Origin,
                Outcome = most == 0 ? Outcome.Ok : Outcome.Miss,
                Figures = most == 0 ? "0 in every round" : $"{most:0.###} in the worst round",
            };
        }
    }

    private IEnumerable<Bar> Growth() =>
        Find<BuiltArm>(PolicyFiles.Selective, 10_000) is { } large && Find<BuiltArm>(PolicyFiles.Selective, 10) is { } small
            ?
            [
                Bar.Paired(
                    "(b) growth of p50 from 10 to 10,000 policies, selective", Origin,
                    large.Of(result => result.MedianNanoseconds), small.Of(result => result.MedianNanoseconds),
                    (Better.Lower, 2, 2), (own, other) => $"{own:N0} ns against {other:N0} ns", ""),
            ]
            : [];

    private PolicyCell? Find<TArm>(string kind, int count) => cells.FirstOrDefault(
        cell => cell.Arm is TArm && cell.Scenario.Files.Kind == kind && cell.Scenario.Files.Count == count);
}
