using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Partial;

/// <summary>What is known of a policy under a partial request.</summary>
public enum ResidualKind
{
    /// <summary>It is satisfied, whatever the unknowns are.</summary>
    Satisfied,

    /// <summary>It is not satisfied, whatever the unknowns are, and does not fail.</summary>
    NotSatisfied,

    /// <summary>It fails, whatever the unknowns are.</summary>
    Failed,

    /// <summary>It is not satisfied or it fails, depending on the unknowns; it never applies.</summary>
    NeverSatisfied,

    /// <summary>Whether it is satisfied depends on the unknowns.</summary>
    Depends,
}

/// <summary>One policy under a partial request.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Kind">What is known.</param>
/// <param name="Body">What is left to ask; the policy's own form where nothing could be decided.</param>
public sealed record Residual(Policy Policy, ResidualKind Kind, PolicyBody Body);

/// <summary>What is known of a decision.</summary>
/// <param name="Decision">The decision, if it is the same whatever the unknowns are; null if it depends.</param>
/// <param name="Residuals">Every policy, in the order of the set.</param>
public sealed record PartialResponse(Decision? Decision, ImmutableArray<Residual> Residuals)
{
    /// <summary>
    /// Whether some completion might be allowed, as far as the policies show. False is certain; true is not, since
    /// residuals are not checked against one another.
    /// </summary>
    public bool MayAllow => Decision != Authorization.Decision.Deny;
}
