using System.Collections.Immutable;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Witnesses;

/// <summary>
/// The body of a witness's <c>add-checkpoint</c>: from which size, why that is consistent, and the checkpoint.
/// </summary>
public sealed class AddCheckpointRequest
{
    /// <summary>Bytes of a whole body. A limit of ours: a note's, and as much again for old size and proof.</summary>
    public const int BytesMax = 2 * Note.BytesMax;

    private AddCheckpointRequest(TreeSize oldSize, ImmutableArray<Hash> proof, SignedCheckpoint checkpoint)
    {
        OldSize = oldSize;
        Proof = proof;
        Checkpoint = checkpoint;
    }

    /// <summary>The size that the witness is believed to have cosigned last; 0 if none.</summary>
    public TreeSize OldSize { get; }

    /// <summary>PROOF(old size, D[new size]); empty from 0.</summary>
    public ImmutableArray<Hash> Proof { get; }

    /// <summary>What is to be cosigned.</summary>
    public SignedCheckpoint Checkpoint { get; }

    private static ReadOnlySpan<byte> Old => "old "u8;

    /// <summary>A request that a witness will not call malformed.</summary>
    public static Result<AddCheckpointRequest> Create(ConsistencyProof proof, SignedCheckpoint checkpoint) =>
        proof.From > proof.To || proof.To != checkpoint.Claim.Head.Size
            ? TlogFault.OutOfRange(
                "request.old", $"A proof from {proof.From} to {proof.To} is not for size {checkpoint.Claim.Head.Size}.")
        : proof.Hashes.Length > ProofLines.HashesMax
            ? TlogFault.OutOfRange("request.proof", $"A proof has {ProofLines.HashesMax} hashes at most.")
        : new AddCheckpointRequest(proof.From, proof.Hashes, checkpoint);

    /// <summary>
    /// Reads a body, as a witness does. Whether old and new size, proof and signatures fit is for the witness to say.
    /// </summary>
    public static Result<AddCheckpointRequest> Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > BytesMax)
        {
            return TlogFault.OutOfRange("request", $"A body of {body.Length} bytes is over the limit of {BytesMax}.");
        }

        var reader = new LineReader(body);
        if (!reader.TryTake(out var first) || !first.StartsWith(Old)
            || !Strict.TryDecimal(first[Old.Length..], out var size))
        {
            return TlogFault.Malformed("request.old", "The first line is not 'old' and a decimal number.");
        }

        return ProofLines.Take(ref reader, "request.proof").TryGet(out var proof, out var fault)
            && SignedCheckpoint.Parse(reader.Rest).TryGet(out var checkpoint, out fault)
            ? new AddCheckpointRequest(new TreeSize(size), proof, checkpoint)
            : fault;
    }

    /// <summary>The bytes to post.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Encoding.ASCII.GetString(Old)).Append(OldSize).Append('\n');
        ProofLines.Append(text, Proof);
        return Encoding.UTF8.GetBytes(text.Append(Checkpoint).ToString());
    }
}
