using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.EndToEnd.Stage;

/// <summary>The CA of the test's own upstreams. The gateway trusts it only where a source says so.</summary>
internal sealed class TestCa : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 ca;

    public TestCa()
    {
        var request = new CertificateRequest("CN=upstreams of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = TimeProvider.System.GetUtcNow();
        ca = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    public string Pem => ca.ExportCertificatePem();

    /// <summary>A server certificate for these names.</summary>
    public X509Certificate2 Issue(params IEnumerable<string> hosts)
    {
        using var leaf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=upstream", leaf, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(ca, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(leaf);
    }

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }
}
