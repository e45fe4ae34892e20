using Sallyport.Decisions.Approvals;

namespace Sallyport.Console;

/// <summary>Whose signature it is.</summary>
internal static class Signatures
{
    // A DER signature of the largest curve (P-521) is 139 bytes long.
    private const int CharsMax = 512;

    /// <summary>The operator who has signed this text; null when none has.</summary>
    /// <param name="challenge">The text.</param>
    /// <param name="signature">Base64 of a DER signature.</param>
    /// <param name="rules">Whose keys count.</param>
    public static Operator? SignerOf(string challenge, string signature, ApprovalRules rules)
    {
        var bytes = new byte[CharsMax];
        return signature.Length <= CharsMax && Convert.TryFromBase64String(signature, bytes, out var length)
            ? rules.Operators.Values.FirstOrDefault(
                one => one.KeyPem is { } key && Challenge.IsSigned(challenge, bytes.AsSpan(0, length), key))
            : null;
    }
}
