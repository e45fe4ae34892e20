using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Http;

/// <summary>The HTTP gateway of the real program beside squid, tinyproxy and mitmproxy.</summary>
internal sealed class HttpBench : IBench
{
    private const int RoundsDefault = 7;
    private const double SecondsDefault = 0.8;

    private static readonly Column[] Columns =
    [
        new("scenario", "scenario"), new("arm", "arm"),
        new("requestsPerSecond", "req/s"), new("requestsPerSecondLower", "q1"), new("requestsPerSecondUpper", "q3"),
        new("p50Microseconds", "p50 us"), new("p99Microseconds", "p99 us"), new("cpuMicroseconds", "CPU us"), new("errors", "err"),
    ];

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public string Question => "What does the HTTP gateway cost, beside squid, tinyproxy and mitmproxy? (about 6 minutes)";

    /// <inheritdoc/>
    public async Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        using var rivals = Rivals.Start(Repository.Root, scratch.Folder("rivals"));
        using var idle = new IdleTunnels();
        var nodes = new List<OurArm>();
        try
        {
            nodes.Add(await OpenAsync(ScenarioList.Ours, Repository.Program, scratch.Folder("node"), rivals, idle, cancellation));
            if (options.Against.Length > 0)
            {
                nodes.Add(await OpenAsync(ScenarioList.Against, options.Against, scratch.Folder("other"), rivals, idle, cancellation));
            }

            return await MeasureAsync(nodes, rivals, idle, facts, options, cancellation);
        }
        finally
        {
            nodes.ForEach(ours => ours.Node.Dispose());
        }
    }

    private static async Task<OurArm> OpenAsync(
        string name, string program, string folder, Rivals rivals, IdleTunnels idle, CancellationToken cancellation)
    {
        var node = await NodeUnderTest.StartAsync(program, folder, ScenarioList.Configuration(idle.Port), rivals.OriginCertificate, cancellation);
        try
        {
            return new OurArm(name, node, await node.OpenRunAsync("reader", cancellation), await node.OpenRunAsync("tunneller", cancellation));
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    private static async Task<BenchReport> MeasureAsync(
        List<OurArm> nodes, Rivals rivals, IdleTunnels idle, IReadOnlyList<Fact> facts, BenchOptions options, CancellationToken cancellation)
    {
        var ours = nodes[0];
        var window = TimeSpan.FromSeconds(options.Seconds ?? SecondsDefault);
        var scenarios = new ScenarioList(nodes, rivals, window).All().Where(scenario => options.Wants(scenario.Name)).ToList();
        var cells = PairedRounds.Run(scenarios, options.Rounds ?? RoundsDefault, cancellation);
        var bars = new GatewayBars(cells, rivals).All().ToList();
        if (options.Wants("idle tunnels"))
        {
            bars.Add(idle.Measure(ours.Node, ours.Tunneller, GatewayBars.Origin));
        }

        var status = await ours.Node.StatusAsync(cancellation);
        return new BenchReport("http", facts, [Table(cells, options)], bars, Notes(rivals, cells, status.Ledger.Written));
    }

    private static Table Table(IReadOnlyList<Cell> cells, BenchOptions options) => new(
        $"medians of {options.Rounds ?? RoundsDefault} paired rounds of {options.Seconds ?? SecondsDefault:0.0#} s; q1 and q3 are quartiles of req/s",
        Columns,
        [
            .. cells.Select(cell =>
            {
                var rate = Quartiles.Of(cell.Of(result => result.RequestsPerSecond));
                return (IReadOnlyList<object?>)
                [
                    cell.Scenario.Name, cell.Arm.Name, rate.Median, rate.Lower, rate.Upper,
                    Quartiles.Of(cell.Of(result => result.MedianMicroseconds)).Median,
                    Quartiles.Of(cell.Of(result => result.TailMicroseconds)).Median,
                    cell.Arm.Pid is null ? null : Quartiles.Of(cell.Of(result => result.CpuMicroseconds ?? 0)).Median,
                    (double)cell.Errors,
                ];
            }),
        ]);

    private static IReadOnlyList<string> Notes(Rivals rivals, IReadOnlyList<Cell> cells, long entries) =>
    [
        .. rivals.Absent.Select(absent => $"{(rivals.Broken.Contains(absent.Key) ? "failed" : "skipped")}: {absent.Value}"),
        .. cells.Where(cell => cell.ErrorText.Length > 0).Select(cell => $"errors in {cell.Scenario.Name}: {cell.ErrorText}"),
        $"our ledger holds {entries:N0} entries of this run; client, proxies and origin share the cores",
    ];
}
