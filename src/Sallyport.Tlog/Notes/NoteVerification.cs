using System.Collections.Immutable;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Cryptography;

namespace Sallyport.Tlog.Notes;

/// <summary>A signature that a known key has made over the note's text.</summary>
/// <param name="Key">The key.</param>
/// <param name="Signature">The line.</param>
/// <param name="Timestamp">For cosignatures, seconds since 1970-01-01T00:00:00Z as the cosigner says; null for
/// others.</param>
public sealed record VerifiedSignature(VerifierKey Key, NoteSignature Signature, long? Timestamp);

/// <summary>A note of which at least one known key has signed the text, and none badly.</summary>
public sealed class VerifiedNote
{
    internal VerifiedNote(
        Note note, ImmutableArray<VerifiedSignature> signatures, ImmutableArray<VerifierKey> unsupported)
    {
        Note = note;
        Signatures = signatures;
        Unsupported = unsupported;
    }

    /// <summary>The note, with the signatures of unknown keys.</summary>
    public Note Note { get; }

    /// <summary>The good signatures, in the note's order.</summary>
    public ImmutableArray<VerifiedSignature> Signatures { get; }

    /// <summary>Known keys whose signatures are there but cannot be checked on this platform.</summary>
    public ImmutableArray<VerifierKey> Unsupported { get; }
}

internal static class NoteVerification
{
    public static Result<VerifiedNote> Verify(Note note, IEnumerable<VerifierKey> keys)
    {
        if (!Known(keys).TryGet(out var known, out var fault))
        {
            return fault;
        }

        var verified = ImmutableArray.CreateBuilder<VerifiedSignature>();
        var unsupported = ImmutableArray.CreateBuilder<VerifierKey>();
        for (var i = 0; i < note.Signatures.Length; i++)
        {
            var signature = note.Signatures[i];
            if (!known.TryGetValue((signature.Name, signature.Id), out var key))
            {
                continue;
            }

            switch (Check(key, note.Text.Span, signature, out var timestamp))
            {
                case SignatureCheck.Valid:
                    verified.Add(new VerifiedSignature(key, signature, timestamp));
                    break;
                case SignatureCheck.Unsupported:
                    unsupported.Add(key);
                    break;
                case SignatureCheck.Invalid:
                    return TlogFault.Mismatch(
                        $"note.signatures[{i}]", $"The signature of {key.Name}+{key.Id} does not fit the text.");
            }
        }

        return verified.Count > 0 ? new VerifiedNote(note, verified.ToImmutable(), unsupported.ToImmutable())
            : unsupported.Count == 0 ? Unsigned
            : unsupported[0].Type == SignatureType.MlDsa44Cosignature ? NoMlDsa44 : Ed25519.Missing;
    }

    private static TlogFault Unsigned { get; } =
        new(FaultKind.Untrusted, "note.signatures", "No known key has signed the note.");

    private static TlogFault NoMlDsa44 { get; } = new(
        FaultKind.Unsupported,
        "note.signatures",
        "Only ML-DSA-44 keys have signed, and this platform lacks ML-DSA-44 (OpenSSL 3.5).");

    // Two keys of one name and id cannot be told apart in a signature line, and a note that one of them signed would be
    // refused.
    private static Result<Dictionary<(KeyName, KeyId), VerifierKey>> Known(IEnumerable<VerifierKey> keys)
    {
        var known = new Dictionary<(KeyName, KeyId), VerifierKey>();
        foreach (var key in keys)
        {
            if (!known.TryAdd((key.Name, key.Id), key)
                && !known[(key.Name, key.Id)].PublicKey.Span.SequenceEqual(key.PublicKey.Span))
            {
                return TlogFault.Malformed("keys", $"Two keys are called {key.Name}+{key.Id}.");
            }
        }

        return known;
    }

    private static SignatureCheck Check(
        VerifierKey key, ReadOnlySpan<byte> text, NoteSignature signature, out long? timestamp)
    {
        timestamp = null;
        if (key.Type == SignatureType.Ed25519)
        {
            return Ed25519.Verify(key.PublicKey.Span, text, signature.Bytes.Span);
        }

        if (!TimestampedSignature.TryParse(signature.Bytes.Span, out var seconds, out var bytes))
        {
            return SignatureCheck.Invalid;
        }

        timestamp = seconds;
        if (key.Type == SignatureType.Ed25519Cosignature)
        {
            return Ed25519.Verify(key.PublicKey.Span, CosignedMessage.Ed25519(text, seconds), bytes);
        }

        return CosignedMessage.TryMlDsa44(text, key.Name, seconds, out var message)
            ? MlDsa44.Verify(key.PublicKey.Span, message, bytes)
            : SignatureCheck.Invalid; // not a checkpoint, or one whose origin is too long to be cosigned
    }
}
