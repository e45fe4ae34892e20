using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Partial;

/// <summary>Decides requests of which parts are not known yet, as far as they can be decided.</summary>
public static class PartialAuthorizer
{
    /// <summary>Evaluates every policy as far as the request is known. The entities are taken to be complete.</summary>
    public static PartialResponse Authorize(PolicySet policies, PartialRequest request, EntityStore entities)
    {
        var evaluator = new PartialEvaluator(request, entities);
        var residuals = policies.Policies.Select(policy => Evaluate(policy, request, evaluator)).ToImmutableArray();
        return new PartialResponse(Decide(residuals), residuals);
    }

    private static Decision? Decide(ImmutableArray<Residual> residuals)
    {
        bool Has(Effect effect, ResidualKind kind) =>
            residuals.Any(residual => residual.Policy.Effect == effect && residual.Kind == kind);

        if (Has(Effect.Forbid, ResidualKind.Satisfied)
            || !(Has(Effect.Permit, ResidualKind.Satisfied) || Has(Effect.Permit, ResidualKind.Depends)))
        {
            return Decision.Deny;
        }

        return Has(Effect.Permit, ResidualKind.Satisfied) && !Has(Effect.Forbid, ResidualKind.Depends)
            ? Decision.Allow
            : null;
    }

    private static Residual Evaluate(Policy policy, PartialRequest request, PartialEvaluator evaluator)
    {
        var body = policy.Body;
        var principal = Holds(body.Principal, request.Principal, evaluator);
        var action = Holds(body.Action, request.Action, evaluator);
        var resource = Holds(body.Resource, request.Resource, evaluator);
        if (principal == false || action == false || resource == false)
        {
            return new Residual(policy, ResidualKind.NotSatisfied, body);
        }

        var scopeIsOpen = principal is null || action is null || resource is null;
        var rest = ImmutableArray.CreateBuilder<Condition>();
        foreach (var condition in body.Conditions)
        {
            var wanted = condition.Kind == ConditionKind.When;
            var value = evaluator.Evaluate(condition.Body);
            if (value is PartialValue.Known { Value: { IsBool: true } known } && known.IsTrue == wanted)
            {
                continue;
            }

            rest.Add(new Condition(condition.Kind, value.Expr));
            if (value is not PartialValue.Residual)
            {
                var fails = value is not PartialValue.Known { Value.IsBool: true };

                // What comes before may be false, or fail, and then this is not reached; a scope can only be false.
                var kind = rest.Count > 1 || (fails && scopeIsOpen)
                    ? ResidualKind.NeverSatisfied
                    : fails
                    ? ResidualKind.Failed
                    : ResidualKind.NotSatisfied;
                return new Residual(policy, kind, Remaining(body, principal, action, resource, rest.ToImmutable()));
            }
        }

        var residual = Remaining(body, principal, action, resource, rest.ToImmutable());
        return new Residual(policy, Kind(residual, scopeIsOpen), residual);
    }

    private static ResidualKind Kind(PolicyBody residual, bool scopeIsOpen) =>
        residual.Conditions.Any(condition => IsNever(
            condition.Body, condition.Kind == ConditionKind.When)) ? ResidualKind.NeverSatisfied
        : scopeIsOpen || residual.Conditions.Length > 0 ? ResidualKind.Depends
        : ResidualKind.Satisfied;

    /// <summary>
    /// Whether an expression plainly never has a value: a conjunction with a false part is never true, a disjunction
    /// with a true one never false.
    /// </summary>
    private static bool IsNever(Expr expr, bool value) => expr switch
    {
        Expr.Literal literal => literal.Value != Values.Value.Of(value),
        Expr.And { Operands: var operands } when value => operands.Any(operand => IsNever(operand, value)),
        Expr.Or { Operands: var operands } when !value => operands.Any(operand => IsNever(operand, value)),
        _ => false,
    };

    private static PolicyBody Remaining(
        PolicyBody body, bool? principal, bool? action, bool? resource, ImmutableArray<Condition> conditions) => new()
        {
            Effect = body.Effect,
            Annotations = body.Annotations,
            Principal = principal is null ? body.Principal : new EntityScope.Any(),
            Action = action is null ? body.Action : new ActionScope.Any(),
            Resource = resource is null ? body.Resource : new EntityScope.Any(),
            Conditions = conditions,
            Source = body.Source,
            Span = body.Span,
            ScopeSpans = body.ScopeSpans,
        };

    private static bool? Holds(EntityScope scope, PartialEntity entity, PartialEvaluator evaluator)
    {
        if (scope is EntityScope.Any)
        {
            return true;
        }

        var type = entity is PartialEntity.Known known ? known.Uid.Type : ((PartialEntity.Unknown)entity).Type;
        switch (scope)
        {
            case EntityScope.Is @is:
                return type is null ? null : type == @is.Type;
            case EntityScope.IsIn isIn when type is not null && type != isIn.Type:
                return false;
        }

        var named = scope.Entity
            ?? throw new InvalidOperationException("A policy has no slots; a template is never evaluated.");
        if (scope is not EntityScope.Equal)
        {
            return evaluator.IsIn(entity, named) is { } isMember ? isMember : null;
        }

        return entity is PartialEntity.Known { Uid: var uid }
            ? uid == named
            : type is not null && type != named.Type
            ? false
            : null;
    }

    private static bool? Holds(ActionScope scope, PartialEntity action, PartialEvaluator evaluator) =>
        (scope, action) switch
        {
            (ActionScope.Any, _) => true,
            (ActionScope.InAny { Groups.IsEmpty: true }, _) => false,
            (_, PartialEntity.Unknown { Type: { IsAction: false } }) => scope is ActionScope.Equal ? false : null,
            (_, PartialEntity.Unknown) => null,
            (ActionScope.Equal equal, PartialEntity.Known known) => known.Uid == equal.Action,
            _ => scope.Entities.Any(group => evaluator.IsIn(action, group) == true),
        };
}
