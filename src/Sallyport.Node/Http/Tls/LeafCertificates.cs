using System.Collections.Concurrent;
using System.Net.Security;

namespace Sallyport.Http.Tls;

/// <summary>Leaf certificates by host, each made once and kept for most of its life.</summary>
/// <remarks>Bounded: over <see cref="CountMax"/> the oldest half goes. 1,000 cached contexts cost about 85 MB.</remarks>
public sealed class LeafCertificates(CertificateAuthority authority, TimeProvider time)
{
    /// <summary>Most contexts that are kept.</summary>
    public const int CountMax = 1000;

    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Lazy<Leaf>> leaves = new(StringComparer.Ordinal);

    /// <summary>The context for a host.</summary>
    public SslStreamCertificateContext For(string host)
    {
        var leaf = leaves.GetOrAdd(host, Make).Value;
        if (leaf.NotAfter - Margin > time.GetUtcNow() && leaf.Generation == authority.Generation)
        {
            return leaf.Context;
        }

        leaves.TryRemove(host, out _);
        return leaves.GetOrAdd(host, Make).Value.Context;
    }

    private Lazy<Leaf> Make(string host)
    {
        if (leaves.Count >= CountMax)
        {
            foreach (var (name, _) in leaves.OrderBy(entry => entry.Value.IsValueCreated ? entry.Value.Value.NotAfter : DateTimeOffset.MaxValue).Take(CountMax / 2).ToList())
            {
                leaves.TryRemove(name, out _); // Not disposed: a handshake may be using it.
            }
        }

        return new Lazy<Leaf>(() =>
        {
            var generation = authority.Generation; // Before: one that is revoked meanwhile is not kept.
            var certificate = authority.Issue(host, out var notAfter);
            return new Leaf(SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true), notAfter, generation);
        });
    }

    private sealed record Leaf(SslStreamCertificateContext Context, DateTimeOffset NotAfter, int Generation);
}
