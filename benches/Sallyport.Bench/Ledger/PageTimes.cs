using System.Diagnostics;
using Sallyport.Bench.Reports;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>How long pages take: the first of a filter, and the last of a thousand.</summary>
internal sealed class PageTimes(LedgerIndex index)
{
    private const int Deep = 1_000;
    private const int Lines = 50;
    private const int Repeats = 50;

    private static readonly Column[] Columns =
    [
        new("filter", "filter"), new("firstP50Milliseconds", "first p50 ms", "N2"),
        new("firstP99Milliseconds", "p99 ms", "N2"), new("page", "deepest page"),
        new("deepP50Milliseconds", "its p50 ms", "N2"), new("deepP99Milliseconds", "p99 ms", "N2"),
    ];

    /// <summary>Measures every filter.</summary>
    public Table Measure(
        IEnumerable<(string Name, LedgerFilter Filter)> samples, CancellationToken cancellation) =>
        new($"pages of {Lines}, newest first; {Repeats} times each", Columns,
            [.. samples.Select(sample => Row(sample.Name, sample.Filter with { Limit = Lines }, cancellation))]);

    private IReadOnlyList<object?> Row(string name, LedgerFilter filter, CancellationToken cancellation)
    {
        var first = Times(filter);
        var (deepest, pages) = (filter, 1);
        while (pages < Deep && Ask(deepest) is { HasMore: true } page)
        {
            cancellation.ThrowIfCancellationRequested();
            deepest = filter with { Before = page.Lines[^1].Recorded.Id.Position };
            pages++;
        }

        var deep = Times(deepest);
        Print.Note($"pages of {name}");
        return
        [
            name, Quartiles.At(first, 0.5), Quartiles.At(first, 0.99), (double)pages, Quartiles.At(deep, 0.5),
            Quartiles.At(deep, 0.99),
        ];
    }

    private double[] Times(LedgerFilter filter)
    {
        var taken = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Ask(filter);
            taken[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(taken);
        return taken;
    }

    private LedgerPage Ask(LedgerFilter filter) => index.TryQuery(filter, out var page, out var refusal)
        ? page
        : throw new CannotRunException(refusal.Detail, refusal.Mend);
}
