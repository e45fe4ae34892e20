using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Witnesses;

/// <summary>Asks one witness for its cosignature (tlog-witness, "add-checkpoint").</summary>
/// <remarks>
/// Connections are the client's business. Its timeout ends with the headers: a body that trickles is ended by the
/// cancellation alone. Nothing is remembered: what the witness saw last is the caller's to keep.
/// </remarks>
/// <param name="client">The caller's, and not disposed here.</param>
/// <param name="submissionPrefix">The witness's address; <c>/add-checkpoint</c> is put behind it.</param>
/// <param name="keys">The witness's cosigner keys. Signatures of other keys are ignored.</param>
/// <exception cref="ArgumentException">The address is relative, or has a query or a fragment.</exception>
public sealed class WitnessClient(HttpClient client, Uri submissionPrefix, IEnumerable<VerifierKey> keys)
{
    private const int AnswerBytesMax = 256 * 1024; // a hundred signatures of Ed25519, or fifty of ML-DSA-44
    private const int AttemptsMax = 3;
    private readonly Uri _prefix = HttpExchange.PrefixOf(submissionPrefix);
    private readonly ImmutableArray<VerifierKey> _keys = [.. keys];

    /// <summary>Asks, and asks again from the size that the witness names, three times at most.</summary>
    /// <param name="checkpoint">What is to be cosigned.</param>
    /// <param name="believed">The size that the witness cosigned last, as far as is known; 0 finds out.</param>
    /// <param name="tree">The log's tree, of the checkpoint's size or larger.</param>
    /// <param name="cancellation">Stops waiting. The witness may have cosigned all the same.</param>
    public async Task<WitnessAnswer> CosignAsync(
        SignedCheckpoint checkpoint, TreeSize believed, TileTree tree, CancellationToken cancellation)
    {
        var from = believed;
        for (var attempt = 1; ; attempt++)
        {
            var size = checkpoint.Claim.Head.Size;
            if (!(await tree.ProveConsistencyAsync(from, size, cancellation)).TryGet(out var proof, out var fault)
                || !AddCheckpointRequest.Create(proof, checkpoint).TryGet(out var request, out fault))
            {
                return new WitnessAnswer.Failed(fault);
            }

            var answer = await AddCheckpointAsync(request, cancellation);
            if (answer is not WitnessAnswer.Conflict conflict || conflict.Latest > size || attempt == AttemptsMax)
            {
                return answer;
            }

            from = conflict.Latest;
        }
    }

    /// <summary>Asks once.</summary>
    public async Task<WitnessAnswer> AddCheckpointAsync(AddCheckpointRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_prefix, "add-checkpoint"));
        message.Content = new ByteArrayContent(request.ToBytes());
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        var answer = await client.ExchangeAsync<WitnessAnswer>(message, "witness", ReadAsync, cancellation);
        return answer.TryGet(out var read, out var fault) ? read : new WitnessAnswer.Failed(fault);

        async Task<Result<WitnessAnswer>> ReadAsync(HttpResponseMessage response) =>
            await JudgeAsync(response, request.Checkpoint, cancellation);
    }

    private async Task<WitnessAnswer> JudgeAsync(
        HttpResponseMessage response, SignedCheckpoint checkpoint, CancellationToken cancellation)
    {
        if (Refusal(response.StatusCode) is { } why)
        {
            return new WitnessAnswer.Refused(why);
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Conflict))
        {
            return Failed(new TlogFault(
                FaultKind.Unreadable, "witness.status", $"The witness answered {(int)response.StatusCode}."));
        }

        var content = await response.Content.ReadBoundedAsync("witness.body", AnswerBytesMax, cancellation);
        if (!content.TryGet(out var body, out var fault))
        {
            return Failed(fault);
        }

        return response.StatusCode == HttpStatusCode.OK
            ? Cosigned(body.Span, checkpoint)
            : Conflict(body.Span, response.Content.Headers.ContentType?.MediaType);
    }

    private static WitnessRefusal? Refusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => WitnessRefusal.UnknownLog,
        HttpStatusCode.Forbidden => WitnessRefusal.UntrustedSignature,
        HttpStatusCode.BadRequest => WitnessRefusal.BadRequest,
        HttpStatusCode.UnprocessableEntity => WitnessRefusal.Inconsistent,
        _ => null,
    };

    private static WitnessAnswer Conflict(ReadOnlySpan<byte> body, string? mediaType) =>
        !string.Equals(mediaType, "text/x.tlog.size", StringComparison.OrdinalIgnoreCase)
            ? Failed(TlogFault.Malformed("witness.content-type", "A conflict is not told as text/x.tlog.size."))
        : body.IsEmpty || body[^1] != (byte)'\n' || !Strict.TryDecimal(body[..^1], out var size)
            ? Failed(TlogFault.Malformed("witness.body", $"{Strict.Show(body)} is not a decimal number and a newline."))
        : new WitnessAnswer.Conflict(new TreeSize(size));

    private WitnessAnswer Cosigned(ReadOnlySpan<byte> body, SignedCheckpoint checkpoint)
    {
        if (!Note.ParseSignatures(body).TryGet(out var lines, out var fault))
        {
            return Failed(fault with { Field = $"witness.{fault.Field}" });
        }

        var own = lines.Where(line => _keys.Any(key => key.Name == line.Name && key.Id == line.Id)).ToImmutableArray();
        if (own.IsEmpty)
        {
            return Failed(
                new TlogFault(FaultKind.Untrusted, "witness.signatures", "None is of a known key of this witness."));
        }

        if (!Note.Create(checkpoint.Note.Text.Span, own).TryGet(out var note, out fault)
            || !note.Verify(_keys).TryGet(out var verified, out fault))
        {
            return Failed(fault with { Field = $"witness.{fault.Field}" });
        }

        if (verified.Signatures.Any(signature => signature.Timestamp is null or 0))
        {
            return Failed(
                TlogFault.Malformed("witness.timestamp", "A witness's signature must be a cosignature with a time."));
        }

        var cosigned = checkpoint;
        foreach (var signature in verified.Signatures)
        {
            if (!cosigned.With(signature.Signature).TryGet(out var more, out fault))
            {
                return Failed(fault);
            }

            cosigned = more;
        }

        return new WitnessAnswer.Cosigned(cosigned, verified.Signatures);
    }

    private static WitnessAnswer.Failed Failed(TlogFault fault) => new(fault);
}
