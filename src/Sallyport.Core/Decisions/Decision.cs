using System.Collections.Immutable;
using Sallyport.Decisions.Policies;

namespace Sallyport.Decisions;

/// <summary>The answer: yes, no, or not without a person. Closed.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Yes, under this rule and as this class of act.</summary>
    /// <param name="Rule">The rule that allowed it.</param>
    /// <param name="Class">
    /// How the rule classes the act; effects wait for a synced entry, reads for a written one.
    /// </param>
    public sealed record Allow(RuleReference Rule, ActionClass Class) : Decision;

    /// <summary>Not without a person's consent to exactly this act.</summary>
    /// <param name="Rule">The rule that would allow it.</param>
    /// <param name="Class">How the rule classes the act.</param>
    /// <param name="Policies">The policies that a person would consent to; at least one, and each a hold.</param>
    public sealed record Hold(
        RuleReference Rule, ActionClass Class, ImmutableArray<PolicyReference> Policies) : Decision
    {
        /// <inheritdoc/>
        public bool Equals(Hold? other) =>
            other is not null && Rule == other.Rule && Class == other.Class
            && Policies.AsSpan().SequenceEqual(other.Policies.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Rule, Class, Policies.Length);
    }

    /// <summary>No, for this reason.</summary>
    /// <param name="Reason">Why; <see cref="Denial.Explain"/> has the words.</param>
    /// <param name="Policies">
    /// The policies that say no or that erred, the telling one first; empty where no policy was asked.
    /// </param>
    public sealed record Deny(DenyReason Reason, ImmutableArray<PolicyReference> Policies) : Decision
    {
        /// <summary>No, before any policy was asked.</summary>
        /// <param name="reason">Why.</param>
        public Deny(DenyReason reason)
            : this(reason, [])
        {
        }

        /// <inheritdoc/>
        public bool Equals(Deny? other) =>
            other is not null && Reason == other.Reason
            && Policies.AsSpan().SequenceEqual(other.Policies.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Reason, Policies.Length);
    }
}
