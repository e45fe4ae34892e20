using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sallyport.Ledger;

namespace Sallyport.Http.Forwarding;

/// <summary>SHA-256 and length of a body as it streams by.</summary>
/// <param name="keeping">Takes the same bytes; null where nothing keeps them.</param>
internal sealed class BodyDigest(BodyCopy? keeping = null) : IDisposable
{
    /// <summary>SHA-256 of nothing.</summary>
    public const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // A native context costs more to make than to use for a small body.
    private static readonly ConcurrentBag<IncrementalHash> Idle = [];

    // A relay may still be at work when the exchange is over: what it adds then must not reach the next body's hash.
    private readonly Lock gate = new();
    private BodyCopy? copy = keeping;
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
                copy?.Add(bytes);
            }
        }
    }

    /// <summary>What there was so far: the digest in lower-case hex, the bytes, and the copy of exactly these. The copy
    /// is the caller's from here on, and given once.</summary>
    public (string Hex, long Length, BodyCopy? Copy) Told()
    {
        lock (gate)
        {
            var told = copy;
            copy = null;
            if (hash is null)
            {
                return (OfNothing, 0, told);
            }

            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            hash.GetCurrentHash(digest);
            return (Convert.ToHexStringLower(digest), Length, told);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            over = true;
            copy?.Dispose();
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
