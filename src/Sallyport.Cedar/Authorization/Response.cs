using System.Collections.Immutable;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>The answer to a request.</summary>
public enum Decision
{
    /// <summary>No permit is satisfied, or a forbid is.</summary>
    Deny,

    /// <summary>A permit is satisfied and no forbid is.</summary>
    Allow,
}

/// <summary>A policy whose evaluation failed; it counted as not satisfied.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Error">What went wrong.</param>
public sealed record PolicyError(Policy Policy, EvaluationError Error);

/// <summary>A decision with what led to it.</summary>
/// <param name="Decision">Allow or deny.</param>
/// <param name="Reasons">
/// The determining policies, in the order of the set: the satisfied forbids if there are any, otherwise the satisfied
/// permits. Empty where nothing was permitted.
/// </param>
/// <param name="Errors">The policies that failed, in the order of the set.</param>
/// <param name="PolicySetHash">The snapshot that decided.</param>
public sealed record Response(
    Decision Decision, ImmutableArray<Policy> Reasons, ImmutableArray<PolicyError> Errors, PolicySetHash PolicySetHash);
