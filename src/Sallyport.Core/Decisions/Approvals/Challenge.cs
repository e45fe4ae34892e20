using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Decisions.Approvals;

/// <summary>The text that an operator signs to approve: it names one hold of one act and nothing else.</summary>
/// <remarks>
/// Five lines of ASCII, each ended by LF. The signature is ECDSA with SHA-256 over these bytes, DER-encoded (RFC 3279,
/// 2.2.3), as <c>openssl dgst -sha256 -sign</c> writes it; in JSON and on command lines it is base64. A ticket is
/// answered once, so a signature is of no use after that.
/// </remarks>
public static class Challenge
{
    /// <summary>Smallest key, in bits of its curve.</summary>
    public const int KeyBitsMin = 256;

    /// <summary>The text.</summary>
    /// <param name="hold">What is approved.</param>
    /// <param name="isForIdentical">Whether every open hold of an identical act is approved with it.</param>
    public static string Of(Hold hold, bool isForIdentical)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"sallyport-approval-1\nticket {hold.Ticket}\nact sha256:{hold.Digest}\n"
            + $"expires {hold.Expires.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}\n"
            + $"approves {(isForIdentical ? "identical" : "this")}\n");
    }

    /// <summary>The text that endorses an item: four lines, and good once.</summary>
    public static string Of(EndorsableItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return $"sallyport-endorsement-1\nitem sha256:{item.Digest}\nrun {item.Run}\nnonce {item.Nonce}\n";
    }

    /// <summary>Whether the signature is one of this text by this key.</summary>
    /// <param name="text">Of <c>Of</c>.</param>
    /// <param name="signature">DER bytes.</param>
    /// <param name="keyPem">Public key, PEM.</param>
    public static bool IsSigned(string text, ReadOnlySpan<byte> signature, string keyPem)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            return key.VerifyData(
                Encoding.ASCII.GetBytes(text), signature, HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>What is wrong with a public key; null when it can be one of approvals.</summary>
    public static string? FlawOf(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return "holds a private key";
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize >= KeyBitsMin ? null : $"holds a key of {key.KeySize} bits";
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            return "holds no public EC key in PEM form";
        }
    }
}
