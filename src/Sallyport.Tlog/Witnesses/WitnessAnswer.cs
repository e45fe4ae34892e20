using System.Collections.Immutable;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.Tlog.Witnesses;

/// <summary>Why a witness would not cosign, in the order in which it looks.</summary>
public enum WitnessRefusal
{
    /// <summary>404: it does not know the log.</summary>
    UnknownLog,

    /// <summary>403: no key that it trusts for the log has signed, or one has signed badly.</summary>
    UntrustedSignature,

    /// <summary>400: the request is malformed, or the old size is over the new one.</summary>
    BadRequest,

    /// <summary>
    /// 422: the proof does not hold, or the roots of one size differ. If the log is ours, this is an alarm.
    /// </summary>
    Inconsistent,
}

/// <summary>What came of asking a witness.</summary>
public abstract record WitnessAnswer
{
    private WitnessAnswer()
    {
    }

    /// <summary>200: the witness has cosigned, and its signature is good.</summary>
    /// <param name="Checkpoint">The checkpoint with the cosignatures added.</param>
    /// <param name="Cosignatures">Those of the witness's known keys.</param>
    public sealed record Cosigned(
        SignedCheckpoint Checkpoint, ImmutableArray<VerifiedSignature> Cosignatures) : WitnessAnswer;

    /// <summary>409: the witness has cosigned another size last. Ask again from there.</summary>
    /// <param name="Latest">That size. Over ours, somebody has shown the witness a larger tree of this log.</param>
    public sealed record Conflict(TreeSize Latest) : WitnessAnswer;

    /// <summary>404, 403, 400 or 422.</summary>
    /// <param name="Why">Which of them.</param>
    public sealed record Refused(WitnessRefusal Why) : WitnessAnswer;

    /// <summary>No answer that means anything: not reached, another status, a malformed or badly signed body.</summary>
    /// <param name="Fault">What happened.</param>
    public sealed record Failed(TlogFault Fault) : WitnessAnswer;
}
