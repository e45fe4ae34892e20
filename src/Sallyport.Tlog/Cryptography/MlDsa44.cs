#pragma warning disable SYSLIB5006 // Experimental in .NET 10: nothing of it is public here, and it is asked for first.
using System.Security.Cryptography;

namespace Sallyport.Tlog.Cryptography;

/// <summary>ML-DSA-44 (FIPS 204) by the framework, which needs OpenSSL 3.5 or a recent Windows.</summary>
internal static class MlDsa44
{
    public const int SignatureLength = 2420; // FIPS 204, table 2

    public static bool IsSupported => MLDsa.IsSupported;

    public static SignatureCheck Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != MLDsaAlgorithm.MLDsa44.PublicKeySizeInBytes || signature.Length != SignatureLength)
        {
            return SignatureCheck.Invalid;
        }

        if (!IsSupported)
        {
            return SignatureCheck.Unsupported;
        }

        using var key = MLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa44, publicKey);
        return key.VerifyData(message, signature) ? SignatureCheck.Valid : SignatureCheck.Invalid;
    }
}
