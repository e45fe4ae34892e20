using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Range.Corpus;

/// <summary>
/// What a record lacks is derived from a hash of what it has: the same folder always gives the same network, and
/// nothing comes from a clock or a random source.
/// </summary>
internal static class StableValues
{
    /// <summary>Derived dates fall into the 28 days after this one.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    private const uint SecondsSpread = 28 * 24 * 3600;

    /// <summary>A version-8 UUID (RFC 9562 section 5.8: custom) over the parts, each ended by a zero byte.</summary>
    public static Guid Id(params ReadOnlySpan<string> parts)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(parts, digest);
        digest[6] = (byte)((digest[6] & 0x0f) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }

    /// <summary>
    /// The id of <paramref name="parts"/>, beginning with the known first characters of the real one.
    /// </summary>
    public static Guid IdWithPrefix(string prefix, params ReadOnlySpan<string> parts)
    {
        var text = Id(parts).ToString("D");
        return prefix.Length <= text.Length && Guid.TryParseExact(prefix + text[prefix.Length..], "D", out var id)
            ? id
            : Guid.ParseExact(text, "D");
    }

    /// <summary>A number from 0 to <paramref name="below"/> - 1.</summary>
    public static int Number(int below, params ReadOnlySpan<string> parts)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(parts, digest);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(digest[20..]) % (uint)below);
    }

    public static DateTimeOffset Date(params ReadOnlySpan<string> parts) =>
        Epoch.AddSeconds(Number((int)SecondsSpread, parts));

    private static void Digest(ReadOnlySpan<string> parts, Span<byte> digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        hash.GetHashAndReset(digest);
    }
}
