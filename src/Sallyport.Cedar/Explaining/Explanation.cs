using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Explaining;

/// <summary>Why a decision is what it is.</summary>
public enum DecisionCause
{
    /// <summary>A permit is satisfied and no forbid is.</summary>
    Permitted,

    /// <summary>A forbid is satisfied.</summary>
    Forbidden,

    /// <summary>No permit is satisfied, and no forbid either.</summary>
    NotPermitted,
}

/// <summary>Where a clause stands in its policy.</summary>
public enum ClauseKind
{
    /// <summary>What the scope asks of the principal.</summary>
    Principal,

    /// <summary>What the scope asks of the action.</summary>
    Action,

    /// <summary>What the scope asks of the resource.</summary>
    Resource,

    /// <summary>A part of a <c>when</c> that <c>&amp;&amp;</c> joins to the others: must be true.</summary>
    When,

    /// <summary>A part of an <c>unless</c> that <c>||</c> joins to the others: must be false.</summary>
    Unless,
}

/// <summary>What came of a clause, evaluated by itself.</summary>
public enum ClauseOutcome
{
    /// <summary>It is as the policy asks.</summary>
    Holds,

    /// <summary>It is not as the policy asks.</summary>
    DoesNotHold,

    /// <summary>It has no value.</summary>
    Fails,
}

/// <summary>A part of a clause with the value that it had.</summary>
/// <param name="Expression">A variable, attribute or tag as the policy names it.</param>
/// <param name="Value">Its value.</param>
public sealed record Observation(Expr Expression, Value Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Expression} = {Value}";
}

/// <summary>One clause of a policy under one request.</summary>
/// <param name="Kind">Where it stands.</param>
/// <param name="Text">The clause in human syntax.</param>
/// <param name="Span">Its place in the policy's text; empty if there is none.</param>
/// <param name="Position">Line and column of the place.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="IsReached">
/// Whether evaluation came this far; behind the first clause that does not hold it does not.
/// </param>
/// <param name="Error">The error, if it fails.</param>
/// <param name="Observations">The values that it looked at.</param>
public sealed record ClauseExplanation(
    ClauseKind Kind,
    string Text,
    SourceSpan Span,
    LinePosition Position,
    ClauseOutcome Outcome,
    bool IsReached,
    EvaluationError? Error,
    ImmutableArray<Observation> Observations)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var mark = Outcome switch
        {
            ClauseOutcome.Holds => "holds",
            ClauseOutcome.DoesNotHold => "does not hold",
            ClauseOutcome.Fails => "fails",
        };
        var keyword = Kind switch
        {
            ClauseKind.When => "when ",
            ClauseKind.Unless => "unless ",
            _ => "",
        };
        var values = Observations.IsEmpty ? "" : $" ({string.Join(", ", Observations)})";
        var reached = IsReached ? "" : ", not reached";
        return $"{keyword}{Text}: {mark}{reached}{values}{(Error is null ? "" : $" {Error.Message}")}";
    }
}

/// <summary>What came of a policy.</summary>
public enum PolicyOutcome
{
    /// <summary>It applies.</summary>
    Satisfied,

    /// <summary>It does not apply.</summary>
    NotSatisfied,

    /// <summary>It has no value; it counts as not satisfied.</summary>
    Failed,
}

/// <summary>One policy under one request.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Clauses">Its clauses, in order.</param>
/// <param name="ChangesNeeded">
/// How many of its clauses would have to come out otherwise for it to be satisfied; 0 if it is.
/// </param>
public sealed record PolicyExplanation(
    Policy Policy, PolicyOutcome Outcome, ImmutableArray<ClauseExplanation> Clauses, int ChangesNeeded);

/// <summary>A part of a policy that would have to come out otherwise.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Kind">Where the part stands.</param>
/// <param name="Text">
/// The part, in human syntax: a scope clause, or an expression without <c>&amp;&amp;</c>, <c>||</c>, <c>!</c> and
/// <c>if</c>.
/// </param>
/// <param name="Span">Its place in the policy's text.</param>
/// <param name="MustBecome">The value that it would have to have.</param>
public sealed record ClauseChange(Policy Policy, ClauseKind Kind, string Text, SourceSpan Span, bool MustBecome)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Policy.Id}: {Text} would have to be {(MustBecome ? "true" : "false")}";
}

/// <summary>A decision, explained.</summary>
/// <param name="Response">
/// The decision as <see cref="CompiledPolicySet.Authorize(Request, Entities.EntityStore)"/> gives it.
/// </param>
/// <param name="Cause">Permitted, forbidden, or merely not permitted.</param>
/// <param name="Policies">
/// The determining policies, the failed ones, others that are satisfied, then those that came nearest to being so.
/// </param>
/// <param name="SmallestChange">
/// The fewest parts of policies that would have to come out otherwise to turn the decision around, each counted by
/// itself; null if no change of clauses can, as where there is no permit.
/// </param>
public sealed record Explanation(
    Response Response, DecisionCause Cause, ImmutableArray<PolicyExplanation> Policies,
        ImmutableArray<ClauseChange>? SmallestChange)
{
    /// <summary>The explanation as text for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Cause switch
        {
            DecisionCause.Permitted => $"Allowed by {string.Join(", ", Response.Reasons.Select(p => p.Id))}.",
            DecisionCause.Forbidden => $"Forbidden by {string.Join(", ", Response.Reasons.Select(p => p.Id))}.",
            DecisionCause.NotPermitted => "Not permitted by any policy.",
        });
        foreach (var policy in Policies)
        {
            var outcome = policy.Outcome switch
            {
                PolicyOutcome.Satisfied => "applies",
                PolicyOutcome.NotSatisfied => "does not apply",
                PolicyOutcome.Failed => "fails",
            };
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{(policy.Policy.Effect == Effect.Permit ? "permit" : "forbid")} {policy.Policy.Id} {outcome}");
            foreach (var clause in policy.Clauses)
            {
                text.Append("\n  ").Append(clause);
            }
        }

        if (SmallestChange is { } changes)
        {
            text.Append("\nTo turn it around:");
            foreach (var change in changes)
            {
                text.Append("\n  ").Append(change);
            }
        }

        return text.ToString();
    }
}
