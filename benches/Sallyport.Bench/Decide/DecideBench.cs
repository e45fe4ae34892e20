using System.Diagnostics;
using System.Text;
using Sallyport.Bench.Machine;
using Sallyport.Bench.Reports;
using Sallyport.Flow;
using Sallyport.Flow.Origins;

namespace Sallyport.Bench.Decide;

/// <summary>What deciding costs. Here its text half: indexing what is read, and tracing arguments against it.</summary>
internal sealed class DecideBench : IBench
{
    private const string Origin = "decisions issue";
    private const int RoundsDefault = 7;
    private const int TextBytes = 1 << 20;
    private const int Delivery = 64 * 1024;
    private const int Traces = 400;

    private static readonly byte[] Arguments = """
        {"recipient":"GB29 NWBK 6016 1331 9268 19","amount":98.70,"date":"2025-01-11","subject":"Car rental of January",
         "to":"ann.smith@example.org","url":"https://api.example.org/v1/report","file":"/srv/reports/march.txt",
         "note":"Please find the summary of last week below and tell me whether the second item is still open.",
         "id":"k3y-9911","count":12}
        """u8.ToArray();

    /// <inheritdoc/>
    public string Name => "decide";

    /// <inheritdoc/>
    public string Question => "What do indexing what is read, tracing arguments and a whole decision cost? (a minute)";

    /// <inheritdoc/>
    public Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        var facts = MachineLimits.Measure(scratch.Folder("limits"));
        var text = Prose(TextBytes, seed: 1);
        var (rates, memories, delays) = (new List<double>(), new List<double>(), new List<double>());
        var (traces, bares, wholes) = (new List<double>(), new List<double>(), new List<double>());
        var (limits, shadows) = (new List<double>(), new List<double>());
        var decision = new WholeDecision(Arguments);
        var rounds = options.Rounds ?? RoundsDefault;
        for (var round = 0; round <= rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (rate, memory, delay) = Index(text);
            var read = Read(text);
            var trace = Trace(read);
            var (bare, whole, limited, shadow) = decision.Measure(read);
            if (round > 0)
            {
                rates.Add(rate);
                memories.Add(memory);
                delays.Add(delay);
                traces.Add(trace);
                bares.Add(bare);
                wholes.Add(whole);
                limits.Add(limited);
                shadows.Add(shadow);
            }
        }

        return Task.FromResult(new BenchReport(
            Name, facts, [], [.. TextBars(rates, memories, delays), .. DecisionBars(traces, bares, wholes)],
            [
                $"prose of {TextBytes / 1024} KiB in JSON strings with numbers, dates and addresses, "
                    + $"in chunks of 64 KiB; median of {rounds} rounds",
                "decisions: packs allow-list and origins and 1,000 policies for 50 tools, 20 of them about the one "
                    + $"that is called; with three limits, which take {Quartiles.Of(limits).Median:N2} us of it "
                    + "(asked, taken, settled); the arguments are parsed before",
                "a shadow set of the same policies would add "
                    + $"{Quartiles.Of(shadows).Median:N1} us to a decision (no bar: only who sets one pays for it)",
            ]));
    }

    private static IReadOnlyList<Bar> TextBars(List<double> rates, List<double> memories, List<double> delays)
    {
        var (rate, memory, delay) = (Quartiles.Of(rates), Quartiles.Of(memories), Quartiles.Of(delays));
        return
        [
            Bar(
                "text indexed a second, one core", rate.Lower >= 50,
                $"{rate.Median:N0} MB/s ({rate.Lower:N0}-{rate.Upper:N0}), at least 50"),
            Bar("memory for each byte of text", memory.Upper <= 3, $"{memory.Median:N2} bytes, at most 3"),
            Bar(
                "delay of 64 KiB", delay.Upper <= 2000,
                $"p99 {delay.Median:N0} us ({delay.Lower:N0}-{delay.Upper:N0}), at most 2,000"),
        ];
    }

    private static IReadOnlyList<Bar> DecisionBars(List<double> traces, List<double> bares, List<double> wholes) =>
    [
        Microseconds("origins of 10 arguments against 1 MiB", Quartiles.Of(traces), 45),
        Microseconds("decision among 1,000 policies, origins given", Quartiles.Of(bares), 5),
        Microseconds("decision with origins of 10 arguments against 1 MiB", Quartiles.Of(wholes), 50),
    ];

    private static Bar Microseconds(string name, Quartiles taken, double max) => Bar(
        name, taken.Upper <= max, $"p50 {taken.Median:N1} us ({taken.Lower:N1}-{taken.Upper:N1}), at most {max:N0}");

    private static Bar Bar(string name, bool holds, string figures) =>
        new() { Name = name, Origin = Origin, Outcome = holds ? Outcome.Ok : Outcome.Miss, Figures = figures };

    private static (double Rate, double Memory, double Delay) Index(byte[] text)
    {
        const int repeats = 4;
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        var delays = new List<double>();
        var started = Stopwatch.GetTimestamp();
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            using var intake = new ResponseIntake(
                index, TextTrust.Untrusted, repeat, ContentHead.Of("application/json", null), IntakeLimits.Default);
            for (var at = 0; at < text.Length; at += Delivery)
            {
                var begun = Stopwatch.GetTimestamp();
                intake.Take(text.AsSpan(at, Math.Min(Delivery, text.Length - at)));
                delays.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            }
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        delays.Sort();
        return (
            repeats * text.Length / 1e6 / seconds,
            (double)index.MemoryBytes / (repeats * text.Length),
            Quartiles.At([.. delays], 0.99));
    }

    private static TextIndex Read(byte[] text)
    {
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        using (var intake = new ResponseIntake(
            index, TextTrust.Untrusted, 0, ContentHead.Of("application/json", null), IntakeLimits.Default))
        {
            intake.Take(text);
        }

        var brief = index.Begin(TextTrust.Brief, 1);
        brief.Append("Please pay the car rental of January, 98.70, to GB29NWBK60161331926819 "u8);
        brief.Append("and tell ann.smith@example.org."u8);
        brief.Complete();
        return index;
    }

    private static double Trace(TextIndex index)
    {
        var taken = new double[Traces];
        for (var number = 0; number < taken.Length; number++)
        {
            var begun = Stopwatch.GetTimestamp();
            _ = index.TraceJson(Arguments);
            taken[number] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }

        Array.Sort(taken);
        return Quartiles.At(taken, 0.5);
    }

    // Words by Zipf's law, as pages have them.
    private static byte[] Prose(int length, int seed)
    {
        var random = new Random(seed);
        var words = Enumerable.Range(0, 20_000).Select(_ => Word(random)).ToArray();
        var text = new StringBuilder(length + 256);
        while (text.Length < length)
        {
            text.Append("{\"id\":").Append(random.Next(1_000_000));
            text.Append(",\"at\":\"2025-03-").Append(random.Next(10, 28)).Append("\",\"text\":\"");
            for (var count = random.Next(20, 120); count > 0; count--)
            {
                text.Append(words[(int)Math.Pow(words.Length, random.NextDouble()) - 1]);
                text.Append(random.Next(12) == 0 ? ", " : " ");
            }

            text.Append("costs ").Append(random.Next(10_000)).Append(".50, mail ").Append(Word(random)).Append(
                "@example.com.\\n\"}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString(0, length));
    }

    private static string Word(Random random) =>
        string.Create(random.Next(2, 10), random, (letters, from) =>
        {
            for (var at = 0; at < letters.Length; at++)
            {
                letters[at] = (char)('a' + from.Next(26));
            }
        });
}
