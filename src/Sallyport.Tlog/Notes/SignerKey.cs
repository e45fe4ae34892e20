using System.Security.Cryptography;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Notes;

/// <summary>
/// A private key with its name and type. Signs notes (type 01) or cosigns checkpoints (type 04). Safe for concurrent
/// use.
/// </summary>
/// <remarks>The text form is that of Go's sumdb/note: <c>PRIVATE+KEY+NAME+ID+BASE64(type, seed)</c>.</remarks>
public sealed class SignerKey : IDisposable
{
    private const string Prefix = "PRIVATE+KEY+";
    private readonly Ed25519PrivateKey _key;
    private readonly byte[] _seed;

    private SignerKey(VerifierKey verifier, Ed25519PrivateKey key, byte[] seed)
    {
        Verifier = verifier;
        _key = key;
        _seed = seed;
    }

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>A new key from the system's source of randomness.</summary>
    public static Result<SignerKey> Generate(KeyName name, SignatureType type)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedLength];
        RandomNumberGenerator.Fill(seed);
        var key = FromSeed(name, type, seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>The key of a seed of 32 bytes.</summary>
    public static Result<SignerKey> FromSeed(KeyName name, SignatureType type, ReadOnlySpan<byte> seed)
    {
        if (type is not (SignatureType.Ed25519 or SignatureType.Ed25519Cosignature))
        {
            return new TlogFault(
                FaultKind.Unsupported, "key.type", $"Signing with type 0x{(int)type:x2} is not offered; 01, 04 are.");
        }

        if (!Ed25519PrivateKey.FromSeed(seed).TryGet(out var key, out var fault))
        {
            return fault;
        }

        // The public key has 32 bytes by construction.
        return new SignerKey(VerifierKey.Create(name, type, key.PublicKey).ValueOrThrow(), key, seed.ToArray());
    }

    /// <summary>Reads <see cref="ToPrivateText"/>. No fault repeats any of the text.</summary>
    public static Result<SignerKey> Parse(string text)
    {
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('+', 3) : [];
        if (parts.Length != 3 || !Strict.TryBase64(Encoding.UTF8.GetBytes(parts[2]), out var material)
            || material.Length == 0)
        {
            return TlogFault.Malformed("key", "The text is not PRIVATE+KEY+NAME+ID+KEY.");
        }

        if (!KeyName.Parse(parts[0]).TryGet(out var name, out var fault)
            || !FromSeed(name, (SignatureType)material[0], material.AsSpan(1)).TryGet(out var key, out fault))
        {
            return fault;
        }

        CryptographicOperations.ZeroMemory(material);
        if (key.Verifier.Id.ToString() == parts[1])
        {
            return key;
        }

        key.Dispose();
        return TlogFault.Mismatch("key.id", $"The id does not fit: this name and key make {key.Verifier.Id}.");
    }

    /// <summary>The private key as text: a secret.</summary>
    public string ToPrivateText() =>
        $"{Prefix}{Verifier.Name}+{Verifier.Id}+{Convert.ToBase64String([(byte)Verifier.Type, .. _seed])}";

    /// <summary>Signs a note's text (type 01).</summary>
    /// <param name="text">Ends in a newline.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    /// <exception cref="CryptographicException">libcrypto could not allocate.</exception>
    public Result<NoteSignature> Sign(ReadOnlySpan<byte> text)
    {
        if (Verifier.Type != SignatureType.Ed25519)
        {
            return TlogFault.OutOfRange(
                "key.type", $"{Verifier.Name} is a cosigner's key: it signs checkpoints, with a time.");
        }

        return Note.CheckText(text) is { } fault
            ? fault
            : new NoteSignature(Verifier.Name, Verifier.Id, _key.Sign(text));
    }

    /// <summary>
    /// Cosigns a checkpoint (type 04, <c>cosignature/v1</c>): that it is the largest consistent one seen at that time.
    /// </summary>
    /// <param name="checkpoint">What is cosigned.</param>
    /// <param name="time">Whole seconds of it are signed; not before 1970.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    /// <exception cref="CryptographicException">libcrypto could not allocate.</exception>
    public Result<NoteSignature> Cosign(Checkpoint checkpoint, DateTimeOffset time)
    {
        if (Verifier.Type != SignatureType.Ed25519Cosignature)
        {
            return TlogFault.OutOfRange("key.type", $"{Verifier.Name} is not a cosigner's key.");
        }

        var seconds = time.ToUnixTimeSeconds();
        if (seconds < 0)
        {
            return TlogFault.OutOfRange("cosignature.timestamp", $"{time:O} is before 1970.");
        }

        var signature = _key.Sign(CosignedMessage.Ed25519(checkpoint.ToBytes(), seconds));
        return new NoteSignature(Verifier.Name, Verifier.Id, TimestampedSignature.ToBytes(seconds, signature));
    }

    /// <summary>The public half's text, so that a key printed by mistake is not a key lost.</summary>
    public override string ToString() => Verifier.ToString();

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
    }
}
