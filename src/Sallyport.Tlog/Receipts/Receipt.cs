using System.Collections.Immutable;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Receipts;

/// <summary>
/// A tlog-proof: everything that shows offline that an entry is in a log, but for the entry and the keys.
/// </summary>
public sealed class Receipt
{
    /// <summary>
    /// Bytes of a whole receipt. A limit of ours: a note's, and as much again for proof and extra data.
    /// </summary>
    public const int BytesMax = 2 * Note.BytesMax;

    private readonly byte[] _extra;

    private Receipt(byte[] extra, LeafIndex index, ImmutableArray<Hash> hashes, SignedCheckpoint checkpoint)
    {
        _extra = extra;
        Index = index;
        Hashes = hashes;
        Checkpoint = checkpoint;
    }

    /// <summary>Where the entry is said to stand.</summary>
    public LeafIndex Index { get; }

    /// <summary>The inclusion proof, from the leaf's sibling up.</summary>
    public ImmutableArray<Hash> Hashes { get; }

    /// <summary>The tree that the proof leads to.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Opaque bytes that nothing vouches for; empty if there are none.</summary>
    public ReadOnlyMemory<byte> Extra => _extra;

    private static ReadOnlySpan<byte> Header => "c2sp.org/tlog-proof@v1"u8;

    private static ReadOnlySpan<byte> ExtraWord => "extra "u8;

    private static ReadOnlySpan<byte> IndexWord => "index "u8;

    /// <summary>A receipt from its parts. The proof must be for the checkpoint's size.</summary>
    public static Result<Receipt> Create(
        InclusionProof proof, SignedCheckpoint checkpoint, ReadOnlySpan<byte> extra = default) =>
        proof.Size != checkpoint.Claim.Head.Size
            ? TlogFault.OutOfRange(
                "receipt.proof", $"The proof is for size {proof.Size}, not {checkpoint.Claim.Head.Size}.")
        : proof.Hashes.Length > ProofLines.HashesMax || extra.Length > Note.BytesMax / 2
            ? TlogFault.OutOfRange(
                "receipt",
                $"A receipt has {ProofLines.HashesMax} hashes and {Note.BytesMax / 2} bytes of extra data at most.")
        : new Receipt(extra.ToArray(), proof.Index, proof.Hashes, checkpoint);

    /// <summary>Reads a receipt. What it says is a claim until it is verified.</summary>
    public static Result<Receipt> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax)
        {
            return TlogFault.OutOfRange(
                "receipt", $"A receipt of {bytes.Length} bytes is over the limit of {BytesMax}.");
        }

        var reader = new LineReader(bytes);
        if (!reader.TryTake(out var line) || !line.SequenceEqual(Header))
        {
            return TlogFault.Malformed("receipt.header", $"The first line is not {Encoding.ASCII.GetString(Header)}.");
        }

        byte[] extra = [];
        var more = reader.TryTake(out line);
        if (more && line.StartsWith(ExtraWord))
        {
            if (!Strict.TryBase64(line[ExtraWord.Length..], out extra) || extra.Length == 0)
            {
                return TlogFault.Malformed("receipt.extra", "The extra data is not base64 of one byte or more.");
            }

            more = reader.TryTake(out line);
        }

        if (!more || !line.StartsWith(IndexWord) || !Strict.TryDecimal(line[IndexWord.Length..], out var index))
        {
            return TlogFault.Malformed("receipt.index", $"{Strict.Show(line)} is not 'index' and a decimal number.");
        }

        return ProofLines.Take(ref reader, "receipt.hashes").TryGet(out var hashes, out var fault)
            && SignedCheckpoint.Parse(reader.Rest).TryGet(out var checkpoint, out fault)
            ? new Receipt(extra, new LeafIndex(index), hashes, checkpoint)
            : fault;
    }

    /// <summary>
    /// Whether a log of the policy has this entry: signature, quorum and proof, with nothing but what is given here.
    /// </summary>
    /// <param name="entry">The entry's bytes, as the log holds them.</param>
    /// <param name="policy">The keys, and how many witnesses it takes.</param>
    public Result<VerifiedCheckpoint> Verify(ReadOnlySpan<byte> entry, TrustPolicy policy) =>
        Verify(TreeHash.Leaf(entry), policy);

    /// <summary>Whether a log of the policy has an entry with this leaf hash.</summary>
    public Result<VerifiedCheckpoint> Verify(Hash leaf, TrustPolicy policy)
    {
        if (!policy.Verify(Checkpoint).TryGet(out var verified, out var fault))
        {
            return fault;
        }

        var proof = new InclusionProof(Index, verified.Head.Size, Hashes);
        return proof.Verify(leaf, verified.Head.Root, out fault)
            ? verified
            : fault with { Field = $"receipt.{fault.Field}" };
    }

    /// <summary>The receipt's bytes, for a file named <c>*.tlog-proof</c>.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The receipt.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Encoding.ASCII.GetString(Header)).Append('\n');
        if (_extra.Length > 0)
        {
            text.Append(Encoding.ASCII.GetString(ExtraWord)).Append(Convert.ToBase64String(_extra)).Append('\n');
        }

        text.Append(Encoding.ASCII.GetString(IndexWord)).Append(Index).Append('\n');
        ProofLines.Append(text, Hashes);
        return text.Append(Checkpoint).ToString();
    }
}
