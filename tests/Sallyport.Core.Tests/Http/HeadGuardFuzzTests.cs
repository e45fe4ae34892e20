using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static Sallyport.Http.Tests.Heads;

namespace Sallyport.Http.Tests;

// Seeded: a failure prints the seed, the round and the bytes.
public sealed partial class HeadGuardFuzzTests
{
    private const int Rounds = 4_000;

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", "0", "5", "f", "-", "+", "\u00ff", "\r\n\r\n", "0\r\n\r\n", "Host: a.test\r\n",
        "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Connection: upgrade\r\n", "Upgrade: x\r\n", " HTTP/1.1\r\n", "GET / ",
        " v\r\n", "X: v\r\n", "http://b.test/",
    ];

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    public void However_bytes_are_spoilt_and_cut_only_what_is_in_order_is_approved(int seed)
    {
        var random = new Random(seed);
        var (whole, faults) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Spoilt(random);
            var at = $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}";
            var walk = AtOnce(bytes);
            Assert.True(walk.Approved <= bytes.Length, at);
            Assert.True(walk.Approved == InOrder(Latin1(bytes)), $"{at}: approved {walk.Approved}, in order {InOrder(Latin1(bytes))}");

            var parts = InParts(bytes, Arrivals(random, bytes.Length), random.Next(1, 40));
            Assert.True(parts.Approved == walk.Approved && (parts.Code is null) == (walk.Code is null), $"{at}: {walk} at once, {parts} in parts");
            whole += walk.Approved == bytes.Length ? 1 : 0;
            faults += walk.Code is null ? 0 : 1;
        }

        Assert.True(whole > Rounds / 50 && faults > Rounds / 4, $"{whole} whole and {faults} faults of {Rounds}: the fuzzer has lost its way");
    }

    // The same rule, read plainly over all of the text: no state, no segments, no increments.
    private static int InOrder(string text)
    {
        var at = 0;
        while (text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) is var blank and >= 0)
        {
            if (!RequestHead.TryParse(Bytes(text[at..(blank + 4)]), out var head, out _))
            {
                return at;
            }

            at = blank + 4;
            switch (head.Framing)
            {
                case BodyFraming.Upgrade:
                    return text.Length;
                case BodyFraming.Length:
                    at = (int)Math.Min(text.Length, at + head.ContentLength);
                    break;
                case BodyFraming.Chunked:
                    if (!IsWholeBody(text, ref at))
                    {
                        return at;
                    }

                    break;
                case BodyFraming.None:
                    break;
            }
        }

        return at;
    }

    private static bool IsWholeBody(string text, ref int at)
    {
        while (ChunkLine().Match(text, at) is { Success: true } line)
        {
            var size = long.Parse(line.Groups["size"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at += line.Length;
            if (size == 0)
            {
                return IsWholeTrailer(text, ref at);
            }

            at = (int)Math.Min(text.Length, at + size);
            if (string.CompareOrdinal(text, at, "\r\n", 0, 2) != 0)
            {
                return false;
            }

            at += 2;
        }

        return false;
    }

    private static bool IsWholeTrailer(string text, ref int at)
    {
        while (TrailerLine().Match(text, at) is { Success: true } line)
        {
            at += line.Length;
        }

        var isWhole = string.CompareOrdinal(text, at, "\r\n", 0, 2) == 0;
        at += isWhole ? 2 : 0;
        return isWhole;
    }

    [GeneratedRegex(@"\G(?<size>[0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ChunkLine();

    [GeneratedRegex(@"\G[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\0\r\n]*\r\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TrailerLine();

    private static byte[] Spoilt(Random random)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, random.Next(4) == 0 ? Streams.Bad : Streams.Good)));
        for (var spoils = random.Next(0, 4); spoils > 0; spoils--)
        {
            var at = random.Next(text.Length);
            text = random.Next(5) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at)),
                1 => text.Insert(at, Pick(random, Pieces)),
                2 => text[..at] + (char)random.Next(256) + text[(at + 1)..],
                3 => text.Insert(random.Next(text.Length), text[at..Math.Min(text.Length, at + random.Next(1, 30))]),
                _ => text[..(at + 1)],
            };
            text = text.Length == 0 ? "\r\n" : text;
        }

        return Bytes(text);
    }

    private static IEnumerable<int> Arrivals(Random random, int length)
    {
        for (var arrived = 0; arrived < length;)
        {
            arrived = Math.Min(length, arrived + random.Next(0, 60));
            yield return arrived;
        }
    }

    private static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string Pick(Random random, string[] of) => of[random.Next(of.Length)];
}
