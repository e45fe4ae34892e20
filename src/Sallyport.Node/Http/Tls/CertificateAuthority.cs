using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Http.Tls;

/// <summary>The CA of this node: agents trust it for what they reach through the gateway, and nobody else should.</summary>
/// <remarks>P-256 (an RSA key would cost 180 ms a leaf). The key file is 0600 in a 0700 folder and never leaves the node.</remarks>
public sealed class CertificateAuthority : IDisposable
{
    private const int CaYears = 5;
    private const string OrganisationOid = "2.5.4.10";
    private const int LeafHours = 24;

    // A leaf that is valid from "now" fails for a client whose clock is a little behind.
    private const int BackdateMinutes = 60;

    private readonly CaFiles files;
    private readonly Lock gate = new();
    private volatile X509Certificate2 ca;
    private volatile Follower? next;
    private volatile int generation;
    private readonly ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider time;

    private CertificateAuthority(CaFiles files, X509Certificate2 ca, TimeProvider time)
    {
        (this.files, this.ca) = (files, ca);
        next = files.OpenNext() is { } follows ? new Follower(follows.Certificate, follows.At) : null;
        this.time = time;
    }

    /// <summary>The certificate in force.</summary>
    public CaCertificate Current => CaCertificate.Of(ca, from: null);

    /// <summary>The one that follows; null where none does.</summary>
    public CaCertificate? Next => next is { } follows ? CaCertificate.Of(follows.Certificate, follows.At) : null;

    /// <summary>Grows when leaves that were issued before are not to be used any more.</summary>
    public int Generation => generation;

    /// <summary>Makes a CA and writes <c>ca.pem</c> and <c>ca.key</c>. Refuses to replace a key.</summary>
    public static void Create(string folder, string organisation, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var certificate = Make(organisation, time.GetUtcNow(), out var key);
        new CaFiles(folder).WriteFirst(certificate, key);
    }

    /// <summary>Makes another CA, which follows this one at a time. Until then both are given to agents, and leaves are
    /// issued by this one: who knows it alone goes on.</summary>
    /// <param name="at">From when the new one issues; a time that has passed retires the old one at once.</param>
    /// <param name="record">Called with both before anything is changed; a fault of it stops it.</param>
    /// <returns>Null when it is done.</returns>
    public async Task<Fault?> RotateAsync(DateTimeOffset at, Func<CaCertificate, CaCertificate, Task<Fault?>> record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var organisation = ca.SubjectName.EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(part => part.GetSingleElementType().Value == OrganisationOid)?.GetSingleElementValue();
        var made = Make(organisation ?? "", time.GetUtcNow(), out var key);
        if (await record(Current, CaCertificate.Of(made, at)) is { } unrecorded)
        {
            made.Dispose();
            return unrecorded;
        }

        try
        {
            lock (gate)
            {
                files.WriteNext(made, key, ca, at);
                next = new Follower(made, at);
                if (at <= time.GetUtcNow())
                {
                    files.Promote();
                    (ca, next) = (made, null);
                    generation++;
                }
            }

            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                "http.ca", $"The new CA cannot be written: {failed.Message}",
                "Free the disk, or mend the state folder's mode, then try again.");
        }
    }

    private static X509Certificate2 Make(string organisation, DateTimeOffset now, out string keyPem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("Sallyport perimeter CA");
        name.AddOrganizationName(organisation);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        keyPem = key.ExportPkcs8PrivateKeyPem();
        return request.CreateSelfSigned(now.AddMinutes(-BackdateMinutes), now.AddYears(CaYears));
    }

    /// <summary>Opens the CA of a state folder.</summary>
    public static (CertificateAuthority? Authority, Fault? Fault) Open(string folder, TimeProvider time)
    {
        try
        {
            var files = new CaFiles(folder);
            return (new CertificateAuthority(files, files.Open(time.GetUtcNow()), time), null);
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
        var now = time.GetUtcNow();
        var issuer = next is { } follows && now >= follows.At ? follows.Certificate : ca;
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
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        notAfter = now.AddHours(LeafHours);
        using var certificate = request.Create(issuer, now.AddMinutes(-BackdateMinutes), notAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(leafKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ca.Dispose();
        next?.Certificate.Dispose();
        leafKey.Dispose();
    }

    // A common name holds 64 characters at most (RFC 5280, upper bounds); the alternative name is what counts.
    private static string Common(string host) => host.Length <= 64 && !host.Contains(':', StringComparison.Ordinal) ? host : "leaf";

    private sealed record Follower(X509Certificate2 Certificate, DateTimeOffset At);
}

/// <summary>A CA certificate, for people.</summary>
/// <param name="Fingerprint">SHA-256 of it, lower-case hex.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="From">From when it issues; null for the one that does.</param>
public sealed record CaCertificate(
    string Fingerprint, DateTimeOffset NotBefore, DateTimeOffset NotAfter, DateTimeOffset? From)
{
    internal static CaCertificate Of(X509Certificate2 certificate, DateTimeOffset? from) => new(
        Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
        new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
        new DateTimeOffset(certificate.NotAfter).ToUniversalTime(), from);
}
