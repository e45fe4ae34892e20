using System.Collections.Immutable;
using Sallyport.Decisions.Policies;

namespace Sallyport.Decisions;

/// <summary>What the shadow would have answered where the policies in force have. Pure, and never in the way: an
/// answer stands before it is asked, and whatever goes wrong here is a word in the record.</summary>
public static class Shadow
{
    /// <summary>Verdict of a shadow that could not be asked.</summary>
    public const string Failed = "error";

    /// <summary>Longest list of policies that is recorded, in UTF-16 units: facts share their entry.</summary>
    public const int PoliciesMax = 1024;

    /// <summary>An answer that is the same, as it is recorded.</summary>
    public static ReplayedVerdict Same { get; } = new("", "", "");

    /// <summary>Asks the shadow on the facts of a decision.</summary>
    /// <param name="snapshot">The rules that decided.</param>
    /// <param name="facts">What they decided from.</param>
    /// <param name="decision">The answer that stands.</param>
    /// <returns>
    /// Null where there is no shadow, or where nothing was decided; <see cref="Same"/> where it agrees; else its own
    /// answer.
    /// </returns>
    public static ReplayedVerdict? Beside(Snapshot snapshot, Facts facts, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(facts);
        if (snapshot.Shadow is not { } shadow
            || decision is Decision.Deny
            {
                Reason: DenyReason.LedgerUnavailable or DenyReason.Unstable
                    or DenyReason.LedgerQuota or DenyReason.LedgerReserve
            })
        {
            return null;
        }

        try
        {
            var other = Decider.Decide(snapshot, facts, shadow.Rules);
            return IsSame(decision, other, facts) ? Same : Bounded(ReplayedVerdict.Of(other, facts));
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            // Whatever it is: an answer that nobody obeys must not cost one that somebody waits for.
            return new ReplayedVerdict(Failed, "policy.shadow-failed", "");
        }
    }

    // By the ids of the policies: a copy of a policy in another file says the same.
    private static bool IsSame(Decision decision, Decision other, Facts facts)
    {
        var (was, now) = (Said(decision, facts), Said(other, facts));
        return was.Verdict == now.Verdict && was.Code == now.Code
            && was.Policies.Select(policy => policy.Id)
                .SequenceEqual(now.Policies.Select(policy => policy.Id), StringComparer.Ordinal);
    }

    // What a person was asked about is a hold, whatever came of it.
    private static Answer Said(Decision decision, Facts facts) => decision switch
    {
        Decision.Hold hold => new Answer("hold", "", hold.Policies),
        Decision.Deny held when IsHeld(held.Reason) => new Answer("hold", "", held.Policies),
        Decision.Deny deny => new Answer("deny", Denial.Code(deny, facts), deny.Policies),
        _ => new Answer("allow", "", []),
    };

    private static bool IsHeld(DenyReason reason) => reason is DenyReason.ApprovalRequired
        or DenyReason.ApprovalDeclined or DenyReason.ApprovalExpired or DenyReason.TooManyHolds
        or DenyReason.UnheldBody;

    private static ReplayedVerdict Bounded(ReplayedVerdict verdict) => verdict.Policies.Length <= PoliciesMax
        ? verdict
        : verdict with { Policies = string.Concat(verdict.Policies.AsSpan(0, PoliciesMax), "...") };

    private readonly record struct Answer(string Verdict, string Code, ImmutableArray<PolicyReference> Policies);
}
