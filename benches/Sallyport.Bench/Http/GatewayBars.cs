using Sallyport.Bench.Load;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Http;

/// <summary>The bars of the gateway, over the cells of one run.</summary>
internal sealed class GatewayBars(IReadOnlyList<Cell> cells, Rivals rivals)
{
    /// <summary>Whose bars they are.</summary>
    public const string Origin = "gateway issue";

    private const string Bump = "squid ssl-bump";

    /// <summary>Every bar whose scenario was run.</summary>
    public IReadOnlyList<Bar> All() =>
    [
        .. Rate(ScenarioList.Inspect16, Bump, Rivals.Squid, (Better.Higher, 1.0, 1.5)),
        .. Rate(ScenarioList.Inspect16, "mitmproxy", Rivals.Mitmproxy, (Better.Higher, 10, 20)),
        .. Rate(ScenarioList.Tunnel16, "tinyproxy", Rivals.Tinyproxy, (Better.Higher, 0.9, 1.2)),
        .. Rate(ScenarioList.Tunnel64K, "squid", Rivals.Squid, (Better.Higher, 0.75, 1.0)),
        .. Figure("p50", ScenarioList.Inspect1, Bump, Rivals.Squid, (Better.Lower, 1.6, 1.0), result => result.MedianMicroseconds, "us"),
        .. Cpu(ScenarioList.Inspect16, Bump),
        .. Cpu(ScenarioList.Tunnel16, "squid"),
        .. Cpu("absolute c=16", "squid"),
    ];

    // One bar of the issue, looked at on each path: a proxy that is cheap on one alone would not keep it.
    private IEnumerable<Bar> Cpu(string scenario, string rival) =>
        Figure("CPU a request", scenario, rival, Rivals.Squid, (Better.Lower, 1.5, 1.5), result => result.CpuMicroseconds ?? 0, "us");

    private IEnumerable<Bar> Rate(string scenario, string rival, Rival who, (Better, double, double) limits) =>
        Figure("rate", scenario, rival, who, limits, result => result.RequestsPerSecond, "/s");

    private IEnumerable<Bar> Figure(
        string what, string scenario, string rival, Rival who, (Better, double, double) limits, Func<LoadResult, double> figure, string unit)
    {
        var name = $"{what}, {scenario}, against {rival}";
        if (cells.FirstOrDefault(cell => cell.Scenario.Name == scenario && cell.Arm.Name == ScenarioList.Ours) is not { } ours)
        {
            return [];
        }

        if (cells.FirstOrDefault(cell => cell.Scenario.Name == scenario && cell.Arm.Name == rival) is not { } theirs)
        {
            var why = rivals.Absent.GetValueOrDefault(who, "it was not run");
            return [rivals.Broken.Contains(who) ? Bar.Failed(name, Origin, why) : Bar.Skipped(name, Origin, why)];
        }

        var errors = string.Join("; ", new[] { ours.ErrorText, theirs.ErrorText }.Where(text => text.Length > 0));
        return
        [
            Bar.Paired(name, Origin, ours.Of(figure), theirs.Of(figure), limits, (own, other) => $"{own:N0} {unit} against {other:N0} {unit}", errors),
        ];
    }
}
