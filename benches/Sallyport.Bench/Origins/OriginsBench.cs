using System.Globalization;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Origins;

/// <summary>How often an argument made of a stranger's text is taken for the brief's or a trusted source's, and the
/// other way round, over real texts on compressed pages.</summary>
internal sealed class OriginsBench : IBench
{
    /// <summary>Texts that one run reads: within what its index holds.</summary>
    public const int TextsOfRun = 400;

    private const string Origin = "decisions issue";

    /// <inheritdoc/>
    public string Name => "origins";

    /// <inheritdoc/>
    public string Question =>
        "How often is a stranger's text taken for trusted, or the brief's for a stranger's? (minutes)";

    /// <inheritdoc/>
    public Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation) =>
        Task.Run(() => Run(options, cancellation), cancellation);

    private BenchReport Run(BenchOptions options, CancellationToken cancellation)
    {
        var (tally, notes, runs) = (new Tally(), new List<string>(), 0);
        foreach (var file in RealTexts.Files().Where(file => options.Wants(Path.GetFileName(file))))
        {
            var count = 0;
            foreach (var texts in RealTexts.Of(file).Chunk(TextsOfRun))
            {
                cancellation.ThrowIfCancellationRequested();
                ReadingRun.Read(++runs, texts, tally);
                count += texts.Length;
            }

            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}: {count:N0} texts"));
        }

        return runs == 0
            ? throw new CannotRunException(
                "There are no texts (moltbook/*.jsonl.gz, injection/*.jsonl.gz).",
                "Set SALLYPORT_DATA to the folder that holds them.")
            : new BenchReport(Name, [], [], Bars(tally), [.. Notes(tally, runs), .. notes, .. tally.Examples]);
    }

    private static IReadOnlyList<Bar> Bars(Tally tally) =>
    [
        Never("a stranger's text called brief or trusted", tally.Foreign),
        Never("a stranger's value made like one of the brief, called brief or trusted", tally.Near),
        Never("a value from nowhere called brief or trusted", tally.Nowhere),
        Never("a value of the brief not called brief", tally.Brief),
        Never("a value of trusted text not called trusted", tally.Trusted),
        new Bar
        {
            Name = "runs that read more than their index holds",
            Origin = Origin,
            Outcome = tally.Opaque == 0 ? Outcome.Ok : Outcome.Miss,
            Figures = $"{tally.Opaque}; at most 0, since they would prove nothing",
        },
    ];

    private static Bar Never(string name, Rate rate) => new()
    {
        Name = name,
        Origin = Origin,
        Outcome = rate is { Of: > 0, Wrong: 0 } ? Outcome.Ok : Outcome.Miss,
        Figures = $"{rate}; at most 0",
    };

    private static IEnumerable<string> Notes(Tally tally, int runs) =>
    [
        $"{tally.Texts:N0} texts of strangers in {runs} runs of {TextsOfRun}, every tenth one a trusted source's; as "
            + "pages with markup and as JSON, gzip and br, in chunks of 1,000 bytes",
        $"each piece (words, a sentence, three words of it) in {Disguise.All.Count} forms: "
            + string.Join(", ", Disguise.All.Select(disguise => disguise.Name)),
        $"brief or trusted text says {tally.SaidByBoth:N0} of these too, as whole words: called so",
        $"called composed (known words in a new order; content, never a destination): {tally.Composed:N0}",
        "base64 and hex under 16 characters are not asked: they are taken for words",
    ];
}
