using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Ledger;

/// <summary>The file with the key of <see cref="KeyedDigest"/>: 64 hex digits, for the owner alone. Made where it is
/// not there; who removes it gets another, and digests before and after cannot be compared.</summary>
public static class DigestKey
{
    /// <summary>Opens it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="digest">Names texts under it.</param>
    /// <param name="fault">It cannot be made or read, or is none.</param>
    public static bool TryOpen(
        string path, IDisk disk, [NotNullWhen(true)] out KeyedDigest? digest, [NotNullWhen(false)] out Fault? fault)
    {
        ArgumentNullException.ThrowIfNull(disk);
        (digest, fault) = (null, null);
        try
        {
            using var file = disk.Open(path);
            if (file.Length == 0)
            {
                file.Write(Encoding.ASCII.GetBytes(
                    Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyedDigest.KeyLength)) + "\n"), 0);
                file.Sync();
            }

            Span<byte> text = stackalloc byte[(2 * KeyedDigest.KeyLength) + 2];
            var read = Encoding.ASCII.GetString(text[..file.Read(text, 0)]).TrimEnd('\n');
            var key = new byte[KeyedDigest.KeyLength];
            if (read.Length == 2 * key.Length && Convert.FromHexString(read, key, out _, out _)
                is System.Buffers.OperationStatus.Done)
            {
                digest = new KeyedDigest(key);
                return true;
            }

            fault = new Fault(
                "ledger.digest-key", $"{path} holds no key: 64 hex digits are wanted.",
                "Put the right one back, or remove the file: the next start makes another, and digests of secrets "
                + "before and after cannot be compared.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = LedgerFaults.CannotOpen(path, e);
        }

        return false;
    }

    /// <summary>Names texts under a key that nobody keeps.</summary>
    public static KeyedDigest OfThisProcess() => new(RandomNumberGenerator.GetBytes(KeyedDigest.KeyLength));
}
