using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Notes;

/// <summary>The signature types of signed-note that have a meaning here.</summary>
public enum SignatureType
{
    /// <summary>No type: the value of a forgotten field.</summary>
    None = 0,

    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>A timestamped Ed25519 cosignature of a checkpoint, <c>cosignature/v1</c>.</summary>
    Ed25519Cosignature = 0x04,

    /// <summary>A timestamped ML-DSA-44 cosignature of a checkpoint, <c>subtree/v1</c>.</summary>
    MlDsa44Cosignature = 0x06,
}

/// <summary>The four bytes that tell keys of one name apart. Not a strong hash: a finder's aid.</summary>
/// <param name="Value">Read big-endian.</param>
public readonly record struct KeyId(uint Value)
{
    /// <summary>SHA-256(name, U+000A, type, public key), first four bytes.</summary>
    public static KeyId Of(KeyName name, SignatureType type, ReadOnlySpan<byte> publicKey)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name.Value));
        hash.AppendData([(byte)'\n', (byte)type]);
        hash.AppendData(publicKey);
        return new KeyId(BinaryPrimitives.ReadUInt32BigEndian(hash.GetHashAndReset()));
    }

    /// <summary>Eight lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);
}

/// <summary>A public key with its name and its type: what a verifier must have been told beforehand.</summary>
public sealed class VerifierKey
{
    private const int MlDsa44PublicKeyLength = 1312; // FIPS 204, table 2
    private readonly byte[] _publicKey;

    private VerifierKey(KeyName name, SignatureType type, byte[] publicKey)
    {
        Name = name;
        Type = type;
        _publicKey = publicKey;
        Id = KeyId.Of(name, type, publicKey);
    }

    /// <summary>Who signs.</summary>
    public KeyName Name { get; }

    /// <summary>How.</summary>
    public SignatureType Type { get; }

    /// <summary>The name's companion in signature lines.</summary>
    public KeyId Id { get; }

    /// <summary>32 bytes for Ed25519 (RFC 8032), 1,312 for ML-DSA-44 (FIPS 204).</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Whether this platform can check signatures of this key.</summary>
    public bool IsSupported => Type == SignatureType.MlDsa44Cosignature ? MlDsa44.IsSupported : Ed25519.IsSupported;

    /// <summary>A key from its parts.</summary>
    public static Result<VerifierKey> Create(KeyName name, SignatureType type, ReadOnlySpan<byte> publicKey)
    {
        var length = type switch
        {
            SignatureType.Ed25519 or SignatureType.Ed25519Cosignature => Ed25519.PublicKeyLength,
            SignatureType.MlDsa44Cosignature => MlDsa44PublicKeyLength,
            SignatureType.None => 0,
        };
        return length > 0 && publicKey.Length == length
            ? new VerifierKey(name, type, publicKey.ToArray())
            : TlogFault.Malformed(
                "vkey.key", $"A public key of type 0x{(int)type:x2} does not have {publicKey.Length} bytes.");
    }

    /// <summary>Reads a vkey: name, plus, eight hex digits, plus, base64 of type and key.</summary>
    public static Result<VerifierKey> Parse(string vkey) => Parse(Encoding.UTF8.GetBytes(vkey));

    /// <summary>The vkey.</summary>
    public override string ToString() => $"{Name}+{Id}+{Convert.ToBase64String([(byte)Type, .. _publicKey])}";

    internal static Result<VerifierKey> Parse(ReadOnlySpan<byte> vkey)
    {
        // Base64 may hold a plus: the first two separate the parts.
        var first = vkey.IndexOf((byte)'+');
        var second = first < 0 ? -1 : vkey[(first + 1)..].IndexOf((byte)'+');
        if (second < 0)
        {
            return TlogFault.Malformed("vkey", $"{Strict.Show(vkey)} is not NAME+ID+KEY.");
        }

        var id = vkey.Slice(first + 1, second);
        if (!KeyName.Parse(vkey[..first]).TryGet(out var name, out var fault))
        {
            return fault;
        }

        if (!Strict.TryBase64(vkey[(first + second + 2)..], out var material) || material.Length == 0)
        {
            return TlogFault.Malformed("vkey.key", $"The key of {Strict.Show(vkey)} is not base64.");
        }

        var type = (SignatureType)material[0];
        if (!Enum.IsDefined(type) || type == SignatureType.None)
        {
            return new TlogFault(
                FaultKind.Unsupported, "vkey.type", $"Signature type 0x{material[0]:x2} is not one of 01, 04 and 06.");
        }

        if (!Create(name, type, material.AsSpan(1)).TryGet(out var key, out fault))
        {
            return fault;
        }

        return id.SequenceEqual(Encoding.ASCII.GetBytes(key.Id.ToString()))
            ? key
            : TlogFault.Mismatch("vkey.id", $"The id is {Strict.Show(id)}, but this name and key make {key.Id}.");
    }
}
