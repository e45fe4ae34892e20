using System.Collections.Immutable;
using Sallyport.Tlog.Notes;

namespace Sallyport.Tlog.Checkpoints;

/// <summary>A log or a witness that a policy knows.</summary>
/// <param name="Name">The witness's name within the policy; for a log, its key's name.</param>
/// <param name="Key">Its key.</param>
/// <param name="Address">Where it is, as written; null if not written.</param>
public sealed record TrustedKey(string Name, VerifierKey Key, string? Address);

/// <summary>A group of witnesses and earlier groups, of which so many must have cosigned.</summary>
/// <param name="Name">Its name within the policy.</param>
/// <param name="Threshold">How many members.</param>
/// <param name="Members">Their names.</param>
public sealed record WitnessGroup(string Name, int Threshold, ImmutableArray<string> Members);

/// <summary>
/// Whose checkpoints are believed (tlog-policy): one of the logs signed, and a quorum of the witnesses cosigned.
/// </summary>
public sealed class TrustPolicy
{
    internal const string NoQuorum = "none";

    internal TrustPolicy(
        ImmutableArray<TrustedKey> logs,
        ImmutableArray<TrustedKey> witnesses,
        ImmutableArray<WitnessGroup> groups,
        string quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        Groups = groups;
        Quorum = quorum;
    }

    /// <summary>The logs.</summary>
    public ImmutableArray<TrustedKey> Logs { get; }

    /// <summary>The witnesses.</summary>
    public ImmutableArray<TrustedKey> Witnesses { get; }

    /// <summary>The groups; each names only witnesses and groups before it.</summary>
    public ImmutableArray<WitnessGroup> Groups { get; }

    /// <summary>The witness or group that must have cosigned; <c>none</c> if nobody must.</summary>
    public string Quorum { get; }

    /// <summary>
    /// A policy of one log and no witnesses. Against a log that shows different trees to different people it does
    /// nothing.
    /// </summary>
    public static TrustPolicy OfLog(VerifierKey log) =>
        new([new TrustedKey(log.Name.Value, log, null)], [], [], NoQuorum);

    /// <summary>Reads a policy file.</summary>
    public static Result<TrustPolicy> Parse(ReadOnlySpan<byte> file) => new PolicyParser().Parse(file);

    /// <summary>Believes a checkpoint, or says why not.</summary>
    public Result<VerifiedCheckpoint> Verify(SignedCheckpoint checkpoint)
    {
        var (logs, witnesses) = (Logs.Select(log => log.Key), Witnesses.Select(witness => witness.Key));
        if (!checkpoint.Verify(logs, witnesses).TryGet(out var verified, out var fault))
        {
            return fault;
        }

        if (Quorum == NoQuorum)
        {
            return verified;
        }

        var cosigned = Witnesses.Where(witness => verified.Cosignatures.Any(signature => signature.Key == witness.Key))
            .Select(witness => witness.Name).ToHashSet(StringComparer.Ordinal);
        var count = cosigned.Count;
        foreach (var group in Groups) // in the file's order, so that members are known before the group
        {
            if (group.Members.Count(cosigned.Contains) >= group.Threshold)
            {
                cosigned.Add(group.Name);
            }
        }

        return cosigned.Contains(Quorum)
            ? verified
            : new TlogFault(
                FaultKind.Untrusted,
                "quorum",
                $"{count} of {Witnesses.Length} witnesses have cosigned, which is not {Quorum}{Lacking(verified)}.");
    }

    private static string Lacking(VerifiedCheckpoint verified) =>
        verified.Unsupported.IsEmpty
            ? ""
            : $"; {verified.Unsupported.Length} signatures of known keys cannot be checked on this platform";
}
