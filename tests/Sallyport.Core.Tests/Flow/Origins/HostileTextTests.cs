using System.Text;

namespace Sallyport.Flow.Origins.Tests;

// Nothing that a stranger writes makes it crash, hang or go quadratic. Work is counted, never timed.
public sealed class HostileTextTests
{
    private const int TenMegabytes = 10 << 20;

    public static TheoryData<string> Texts =>
        ["one token", "one letter", "distinct", "no space", "numbers", "dates", "base64",
        "percent", "spaces", "marks", "wide", "hangul", "points", "digits", "hex"];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Ten_megabytes_stay_within_memory_and_work(string kind)
    {
        var limits = TextIndexLimits.Default;
        var index = new TextIndex(limits, seed: 1);
        var writer = index.Begin(TextTrust.Untrusted, 0);
        var text = Bytes(kind);
        for (var at = 0; at < text.Length; at += 100_000)
        {
            writer.Append(text.AsSpan(at, Math.Min(100_000, text.Length - at)));
        }

        writer.Complete();
        Assert.InRange(index.MemoryBytes, 0, limits.UntrustedBytesMax);
        Assert.True(index.Exposure.Untrusted);

        foreach (var value in (string[])["x" + Encoding.UTF8.GetString(text.AsSpan(0, 5000)), "ann@x.org",
            "a a a a a b", "1", "token token x token"])
        {
            var tracer = new Tracer(index).Begin(index.Exposure);
            var trace = tracer.Text(value);
            Assert.InRange(tracer.Work.Taken, 0, limits.WorkMax + 100_000);
            Assert.Equal(Standing.Untrusted, trace.Standing);
        }
    }

    [Fact]
    public void Work_grows_with_the_text_not_with_its_square()
    {
        var small = WorkFor(repeats: 1000);
        var large = WorkFor(repeats: 8000);
        Assert.InRange(large, 0, 10 * small);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_bytes_in_random_chunks_do_no_harm(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var index = new TextIndex(new TextIndexLimits { UntrustedBytesMax = 1 << (17 + (round % 5)) },
                (uint)random.Next());
            var open = new List<ReadingWriter>();
            for (var step = 0; step < 40; step++)
            {
                var writer = random.Next(3) > 0 && open.Count > 0
                    ? open[random.Next(open.Count)]
                    : index.Begin((TextTrust)random.Next(3), step);
                if (!open.Contains(writer))
                {
                    open.Add(writer);
                }

                var bytes = Noise(random);
                writer.Append(bytes, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length * 2));
                _ = index.TraceJson(Noise(random));
                _ = index.TraceUrl("https://" + Encoding.Latin1.GetString(Noise(random)));
                var trace = index.Trace(Encoding.UTF8.GetString(Noise(random)));
                Assert.All(trace.Spans, span =>
                    Assert.True(span is { Start: >= 0, Length: > 0 }, $"seed {seed}, round {round}: {span}"));
                if (random.Next(10) == 0)
                {
                    writer.Complete();
                    open.Remove(writer);
                }
            }
        }
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_leave_the_reading_opaque()
    {
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        var writer = index.Begin(TextTrust.Trusted, 0);
        writer.Append([(byte)'c', (byte)'a', (byte)'f', 0xE9, (byte)' ', (byte)'n', (byte)'o']);
        writer.Complete();
        Assert.True(index.Exposure.Opaque);
        Assert.Equal(TextOrigins.Trusted, index.Trace("no").Whole);
    }

    private static int WorkFor(int repeats)
    {
        var index = new TextIndex(new TextIndexLimits { WorkMax = int.MaxValue }, seed: 1);
        var writer = index.Begin(TextTrust.Untrusted, 0);
        writer.Append(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a b ", repeats))));
        writer.Complete();
        var tracer = new Tracer(index).Begin(index.Exposure);
        tracer.Text("a b a c b a");
        return tracer.Work.Taken;
    }

    private static byte[] Noise(Random random)
    {
        var pieces = (string[])["a ", "98.70", "2025-01-11", "{\"a\":[", "%4", "%41", "é\u0301", "\u200b",
            "YW5uQHgub3JnIGFubg==", "]}",
            "11 jan ", "4111 1111 ", "\"", "中文", "🦔", "https://x.org/?", "x", "'", "\\u00e9", "1,098.", "한"];
        var text = new List<byte>();
        for (var count = random.Next(1, 40); count > 0; count--)
        {
            if (random.Next(8) == 0)
            {
                text.Add((byte)random.Next(256));
            }
            else
            {
                text.AddRange(Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }
        }

        return [.. text];
    }

    private static byte[] Bytes(string kind)
    {
        var text = new StringBuilder(TenMegabytes);
        for (var number = 0; text.Length < TenMegabytes; number++)
        {
            _ = kind switch
            {
                "one token" => text.Append("token "),
                "one letter" => text.Append("a "),
                "distinct" => text.Append('t').Append(number).Append('x').Append(number * 7919L).Append(' '),
                "no space" => text.Append("abcdefghij"),
                "numbers" => text.Append("1,098.70,"),
                "dates" => text.Append("11/01/2025 "),
                "base64" => text.Append("YWFhYWFhYWFhYWFh"),
                "percent" => text.Append("%61"),
                "spaces" => text.Append("  \n"),
                "marks" => text.Append('\u0301'),
                "wide" => text.Append("ＡＢ　"),
                "hangul" => text.Append("한국 "),
                "points" => text.Append("1.2."),
                "digits" => text.Append('7'),
                _ => text.Append("6161"),
            };
        }

        return Encoding.UTF8.GetBytes(text.ToString(0, TenMegabytes));
    }
}
