using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Verbs;

/// <summary>The key that an operator signs approvals with: PKCS#8 in PEM form, encrypted with a passphrase.</summary>
/// <remarks>The passphrase is what an agent's program under the same user cannot read from the disk. It can be typed
/// where such a program watches the terminal: a key on another machine is better (docs/guide/approvals.md).</remarks>
internal static class ApprovalKey
{
    private const int PassphraseCharsMin = 8;
    private const char EndOfText = '\x03'; // what a terminal sends for Ctrl-C

    // OWASP's figure for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).
    private static readonly PbeParameters Encryption = new(
        PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    /// <summary>Makes a P-256 key and writes it, and its public half beside it (<c>.pub</c>). Never replaces a
    /// file.</summary>
    public static string Create(string file)
    {
        var passphrase = Ask("Passphrase for the new key: ");
        if (passphrase.Length < PassphraseCharsMin)
        {
            throw new FaultException(
                new Fault("approval.key", $"The passphrase is shorter than {PassphraseCharsMin} characters.",
                    "Choose a longer one."),
                ExitCode.Usage);
        }

        if (!System.Console.IsInputRedirected && Ask("The same again: ") != passphrase)
        {
            throw new FaultException(
                new Fault("approval.key", "The two passphrases differ.", "Nothing was written. Try again."),
                    ExitCode.Usage);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var open = $"{file}.pub";
        try
        {
            Write(file, key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, Encryption),
                UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write(
                open, key.ExportSubjectPublicKeyInfoPem(),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return open;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault("approval.key", $"The key cannot be written: {failed.Message}",
                    "Name a file that is not there, in a folder of yours."),
                ExitCode.Configuration);
        }
    }

    /// <summary>Signs a challenge; base64.</summary>
    public static string Sign(string file, string challenge)
    {
        try
        {
            var pem = File.ReadAllText(file);
            using var key = ECDsa.Create();
            Open(key, pem, file);
            return Convert.ToBase64String(key.SignData(
                Encoding.ASCII.GetBytes(challenge), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable($"The key {file} cannot be read: {failed.Message}", "Say where it is: --key FILE");
        }
    }

    // What is no PEM, and what the passphrase does not open, look alike to the library.
    private static void Open(ECDsa key, string pem, string file)
    {
        if (!pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw Unusable(
                $"{file} is no encrypted key.",
                "Name the private one that sallyport approval-key new wrote, without .pub.");
        }

        try
        {
            key.ImportFromEncryptedPem(pem, Ask($"Passphrase of {file}: "));
        }
        catch (Exception failed) when (failed is CryptographicException or ArgumentException)
        {
            throw Unusable(
                $"The passphrase does not open the key {file}.",
                "Try again; nothing was signed. If it is lost, make another key: sallyport approval-key new FILE");
        }
    }

    private static FaultException Unusable(string detail, string mend) =>
        new(new Fault("approval.key", detail, mend), ExitCode.Configuration);

    private static void Write(string path, string text, UnixFileMode mode)
    {
        using var stream = new FileStream(
            path,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
        stream.Flush(flushToDisk: true);
    }

    // At the terminal without an echo; from a pipe the next line, for programs that keep it themselves.
    private static string Ask(string prompt)
    {
        if (System.Console.IsInputRedirected)
        {
            return System.Console.In.ReadLine() ?? "";
        }

        System.Console.Error.Write(prompt);
        var text = new StringBuilder();

        // As a key: a signal would leave this read waiting, and the terminal without an echo.
        System.Console.TreatControlCAsInput = true;
        try
        {
            Read(text);
        }
        finally
        {
            System.Console.TreatControlCAsInput = false;
            System.Console.Error.WriteLine();
        }

        return text.ToString();
    }

    private static void Read(StringBuilder text)
    {
        while (System.Console.ReadKey(intercept: true) is var pressed && pressed.Key is not ConsoleKey.Enter)
        {
            if (pressed is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control } || pressed.KeyChar == EndOfText)
            {
                throw new InterruptedException();
            }

            if (pressed.Key is ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(pressed.KeyChar))
            {
                text.Append(pressed.KeyChar);
            }
        }
    }
}
