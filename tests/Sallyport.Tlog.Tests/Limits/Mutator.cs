using System.Text;

namespace Sallyport.Tlog.Tests.Limits;

/// <summary>
/// Alters bytes in the ways that break parsers: bits, lengths, order, and the tokens that these formats are made of.
/// </summary>
internal sealed class Mutator(int seed)
{
    private static readonly byte[][] s_tokens =
    [
        .. ((string[])[
            "\n", "\n\n", "— ", " ", "+", "=", "/", "\0", "\r", "0", "-1", "9223372036854775807",
            "9223372036854775808", "99999999999999999999", "x000/", ".p/256", "\u00a0", "AAAA", "group g any g\n",
        ]).Select(Encoding.UTF8.GetBytes), [0xFF], [0xC3], [0xE2, 0x80], [0xEF, 0xBB, 0xBF],
    ];

    private readonly Random _random = new(seed);

    public byte[] Alter(byte[] bytes)
    {
        for (var round = _random.Next(1, 4); round > 0; round--)
        {
            bytes = AlterOnce(bytes);
        }

        return bytes;
    }

    public byte[] Noise(int lengthMax)
    {
        var bytes = new byte[_random.Next(lengthMax + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    public int Next(int exclusiveMax) => _random.Next(exclusiveMax);

    private byte[] AlterOnce(byte[] bytes)
    {
        var (a, b) = (_random.Next(bytes.Length + 1), _random.Next(bytes.Length + 1));
        (a, b) = (Math.Min(a, b), Math.Max(a, b));
        switch (_random.Next(8))
        {
            case 0 when bytes.Length > 0:
                var flipped = bytes.ToArray();
                flipped[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
                return flipped;
            case 1:
                return [.. bytes[..a], .. s_tokens[_random.Next(s_tokens.Length)], .. bytes[a..]];
            case 2:
                return [.. bytes[..a], .. s_tokens[_random.Next(s_tokens.Length)], .. bytes[b..]];
            case 3:
                return bytes[..a];
            case 4:
                return [.. bytes[..a], .. bytes[b..]];
            case 5:
                return [.. bytes[..b], .. bytes[a..]];
            case 6:
                // repeat a part, often enough to pass the limits on counts
                var many = Math.Min(200, 20_000 / (b - a + 1));
                return [.. bytes[..a], .. Enumerable.Repeat(bytes[a..b], many).SelectMany(part => part), .. bytes[b..]];
            default:
                return [.. bytes[..a], .. Noise(8), .. bytes[a..]];
        }
    }
}
