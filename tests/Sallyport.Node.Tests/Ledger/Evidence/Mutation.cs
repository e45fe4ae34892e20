using System.Globalization;
using System.Text;

namespace Sallyport.Ledger.Tests.Evidence;

/// <summary>Real bytes, changed as a stranger or a disk would: from one seed always the same.</summary>
internal static class Mutation
{
    private static readonly string[] Words =
    [
        "-1", "0", "9223372036854775807", "18446744073709551616", "99999999999999999999999999", "1e999", "null", "{}",
        "\n\n", "\u2014 x AAAA", "%s%n", "../../etc/passwd", "\0", "=",
    ];

    /// <summary>The bytes with one to four changes.</summary>
    public static byte[] Of(byte[] whole, int seed)
    {
        var random = new Random(seed);
        var bytes = whole;
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes = Once(bytes, random);
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        var (at, other) = (random.Next(bytes.Length + 1), random.Next(bytes.Length + 1));
        var (from, to) = (Math.Min(at, other), Math.Max(at, other));
        return random.Next(9) switch
        {
            0 when bytes.Length > 0 => Flipped(bytes, random),
            1 => bytes[..at],
            2 => bytes[at..],
            3 => [.. bytes[..from], .. bytes[to..]],
            4 => [.. bytes[..to], .. bytes[from..]],
            5 => [.. bytes[..at], .. Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]), .. bytes[at..]],
            6 => Numbered(bytes, random),
            7 => [.. bytes, .. new byte[random.Next(1, 100)]],
            _ => [.. bytes[..from], .. Noise(random, to - from), .. bytes[to..]],
        };
    }

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        byte[] copy = [.. bytes];
        copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    // A number in a text becomes another one: a size, an index, a length.
    private static byte[] Numbered(byte[] bytes, Random random)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var digit = text.AsSpan(random.Next(text.Length + 1)).IndexOfAnyInRange('0', '9');
        return digit < 0 ? bytes : Encoding.Latin1.GetBytes(text.Insert(
            digit, random.NextInt64().ToString(CultureInfo.InvariantCulture)));
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
