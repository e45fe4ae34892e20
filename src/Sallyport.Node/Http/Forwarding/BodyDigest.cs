using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Sallyport.Http.Forwarding;

/// <summary>SHA-256 and length of a body as it streams by.</summary>
internal sealed class BodyDigest : IDisposable
{
    /// <summary>SHA-256 of nothing.</summary>
    public const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // A native context costs more to make than to use for a small body.
    private static readonly ConcurrentBag<IncrementalHash> Idle = [];

    // A relay may still be at work when the exchange is over: what it adds then must not reach the next body's hash.
    private readonly Lock gate = new();
    private IncrementalHash? hash;
    private bool over;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds what has just been relayed.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (!over)
            {
                hash ??= Idle.TryTake(out var idle) ? idle : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(bytes);
                Length += bytes.Length;
            }
        }
    }

    /// <summary>The digest of everything so far, lower-case hex.</summary>
    public string Hex()
    {
        lock (gate)
        {
            if (hash is null)
            {
                return OfNothing;
            }

            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            hash.GetCurrentHash(digest);
            return Convert.ToHexStringLower(digest);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            over = true;
            if (hash is { } used)
            {
                hash = null;
                Span<byte> rest = stackalloc byte[SHA256.HashSizeInBytes];
                used.GetHashAndReset(rest);
                Idle.Add(used);
            }
        }
    }
}
