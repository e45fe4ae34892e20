using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Range.Certificates;

/// <summary>
/// One leaf certificate per name that the range serves, made when it is first asked for. The names are a closed set, so
/// a flood of invented SNI values makes no certificates: they get the loopback one and fail on the client's check.
/// </summary>
internal sealed class LeafCertificates(
    TestAuthority authority, IReadOnlyCollection<string> names, TimeProvider time) : IDisposable
{
    private const string Loopback = "localhost";
    private const int LifetimeHours = 24 * 6;

    private readonly HashSet<string> served = new(names, StringComparer.OrdinalIgnoreCase);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, Lazy<SslStreamCertificateContext>> contexts = new(
        StringComparer.OrdinalIgnoreCase);

    /// <param name="serverName">The SNI value; null or empty when the client sent none, as for an address.</param>
    public SslStreamCertificateContext For(string? serverName)
    {
        var name = serverName is not null && served.Contains(serverName) ? serverName : Loopback;
        return contexts.GetOrAdd(name, wanted => new(() => Context(wanted))).Value;
    }

    public void Dispose() => key.Dispose();

    private SslStreamCertificateContext Context(string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName(name);
        if (name == Loopback)
        {
            alternatives.AddIpAddress(IPAddress.Loopback);
            alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority.Certificate, true, false));

        var now = time.GetUtcNow();
        using var leaf = request.Create(
            authority.Certificate, now.AddHours(-1), now.AddHours(LifetimeHours), RandomNumberGenerator.GetBytes(16));
        return SslStreamCertificateContext.Create(leaf.CopyWithPrivateKey(key), [authority.Certificate], offline: true);
    }
}
