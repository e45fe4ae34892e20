using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// A policy as the conjunction that it stands for: its scope, then its clauses, in the order of evaluation.
/// </summary>
internal static class PolicyConditions
{
    /// <summary>The operands. A slot can be filled with an entity that fits, so that it adds nothing.</summary>
    public static ImmutableArray<Expr> Of(PolicyBody body)
    {
        var conjuncts = ImmutableArray.CreateBuilder<Expr>();
        Add(conjuncts, RequestVariable.Principal, body.Principal, body.ScopeSpans.Principal);
        Add(conjuncts, body.Action, body.ScopeSpans.Action);
        Add(conjuncts, RequestVariable.Resource, body.Resource, body.ScopeSpans.Resource);
        foreach (var condition in body.Conditions)
        {
            conjuncts.Add(condition.Kind == ConditionKind.When
                ? condition.Body
                : new Expr.Unary(UnaryOperator.Not, condition.Body, condition.Body.Span));
        }

        return conjuncts.ToImmutable();
    }

    private static void Add(ImmutableArray<Expr>.Builder to, RequestVariable name, EntityScope scope, SourceSpan span)
    {
        var variable = new Expr.Variable(name, span);
        if (scope is EntityScope.Is { Type: var type })
        {
            to.Add(new Expr.Is(variable, type, span: span));
        }
        else if (scope is EntityScope.IsIn { Type: var also })
        {
            to.Add(new Expr.Is(variable, also, span: span));
        }

        if (scope.Entity is { } entity)
        {
            to.Add(new Expr.Binary(scope is EntityScope.Equal ? BinaryOperator.Equal : BinaryOperator.In, variable,
                Entity(entity, span), span));
        }
    }

    private static void Add(ImmutableArray<Expr>.Builder to, ActionScope scope, SourceSpan span)
    {
        var action = new Expr.Variable(RequestVariable.Action, span);
        Expr? conjunct = scope switch
        {
            ActionScope.Equal equal => new Expr.Binary(BinaryOperator.Equal, action, Entity(equal.Action, span), span),
            ActionScope.In @in => new Expr.Binary(BinaryOperator.In, action, Entity(@in.Group, span), span),
            ActionScope.InAny inAny => new Expr.Binary(
                BinaryOperator.In, action, new Expr.Set([.. inAny.Groups.Select(group => Entity(group, span))], span),
                    span),
            _ => null,
        };
        if (conjunct is not null)
        {
            to.Add(conjunct);
        }
    }

    private static Expr.Literal Entity(EntityUid uid, SourceSpan span) => new Expr.Literal(Value.Of(uid), span);
}
