using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Certificates;

/// <summary>
/// The range's own certificate authority: made at the first start, kept in the state folder (`ca.pem`, and `ca.key` for
/// the owner alone). Nothing outside the range trusts it unless told to by SSL_CERT_FILE or the like.
/// </summary>
internal sealed class TestAuthority : IDisposable
{
    public const string CertificateFile = "ca.pem";
    public const string KeyFile = "ca.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LifetimeDays = 365;

    // Renewed this long before it ends, so that no leaf outlives its issuer.
    private const int RenewDays = 7;

    private TestAuthority(X509Certificate2 certificate, string certificatePath)
    {
        Certificate = certificate;
        CertificatePath = certificatePath;
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string CertificatePath { get; }

    /// <exception cref="FaultException">The files cannot be read or written, or do not belong together.</exception>
    public static TestAuthority Open(string stateFolder, TimeProvider time)
    {
        var certificatePath = Path.GetFullPath(Path.Combine(stateFolder, CertificateFile));
        var keyPath = Path.GetFullPath(Path.Combine(stateFolder, KeyFile));
        try
        {
            if (File.Exists(certificatePath) && File.Exists(keyPath))
            {
                var kept = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
                if (kept.NotAfter.ToUniversalTime() > time.GetUtcNow().AddDays(RenewDays).UtcDateTime)
                {
                    return new TestAuthority(kept, certificatePath);
                }

                kept.Dispose();
            }

            return new TestAuthority(Create(certificatePath, keyPath, time), certificatePath);
        }
        catch (Exception exception) when (
            exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(
                "range.ca.unusable",
                $"The certificate authority in '{stateFolder}' cannot be used: {exception.Message}",
                $"Remove {CertificateFile} and {KeyFile} there; the next start makes new ones."));
        }
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Create(string certificatePath, string keyPath, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Sallyport range test CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(LifetimeDays));

        // The key first: a crash in between leaves no certificate without its key, and the next start makes both anew.
        File.Delete(certificatePath);
        File.Delete(keyPath);
        WriteOwnerOnly(keyPath, key.ExportPkcs8PrivateKeyPem());
        WriteOwnerOnly(certificatePath, certificate.ExportCertificatePem());
        return certificate;
    }

    /// <summary>The mode is given at creation: there is no moment in which others could open the file.</summary>
    private static void WriteOwnerOnly(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(text);
    }
}
