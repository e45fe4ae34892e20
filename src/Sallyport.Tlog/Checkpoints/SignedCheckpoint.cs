using System.Collections.Immutable;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.Tlog.Checkpoints;

/// <summary>A note whose text is a checkpoint. What it says is a claim until it is verified.</summary>
public sealed class SignedCheckpoint
{
    private SignedCheckpoint(Note note, Checkpoint claim)
    {
        Note = note;
        Claim = claim;
    }

    /// <summary>The note, byte for byte.</summary>
    public Note Note { get; }

    /// <summary>What the text says, whoever wrote it.</summary>
    public Checkpoint Claim { get; }

    /// <summary>Signs as the log. The key's name must be the origin, as tlog-policy asks.</summary>
    public static Result<SignedCheckpoint> Sign(Checkpoint checkpoint, SignerKey key)
    {
        if (key.Verifier.Name.Value != checkpoint.Origin.Value)
        {
            return TlogFault.OutOfRange(
                "key.name", $"{key.Verifier.Name} cannot sign for the log {checkpoint.Origin}.");
        }

        var text = checkpoint.ToBytes();
        return key.Sign(text).TryGet(out var signature, out var fault)
            && Note.Create(text, [signature]).TryGet(out var note, out fault)
            ? new SignedCheckpoint(note, checkpoint)
            : fault;
    }

    /// <summary>Reads a note whose text is a checkpoint.</summary>
    public static Result<SignedCheckpoint> Parse(ReadOnlySpan<byte> bytes) =>
        Note.Parse(bytes).TryGet(out var note, out var fault)
            && Checkpoint.Parse(note.Text.Span).TryGet(out var claim, out fault)
            ? new SignedCheckpoint(note, claim)
            : fault;

    /// <summary>The same checkpoint with one more signature.</summary>
    public Result<SignedCheckpoint> With(NoteSignature signature) =>
        Note.With(signature).TryGet(out var note, out var fault) ? new SignedCheckpoint(note, Claim) : fault;

    /// <summary>Believes it if the log with this key signed it. The key's name must be the origin.</summary>
    public Result<VerifiedCheckpoint> Verify(VerifierKey log) => Verify([log], []);

    /// <summary>The bytes of the note.</summary>
    public byte[] ToBytes() => Note.ToBytes();

    /// <summary>The note.</summary>
    public override string ToString() => Note.ToString();

    /// <summary>
    /// Believes it if one of the logs' keys named as the origin signed it; cosigners are looked at, but need not be
    /// there.
    /// </summary>
    internal Result<VerifiedCheckpoint> Verify(IEnumerable<VerifierKey> logs, IEnumerable<VerifierKey> cosigners)
    {
        var own = logs.Where(key => key.Name.Value == Claim.Origin.Value).ToList();
        if (own.Count == 0)
        {
            return new TlogFault(
                FaultKind.Untrusted, "checkpoint.origin", $"No key is known for the log {Claim.Origin}.");
        }

        if (!Note.Verify([.. own, .. cosigners]).TryGet(out var verified, out var fault))
        {
            return fault;
        }

        if (!verified.Signatures.Any(signature => own.Contains(signature.Key)))
        {
            return new TlogFault(
                FaultKind.Untrusted, "note.signatures", $"No known key of the log {Claim.Origin} has signed.");
        }

        return new VerifiedCheckpoint(
            this, [.. verified.Signatures.Where(signature => !own.Contains(signature.Key))], verified.Unsupported);
    }
}

/// <summary>A checkpoint that its log has signed, by a key known beforehand.</summary>
public sealed class VerifiedCheckpoint
{
    internal VerifiedCheckpoint(
        SignedCheckpoint signed,
        ImmutableArray<VerifiedSignature> cosignatures,
        ImmutableArray<VerifierKey> unsupported)
    {
        SignedCheckpoint = signed;
        Cosignatures = cosignatures;
        Unsupported = unsupported;
    }

    /// <summary>The note.</summary>
    public SignedCheckpoint SignedCheckpoint { get; }

    /// <summary>Whose log.</summary>
    public Origin Origin => SignedCheckpoint.Claim.Origin;

    /// <summary>Size and root that the log stands for.</summary>
    public TreeHead Head => SignedCheckpoint.Claim.Head;

    /// <summary>The good signatures of known cosigners.</summary>
    public ImmutableArray<VerifiedSignature> Cosignatures { get; }

    /// <summary>Known keys whose signatures are there but cannot be checked on this platform.</summary>
    public ImmutableArray<VerifierKey> Unsupported { get; }
}
