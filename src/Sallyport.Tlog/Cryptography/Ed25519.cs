using System.Security.Cryptography;

namespace Sallyport.Tlog.Cryptography;

/// <summary>What came of looking at a signature.</summary>
public enum SignatureCheck
{
    /// <summary>It is not the key's signature over the message. The value of a forgotten answer.</summary>
    Invalid,

    /// <summary>It is.</summary>
    Valid,

    /// <summary>This platform cannot tell.</summary>
    Unsupported,
}

/// <summary>Ed25519 (RFC 8032) by the system's libcrypto.</summary>
/// <remarks>
/// Which signatures are accepted is OpenSSL's rule, and a test holds it to that: the equation is checked without the
/// cofactor; S must be below the group order; R is compared as bytes, so a second encoding of R is refused; a second
/// encoding of the public key and a key of low order are accepted. Keys come from configuration here, so that the last
/// two give nothing to an attacker.
/// </remarks>
public static class Ed25519
{
    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeyLength = 32;

    /// <summary>Bytes of the seed that a private key is made from.</summary>
    public const int SeedLength = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>Whether this platform has it.</summary>
    public static bool IsSupported => LibCrypto.IsPresent;

    internal static TlogFault Missing { get; } = new(
        FaultKind.Unsupported,
        "ed25519",
        $"Ed25519 needs OpenSSL's libcrypto, and none of {LibCrypto.Names} could be loaded. Install OpenSSL 3.");

    /// <summary>
    /// Whether this is the key's signature over the message. Lengths other than 32 and 64 bytes are not.
    /// </summary>
    /// <exception cref="CryptographicException">libcrypto could not allocate, which is not an answer.</exception>
    public static SignatureCheck Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
        {
            return SignatureCheck.Invalid;
        }

        if (!IsSupported)
        {
            return SignatureCheck.Unsupported;
        }

        using var key = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, publicKey, PublicKeyLength);
        using var digest = LibCrypto.NewDigest();
        if (key.IsInvalid || digest.IsInvalid || LibCrypto.VerifyInit(digest, 0, 0, 0, key) != 1)
        {
            LibCrypto.ClearErrors();
            throw new CryptographicException("libcrypto could not set up an Ed25519 verification.");
        }

        // 1 is yes; 0 is no, and so is a negative number, which stands for bytes that do not decode.
        var valid = LibCrypto.Verify(digest, signature, SignatureLength, message, (nuint)message.Length) == 1;
        // A no leaves entries in this thread's queue, where the runtime's own TLS would find them.
        LibCrypto.ClearErrors();
        return valid ? SignatureCheck.Valid : SignatureCheck.Invalid;
    }
}

/// <summary>An Ed25519 private key in libcrypto's memory. Safe for concurrent use.</summary>
internal sealed class Ed25519PrivateKey : IDisposable
{
    private readonly KeyHandle _key;

    private Ed25519PrivateKey(KeyHandle key, byte[] publicKey)
    {
        _key = key;
        PublicKey = publicKey;
    }

    public byte[] PublicKey { get; }

    /// <summary>The key of a seed; a fault where the platform lacks Ed25519.</summary>
    public static Result<Ed25519PrivateKey> FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Ed25519.SeedLength)
        {
            return TlogFault.Malformed(
                "key.seed", $"An Ed25519 seed has {Ed25519.SeedLength} bytes, not {seed.Length}.");
        }

        if (!Ed25519.IsSupported)
        {
            return Ed25519.Missing;
        }

        var key = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, seed, Ed25519.SeedLength);
        var publicKey = new byte[Ed25519.PublicKeyLength];
        var length = (nuint)publicKey.Length;
        if (key.IsInvalid || LibCrypto.GetPublicKey(key, publicKey, ref length) != 1
            || length != Ed25519.PublicKeyLength)
        {
            key.Dispose();
            throw Failed("make an Ed25519 key");
        }

        return new Ed25519PrivateKey(key, publicKey);
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        using var digest = LibCrypto.NewDigest();
        var signature = new byte[Ed25519.SignatureLength];
        var length = (nuint)signature.Length;
        return !digest.IsInvalid
            && LibCrypto.SignInit(digest, 0, 0, 0, _key) == 1
            && LibCrypto.Sign(digest, signature, ref length, message, (nuint)message.Length) == 1
            && length == Ed25519.SignatureLength
            ? signature
            : throw Failed("sign");
    }

    public void Dispose() => _key.Dispose();

    private static CryptographicException Failed(string what)
    {
        LibCrypto.ClearErrors();
        return new CryptographicException($"libcrypto could not {what}.");
    }
}
