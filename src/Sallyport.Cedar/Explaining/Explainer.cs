using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Explaining;

/// <summary>Explains decisions clause by clause.</summary>
public static class Explainer
{
    /// <summary>Decides a request, and says why.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="request">The request.</param>
    /// <param name="entities">The entities.</param>
    /// <param name="nearMax">
    /// How many policies to show that were neither satisfied nor failed, the nearest first.
    /// </param>
    public static Explanation Explain(
        this CompiledPolicySet policies, Request request, EntityStore entities, int nearMax = 5)
    {
        var response = policies.Authorize(request, entities);
        var state = new EvaluationState();
        state.Begin(request.Principal, request.Action, request.Resource, request.Context, entities);
        var clauses = new ClauseReader(state);
        var change = new SmallestChange(clauses);
        var examined = policies.Source.Policies
            .Select((policy, i) => Examine(policy, policies.Examine(i, state), state, change)).ToList();
        var determining = response.Reasons.IsEmpty ? (Effect?)null : response.Reasons[0].Effect;
        var shown = examined.Where(e => e.Outcome != PolicyOutcome.NotSatisfied)
            .OrderBy(e => e.Outcome == PolicyOutcome.Failed ? 1 : e.Policy.Effect == determining ? 0 : 2)
            .Concat(examined.Where(e => e.Outcome == PolicyOutcome.NotSatisfied && e.IsNear).OrderBy(e => e.Distance)
                .Take(nearMax))
            .Select(e => new PolicyExplanation(e.Policy, e.Outcome, clauses.Read(e.Policy), e.Distance));
        var cause = response.Decision == Decision.Allow ? DecisionCause.Permitted
            : response.Reasons.IsEmpty ? DecisionCause.NotPermitted
            : DecisionCause.Forbidden;
        return new Explanation(response, cause, [.. shown], Turn(examined, response.Decision, change));
    }

    private static Examined Examine(Policy policy, bool? isSatisfied, EvaluationState state, SmallestChange change)
    {
        var outcome = isSatisfied is not { } satisfied ? PolicyOutcome.Failed
            : satisfied ? PolicyOutcome.Satisfied
            : PolicyOutcome.NotSatisfied;
        return new Examined(
            policy,
            outcome,
            ScopeMatch.Action(policy.Body.Action, state),
            outcome == PolicyOutcome.Satisfied ? [] : change.ToSatisfy(policy));
    }

    /// <summary>What would turn a deny into an allow, or an allow into a deny.</summary>
    private static ImmutableArray<ClauseChange>? Turn(List<Examined> examined, Decision decision, SmallestChange change)
    {
        var broken = examined
            .Where(e => e.Outcome == PolicyOutcome.Satisfied
                && e.Policy.Effect == (decision == Decision.Allow ? Effect.Permit : Effect.Forbid))
            .Select(e => change.ToBreak(e.Policy))
            .Aggregate((ImmutableArray<ClauseChange>?)[], (all, next) => all is null || next is null
                ? null
                : all.Value.AddRange(next.Value));
        if (decision == Decision.Allow)
        {
            return SmallestChange.Fewer(broken, Cheapest(examined, Effect.Forbid));
        }

        var permitted = examined.Any(e => e.Outcome == PolicyOutcome.Satisfied && e.Policy.Effect == Effect.Permit)
            ? []
            : Cheapest(examined, Effect.Permit);
        return broken is null || permitted is null ? null : broken.Value.AddRange(permitted.Value);
    }

    /// <summary>
    /// What satisfies one more policy of an effect. One for another action only if there is no other: nobody asked for
    /// that action.
    /// </summary>
    private static ImmutableArray<ClauseChange>? Cheapest(List<Examined> examined, Effect effect)
    {
        var candidates = examined.Where(e => e.Policy.Effect == effect && e.Outcome != PolicyOutcome.Satisfied
            && e.ToSatisfy is not null).ToList();
        return candidates.Where(e => e.IsNear).Concat(candidates.Where(e => !e.IsNear))
            .GroupBy(e => e.IsNear).FirstOrDefault()?
            .Select(e => e.ToSatisfy).Aggregate(SmallestChange.Fewer);
    }

    /// <param name="Policy">The policy.</param>
    /// <param name="Outcome">What came of it.</param>
    /// <param name="IsNear">Whether its scope lets the action in.</param>
    /// <param name="ToSatisfy">What would satisfy it; null if nothing can.</param>
    private sealed record Examined(
        Policy Policy, PolicyOutcome Outcome, bool IsNear, ImmutableArray<ClauseChange>? ToSatisfy)
    {
        public int Distance => ToSatisfy?.Length ?? int.MaxValue;
    }
}
