using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Explaining;

/// <summary>
/// The fewest parts of policies that would have to come out otherwise. Parts count by themselves: that one fact may
/// stand in several clauses, or that two parts contradict one another, is not considered.
/// </summary>
internal sealed class SmallestChange(ClauseReader clauses)
{
    /// <summary>
    /// What would make an unsatisfied policy satisfied; empty if it is. Null if a constant stands against it.
    /// </summary>
    public ImmutableArray<ClauseChange>? ToSatisfy(Policy policy)
    {
        var changes = Changes.None;
        foreach (var kind in new[] { ClauseKind.Principal, ClauseKind.Action, ClauseKind.Resource })
        {
            if (!clauses.ScopeHolds(policy, kind))
            {
                changes = changes.Then(new Changes(ScopeChange(policy, kind, mustBecome: true)));
            }
        }

        foreach (var condition in policy.Body.Conditions)
        {
            if (Flip(policy, condition, condition.Kind == ConditionKind.When) is not { } needed)
            {
                return null;
            }

            changes = changes.Then(needed);
        }

        return changes.ToArray();
    }

    /// <summary>What would make a satisfied policy unsatisfied. Null if it asks nothing.</summary>
    public ImmutableArray<ClauseChange>? ToBreak(Policy policy)
    {
        var best = policy.Body.Conditions
            .Select(condition => Flip(policy, condition, condition.Kind != ConditionKind.When))
            .Aggregate(default(Changes), Fewer)?.ToArray();
        ClauseKind? scope = policy.Body switch
        {
            { Principal: not EntityScope.Any } => ClauseKind.Principal,
            { Resource: not EntityScope.Any } => ClauseKind.Resource,
            { Action: not ActionScope.Any } => ClauseKind.Action,
            _ => null,
        };
        return Fewer(best, scope is { } kind ? [ScopeChange(policy, kind, mustBecome: false)] : null);
    }

    /// <summary>The shorter of two; the first of two that are as short.</summary>
    public static ImmutableArray<ClauseChange>? Fewer(
        ImmutableArray<ClauseChange>? first, ImmutableArray<ClauseChange>? second) =>
        first is null || (second is not null && second.Value.Length < first.Value.Length) ? second : first;

    private static ClauseChange ScopeChange(Policy policy, ClauseKind kind, bool mustBecome)
    {
        var body = policy.Body;
        return kind switch
        {
            ClauseKind.Principal =>
                new(
                    policy,
                    kind,
                    PolicyPrinter.Print("principal", body.Principal),
                    body.ScopeSpans.Principal,
                    mustBecome),
            ClauseKind.Action =>
                new(policy, kind, PolicyPrinter.Print(body.Action), body.ScopeSpans.Action, mustBecome),
            _ =>
                new(policy, kind, PolicyPrinter.Print("resource", body.Resource), body.ScopeSpans.Resource, mustBecome),
        };
    }

    private static Changes? Fewer(Changes? first, Changes? second) =>
        first is null || (second is not null && second.Count < first.Count) ? second : first;

    private Changes? Flip(Policy policy, Condition condition, bool wanted)
    {
        var (toTrue, toFalse) =
            Both(policy, condition.Kind == ConditionKind.When ? ClauseKind.When : ClauseKind.Unless, condition.Body);
        return wanted ? toTrue : toFalse;
    }

    /// <summary>
    /// What would make an expression true, and what false. Both at once, so that every part is seen once: conditionals
    /// inside the conditions of conditionals would double the work at each level. Recursion is bounded by the height of
    /// the tree.
    /// </summary>
    private Ways Both(Policy policy, ClauseKind kind, Expr expr)
    {
        switch (expr)
        {
            case Expr.And and:
                return Chain(and.Operands.Select(operand => Both(policy, kind, operand)));
            case Expr.Or or:
                return Chain(or.Operands.Select(operand => Both(policy, kind, operand).Swapped)).Swapped;
            case Expr.Unary { Operator: UnaryOperator.Not } not:
                return Both(policy, kind, not.Operand).Swapped;
            case Expr.If @if:
                var (condition, then, otherwise) =
                    (Both(policy, kind, @if.Condition), Both(policy, kind, @if.Then), Both(policy, kind, @if.Else));
                return new Ways(
                    Fewer(Join(condition.ToTrue, then.ToTrue), Join(condition.ToFalse, otherwise.ToTrue)),
                    Fewer(Join(condition.ToTrue, then.ToFalse), Join(condition.ToFalse, otherwise.ToFalse)));
            case Expr.Literal literal:
                return new Ways(
                    literal.Value == Value.True ? Changes.None : null,
                    literal.Value == Value.False ? Changes.None : null);
            default:
                var value = clauses.Evaluate(expr);
                Changes To(bool wanted) => !value.IsFailure && value == Value.Of(wanted)
                    ? Changes.None
                    : new Changes(new ClauseChange(policy, kind, expr.ToString(), expr.Span, wanted));
                return new Ways(To(true), To(false));
        }
    }

    /// <summary>
    /// A conjunction is true when all its operands are, false when one is and evaluation comes so far: those before it
    /// must be true.
    /// </summary>
    private static Ways Chain(IEnumerable<Ways> operands)
    {
        var all = new Ways(Changes.None, null);
        foreach (var operand in operands)
        {
            all = new Ways(Join(all.ToTrue, operand.ToTrue), Fewer(all.ToFalse, Join(all.ToTrue, operand.ToFalse)));
        }

        return all;
    }

    private static Changes? Join(Changes? first, Changes? second) =>
        first is null || second is null ? null : first.Then(second);

    /// <summary>The shortest ways to either value; null where there is none.</summary>
    private readonly record struct Ways(Changes? ToTrue, Changes? ToFalse)
    {
        public Ways Swapped => new(ToFalse, ToTrue);
    }
}
