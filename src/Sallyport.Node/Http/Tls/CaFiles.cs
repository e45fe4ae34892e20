using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Http.Tls;

/// <summary>The files of a CA and of the one that follows it. What is found half done is carried through.</summary>
/// <param name="folder">The state folder.</param>
internal sealed class CaFiles(string folder)
{
    private string Certificate => Path.Combine(folder, "ca.pem");

    private string Key => Path.Combine(folder, "ca.key");

    private string NextCertificate => Path.Combine(folder, "ca.next.pem");

    private string NextKey => Path.Combine(folder, "ca.next.key");

    private string NextAt => Path.Combine(folder, "ca.next.at");

    /// <summary>The CA in force; at its time the next one takes its place.</summary>
    public X509Certificate2 Open(DateTimeOffset now)
    {
        if (File.Exists(NextAt) && (!File.Exists(NextKey) || At() <= now))
        {
            Promote();
        }

        return X509Certificate2.CreateFromPemFile(Certificate, Key);
    }

    /// <summary>The CA that follows, and when; null where none does.</summary>
    public (X509Certificate2 Certificate, DateTimeOffset At)? OpenNext() => File.Exists(NextAt)
        ? (X509Certificate2.CreateFromPemFile(NextCertificate, NextKey), At())
        : null;

    /// <summary>Puts a CA where there is none.</summary>
    public void WriteFirst(X509Certificate2 certificate, string keyPem)
    {
        Write(Key, keyPem, FileMode.CreateNew);
        File.WriteAllText(Certificate, certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>Puts a CA beside the one in force, to follow it; agents that start from now on are given both.
    /// </summary>
    public void WriteNext(X509Certificate2 certificate, string keyPem, X509Certificate2 old, DateTimeOffset at)
    {
        // The time last: without it there is no next one.
        Write(NextKey, keyPem, FileMode.Create);
        Write(NextCertificate, certificate.ExportCertificatePem(), FileMode.Create);
        Write(NextAt, at.ToString("O", CultureInfo.InvariantCulture), FileMode.Create);
        Replace(Certificate, old.ExportCertificatePem() + "\n" + certificate.ExportCertificatePem());
    }

    /// <summary>The next one takes the place of the one in force, whose key is gone with that.</summary>
    public void Promote()
    {
        // A start in between finds no next key, and goes on here.
        if (File.Exists(NextKey))
        {
            File.Move(NextKey, Key, overwrite: true);
        }

        Replace(Certificate, File.ReadAllText(NextCertificate).TrimEnd('\n'));
        File.Delete(NextAt);
        File.Delete(NextCertificate);
    }

    private DateTimeOffset At() =>
        DateTimeOffset.TryParseExact(
            File.ReadAllText(NextAt).Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at
            : throw new CryptographicException($"{NextAt} holds no time.");

    private static void Replace(string path, string text)
    {
        Write(path + ".new", text, FileMode.Create);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static void Write(string path, string text, FileMode mode)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.ASCII.GetBytes(text + "\n"));
        file.Flush(flushToDisk: true);
    }
}
