using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Checks that every entity type, enumerated id and action that a policy names is declared, wherever it stands: even
/// in a branch that the type checker finds to be unreachable.
/// </summary>
internal sealed class ReferenceChecks(Schema schema, Findings findings, StepBudget budget)
{
    public void Check(PolicyBody body)
    {
        Check(body.Principal, body.ScopeSpans.Principal);
        Check(body.Resource, body.ScopeSpans.Resource);
        foreach (var action in body.Action.Entities)
        {
            Check(action, body.ScopeSpans.Action);
        }

        foreach (var condition in body.Conditions)
        {
            Check(condition.Body);
        }
    }

    /// <summary>
    /// Checks what fills the slots of a linked policy; the rest was checked with its template. As in the official
    /// implementation an id that an enumerated type does not declare is no error here; we warn of it.
    /// </summary>
    public void CheckSlots(PolicyBody body)
    {
        CheckSlot(body.Principal, body.ScopeSpans.Principal);
        CheckSlot(body.Resource, body.ScopeSpans.Resource);
    }

    private void CheckSlot(EntityScope scope, SourceSpan span)
    {
        if (scope.Entity is { } entity)
        {
            Check(entity.Type, span);
            CheckId(entity, span, ValidationSeverity.Warning);
        }
    }

    private void Check(EntityScope scope, SourceSpan span)
    {
        if (scope is EntityScope.Is { Type: var type })
        {
            Check(type, span);
        }
        else if (scope is EntityScope.IsIn { Type: var also })
        {
            Check(also, span);
        }

        if (scope.Entity is { } entity)
        {
            Check(entity, span);
        }
    }

    // Recursion is bounded by the height of the expression.
    private void Check(Expr expr)
    {
        if (!budget.TrySpend())
        {
            return;
        }

        switch (expr)
        {
            case Expr.Literal { Value: { Kind: ValueKind.Entity } value }:
                Check(value.AsEntity(), expr.Span);
                break;
            case Expr.Is @is:
                Check(@is.Type, @is.Span);
                Check(@is.Target);
                if (@is.Container is not null)
                {
                    Check(@is.Container);
                }

                break;
            case Expr.Binary binary:
                Check(binary.Left);
                Check(binary.Right);
                break;
            case Expr.If @if:
                Check(@if.Condition);
                Check(@if.Then);
                Check(@if.Else);
                break;
            case Expr.Unary unary:
                Check(unary.Operand);
                break;
            case Expr.GetAttribute get:
                Check(get.Target);
                break;
            case Expr.HasAttribute has:
                Check(has.Target);
                break;
            case Expr.Like like:
                Check(like.Target);
                break;
            case Expr.And and:
                CheckAll(and.Operands);
                break;
            case Expr.Or or:
                CheckAll(or.Operands);
                break;
            case Expr.Set set:
                CheckAll(set.Elements);
                break;
            case Expr.Call call:
                CheckAll(call.Arguments);
                break;
            case Expr.Record record:
                CheckAll(record.Fields.Select(f => f.Value));
                break;
        }
    }

    private void CheckAll(IEnumerable<Expr> expressions)
    {
        foreach (var expr in expressions)
        {
            Check(expr);
        }
    }

    private void Check(EntityUid uid, SourceSpan span)
    {
        if (uid.Type.IsAction)
        {
            if (!schema.TryGetAction(uid, out _))
            {
                findings.Error(ValidationKind.UnrecognizedAction, span, $"The schema has no action {uid}.", () =>
                    MeantAction(uid));
            }

            return;
        }

        Check(uid.Type, span);
        CheckId(uid, span, ValidationSeverity.Error);
    }

    private void CheckId(EntityUid uid, SourceSpan span, ValidationSeverity severity)
    {
        if (schema.TryGetEntityType(uid.Type, out var type) && type.Ids is { } ids && !ids.Contains(uid.Id))
        {
            findings.Add(
                ValidationKind.UndeclaredId, severity, span,
                $"{StringEscapes.Quote(uid.Id)} is not among the ids of {uid.Type}.",
                () => findings.Nearest(uid.Id, ids) is { } near
                    ? $"Perhaps {StringEscapes.Quote(near)}."
                    : ValueChecker.ListIds(ids));
        }
    }

    private void Check(EntityTypeName type, SourceSpan span)
    {
        // The official implementation leaves 'is X::Action' to the type checker, declared or not.
        if (!type.IsAction && !schema.TryGetEntityType(type, out _))
        {
            findings.Error(
                ValidationKind.UnrecognizedEntityType, span, $"The schema has no entity type '{type}'.",
                () => findings.Nearest(type.Name, schema.EntityTypes.Select(e => e.Name.Name)) is { } near
                    ? $"Perhaps {near}."
                    : "Declare it, or name one that is declared, with its namespace.");
        }
    }

    /// <summary>An action of nearly this id, in the same namespace if there is one.</summary>
    private string MeantAction(EntityUid uid)
    {
        var near = findings.Nearest(uid.Id, schema.Actions.Where(a => a.Uid.Type == uid.Type).Select(a => a.Uid.Id))
            ?? findings.Nearest(uid.Id, schema.Actions.Select(a => a.Uid.Id));
        var meant = schema.Actions.FirstOrDefault(a => a.Uid.Id == near);
        return meant is null ? "Declare it, or name one that is declared." : $"Perhaps {meant}.";
    }
}
