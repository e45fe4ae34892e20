using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Http.Tls;

/// <summary>The CA of this node: agents trust it for what they reach through the gateway, and nobody else should.</summary>
/// <remarks>P-256 (an RSA key would cost 180 ms a leaf). The key file is 0600 in a 0700 folder and never leaves the node.</remarks>
public sealed class CertificateAuthority : IDisposable
{
    private const int CaYears = 5;
    private const int LeafHours = 24;

    // A leaf that is valid from "now" fails for a client whose clock is a little behind.
    private const int BackdateMinutes = 60;

    private readonly X509Certificate2 ca;
    private readonly ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider time;

    private CertificateAuthority(X509Certificate2 ca, TimeProvider time)
    {
        this.ca = ca;
        this.time = time;
    }

    /// <summary>The certificate as PEM: what agents are given.</summary>
    public string CertificatePem => ca.ExportCertificatePem();

    /// <summary>Makes a CA and writes <c>ca.pem</c> and <c>ca.key</c>. Refuses to replace a key.</summary>
    public static void Create(string folder, string organisation, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("Sallyport perimeter CA");
        name.AddOrganizationName(organisation);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-BackdateMinutes), now.AddYears(CaYears));
        WritePrivate(Path.Combine(folder, "ca.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "ca.pem"), certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>Opens the CA of a state folder.</summary>
    public static (CertificateAuthority? Authority, Fault? Fault) Open(string folder, TimeProvider time)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
            return (new CertificateAuthority(certificate, time), null);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or CryptographicException
            or ArgumentException) // The last: a key that is not this certificate's.
        {
            return (null, new Fault("http.ca", $"The CA in {folder} cannot be read: {failed.Message}", "Put ca.pem and ca.key back from a backup, or start a new state folder with: sallyport init"));
        }
    }

    /// <summary>A leaf for one host, with the chain that a handshake sends.</summary>
    /// <param name="host">A DNS name or an IP literal without brackets.</param>
    /// <param name="notAfter">When it ends; take another before that.</param>
    public X509Certificate2 Issue(string host, out DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={Common(host)}"), leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = time.GetUtcNow();
        notAfter = now.AddHours(LeafHours);
        using var certificate = request.Create(ca, now.AddMinutes(-BackdateMinutes), notAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(leafKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ca.Dispose();
        leafKey.Dispose();
    }

    // A common name holds 64 characters at most (RFC 5280, upper bounds); the alternative name is what counts.
    private static string Common(string host) => host.Length <= 64 && !host.Contains(':', StringComparison.Ordinal) ? host : "leaf";

    private static void WritePrivate(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.ASCII.GetBytes(text + "\n"));
        file.Flush(flushToDisk: true);
    }
}
