namespace Sallyport.Flow.Origins.Tests;

// Whatever is lost, answers only become more cautious.
public sealed class DegradationTests
{
    private static readonly string[] Vocabulary =
    [
        "pay", "rent", "bob", "ann@x.org", "98.70", "2025-01-11", "GB29NWBK6016", "https://x.org/a", "invoice", "the",
            "of",
        "car", "blue", "march", "7", "report.txt", "summary", "meeting",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_loss_makes_an_answer_more_trusting(int seed)
    {
        var random = new Random(seed);
        var readings = Enumerable.Range(0, random.Next(2, 12))
            .Select(_ => ((TextTrust)random.Next(3), Words(random, random.Next(1, 4000)))).ToList();
        var full = new Reader(new TextIndexLimits { WorkMax = int.MaxValue });
        var lossy = new Reader(new TextIndexLimits
        {
            UntrustedBytesMax = random.Next(2) == 0 ? 24 << 20 : random.Next(20_000, 200_000),
            TrustedBytesMax = random.Next(2) == 0 ? 24 << 20 : random.Next(20_000, 200_000),
            BriefBytesMax = random.Next(2) == 0 ? 24 << 20 : random.Next(20_000, 200_000),
            WorkMax = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 500),
        });
        foreach (var (trust, text) in readings)
        {
            full.Read(trust, text);
            if (random.Next(4) == 0)
            {
                lossy.Index.MarkOpaque(trust);
            }
            else
            {
                lossy.Read(trust, text, chunk: random.Next(1, 5000));
            }
        }

        for (var round = 0; round < 60; round++)
        {
            var value = Words(random, random.Next(1, 9));
            var (whole, less) = (full.Index.Trace(value), lossy.Index.Trace(value));
            Assert.True(less.Standing <= whole.Standing, $"seed {seed}: '{value}' {whole} became {less}");
        }
    }

    [Fact]
    public void Over_the_bound_untrusted_text_is_missing_and_says_so()
    {
        var reader = new Reader(new TextIndexLimits { UntrustedBytesMax = 100_000 }).Trusted(
            "mail ann@x.org").Untrusted("hello");
        Assert.Equal(Standing.Trusted, reader.Standing("ann@x.org"));
        reader.Untrusted(string.Concat(Enumerable.Range(0, 20_000).Select(number => $"word{number} ")));
        Assert.True(reader.Index.Exposure.UntrustedIncomplete);
        Assert.Equal(Standing.Untrusted, reader.Standing("ann@x.org"));
        Assert.InRange(reader.Index.MemoryBytes, 1, 200_000);
    }

    [Fact]
    public void Over_the_bound_trusted_text_only_loses_trust()
    {
        var reader = new Reader(new TextIndexLimits { TrustedBytesMax = 100_000 }).Trusted("mail ann@x.org");
        reader.Trusted(string.Concat(Enumerable.Range(0, 20_000).Select(number => $"word{number} ")) + " bob@x.org");
        Assert.False(reader.Index.Exposure.UntrustedIncomplete);
        Assert.Equal(Standing.Trusted, reader.Standing("ann@x.org"));
        Assert.Equal(Standing.Untrusted, reader.Standing("bob@x.org"));
    }

    // A stretch ends every 32 KiB and a block every 64 KiB: nothing may fall into the gap.
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16384)]
    [InlineData(1 << 20)]
    public void A_value_is_found_wherever_a_stretch_is_cut(int chunk)
    {
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(number => $"w{number} x,"));
        var reader = new Reader().Read(TextTrust.Untrusted, text, chunk);
        for (var number = 0; number < 29_990; number += 13)
        {
            Assert.Equal(TextOrigins.Untrusted, reader.Whole($"x,w{number + 1} x,w{number + 2} x,w{number + 3}"));
        }
    }

    private static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));
}
