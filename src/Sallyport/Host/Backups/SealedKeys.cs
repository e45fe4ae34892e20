using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Host.Backups;

/// <summary>The private keys of a node, sealed with a passphrase.</summary>
/// <remarks>AES-256-GCM (NIST SP 800-38D) under a key of PBKDF2 with HMAC-SHA256 (RFC 8018), 600,000 rounds: what OWASP
/// asks for. Form: <c>SPKEYS1\n</c>, 16 bytes of salt, 12 of nonce, 16 of tag, then the sealed JSON object of names and
/// base64.</remarks>
internal static class SealedKeys
{
    private const int Rounds = 600_000;
    private const int SaltLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;

    private static ReadOnlySpan<byte> Magic => "SPKEYS1\n"u8;

    /// <summary>Seals files.</summary>
    public static byte[] Seal(IReadOnlyDictionary<string, byte[]> files, string passphrase)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            files.ToDictionary(file => file.Key, file => Convert.ToBase64String(file.Value), StringComparer.Ordinal),
            BackupJson.Default.DictionaryStringString);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var (tag, hidden) = (new byte[TagLength], new byte[plain.Length]);
        var key = KeyOf(passphrase, salt);
        using (var aes = new AesGcm(key, TagLength))
        {
            aes.Encrypt(nonce, plain, hidden, tag, Magic);
        }

        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(plain);
        return [.. Magic, .. salt, .. nonce, .. tag, .. hidden];
    }

    /// <summary>Opens them again; false when the passphrase is another, or a byte was changed.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> bytes, string passphrase, [NotNullWhen(true)] out IReadOnlyDictionary<string, byte[]>? files)
    {
        files = null;
        var head = Magic.Length + SaltLength + NonceLength + TagLength;
        if (bytes.Length < head || !bytes.StartsWith(Magic))
        {
            return false;
        }

        var rest = bytes[Magic.Length..];
        var key = KeyOf(passphrase, rest[..SaltLength].ToArray());
        var plain = new byte[bytes.Length - head];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                rest.Slice(SaltLength, NonceLength), bytes[head..], rest.Slice(SaltLength + NonceLength, TagLength),
                plain, Magic);
            var texts = JsonSerializer.Deserialize(plain, BackupJson.Default.DictionaryStringString);
            files = texts?.ToDictionary(
                text => text.Key, text => Convert.FromBase64String(text.Value), StringComparer.Ordinal);
            return files is not null;
        }
        catch (Exception e) when (e is AuthenticationTagMismatchException or JsonException or FormatException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] KeyOf(string passphrase, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(passphrase), salt, Rounds, HashAlgorithmName.SHA256, KeyLength);
}
