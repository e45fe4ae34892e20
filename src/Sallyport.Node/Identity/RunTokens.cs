using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Identity;

/// <summary>The tokens of open runs. A token is 256 random bits; only its SHA-256 is kept, in memory and on disk.</summary>
public sealed class RunTokens
{
    private readonly ConcurrentDictionary<RunId, byte[]> digests = new();

    /// <summary>A new token.</summary>
    /// <returns>The token, to be shown once, and the digest to keep.</returns>
    public static (string Token, byte[] Digest) Create()
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (token, SHA256.HashData(Encoding.ASCII.GetBytes(token)));
    }

    /// <summary>Accepts the token with this digest for this run.</summary>
    public void Add(RunId run, byte[] digest) => digests[run] = digest;

    /// <summary>Refuses the run's token from here on.</summary>
    public void Remove(RunId run) => digests.TryRemove(run, out _);

    /// <summary>Reads a Proxy-Authorization value: <c>Basic base64(RUN:TOKEN)</c> (RFC 7617). The comparison takes the same time for every wrong token.</summary>
    /// <returns>The run, or null when the value proves nothing.</returns>
    public RunId? Identify(ReadOnlySpan<byte> proxyAuthorization)
    {
        Span<byte> decoded = stackalloc byte[128];
        if (proxyAuthorization.Length is < 6 or > 134
            || !Ascii.EqualsIgnoreCase(proxyAuthorization[..6], "Basic "u8)
            || !Convert.TryFromBase64String(Encoding.ASCII.GetString(proxyAuthorization[6..].Trim((byte)' ')), decoded, out var length))
        {
            return null;
        }

        decoded = decoded[..length];
        var colon = decoded.IndexOf((byte)':');
        if (colon < 0 || !RunId.TryParse(Encoding.ASCII.GetString(decoded[..colon]), out var run) || !digests.TryGetValue(run, out var expected))
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(decoded[(colon + 1)..], digest);
        return CryptographicOperations.FixedTimeEquals(digest, expected) ? run : null;
    }
}
