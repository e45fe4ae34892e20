using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>Operators with two operands, and calls.</summary>
internal sealed partial class Typechecker
{
    private Typed CheckBinary(Expr.Binary binary, CapabilitySet prior)
    {
        var left = Check(binary.Left, prior).Type;
        var right = Check(binary.Right, prior).Type;
        switch (binary.Operator)
        {
            case BinaryOperator.Equal:
                return Just(TypeOfEqual(binary, left, right));
            case BinaryOperator.NotEqual:
                var equal = TypeOfEqual(binary, left, right);
                return Just(ReferenceEquals(equal, CedarType.True)
                    ? CedarType.False
                    : ReferenceEquals(equal, CedarType.False)
                    ? CedarType.True
                    : equal);
            case BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater
                or BinaryOperator.GreaterOrEqual:
                CheckOrder(binary, left, right);
                return Just(CedarType.Bool);
            case BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply:
                Expect(binary.Left, left, CedarType.Long);
                Expect(binary.Right, right, CedarType.Long);
                return Just(CedarType.Long);
            case BinaryOperator.In:
                ExpectEntity(binary.Left, left);
                return Just(TypeOfIn(binary.Left, left, binary.Right, right));
            case BinaryOperator.Contains:
                var element = ExpectSet(binary.Left, left);
                RequireComparable(binary, element, right);
                return Just(CedarType.Bool);
            case BinaryOperator.ContainsAll or BinaryOperator.ContainsAny:
                var (these, those) = (ExpectSet(binary.Left, left), ExpectSet(binary.Right, right));
                RequireComparable(binary, these is null ? null : left, those is null ? null : right);
                return Just(CedarType.Bool);
            case BinaryOperator.HasTag:
                return CheckHasTag(binary, left, right, prior);
            case BinaryOperator.GetTag:
                return Just(CheckGetTag(binary, left, right, prior));
        }

        return Just(null);
    }

    private CedarType TypeOfEqual(Expr.Binary binary, CedarType? left, CedarType? right)
    {
        if (LiteralOf(binary.Left) is { } first && LiteralOf(binary.Right) is { } second)
        {
            return first == second ? CedarType.True : CedarType.False;
        }

        if (left is not null && right is not null)
        {
            if (_lattice.AreDisjoint(left, right))
            {
                return CedarType.False;
            }

            RequireComparable(binary, left, right);
        }

        return CedarType.Bool;
    }

    /// <summary>Strict mode compares only what has a type in common.</summary>
    private void RequireComparable(Expr.Binary binary, CedarType? left, CedarType? right)
    {
        if (_isStrict && left is not null && right is not null && _lattice.Join(left, right) is null)
        {
            ReportIncompatible(binary, left, right, $"'{binary.Operator.Symbol()}' on different types is never true.");
        }
    }

    /// <summary>The value of a literal; the action counts as one, since every environment has just one.</summary>
    private Value? LiteralOf(Expr expr) => expr switch
    {
        Expr.Literal literal => literal.Value,
        Expr.Variable { Name: RequestVariable.Action } => Value.Of(_environment.Action.Uid),
        _ => null,
    };

    private EntityUid? EntityOf(Expr expr) => LiteralOf(expr) is { Kind: ValueKind.Entity } value
        ? value.AsEntity()
        : null;

    private void CheckOrder(Expr.Binary binary, CedarType? left, CedarType? right)
    {
        var isLeftOrdered = IsOrdered(binary.Left, left);
        if (IsOrdered(binary.Right, right) && isLeftOrdered && left is not null && right is not null
            && !Accepts(left, right) && !Accepts(right, left))
        {
            ReportUnlessUnknown(binary.Right, right, left.ToString());
        }
    }

    private bool IsOrdered(Expr expr, CedarType? type)
    {
        var isOrdered = Accepts(CedarType.Long, type) || Accepts(CedarType.Datetime, type)
            || Accepts(CedarType.Duration, type);
        if (!isOrdered)
        {
            ReportUnlessUnknown(expr, type, ReferenceEquals(type, CedarType.Decimal)
                ? "Long, datetime or duration (decimals have lessThan and its kin)"
                : "Long, datetime or duration");
        }

        return isOrdered;
    }

    private void Expect(Expr expr, CedarType? type, CedarType expected)
    {
        if (!Accepts(expected, type))
        {
            ReportUnlessUnknown(expr, type, expected.ToString());
        }
    }

    private CedarType TypeOfIn(Expr left, CedarType? leftType, Expr right, CedarType? rightType)
    {
        if (rightType is null)
        {
            return CedarType.Bool; // a mistake: whatever follows is checked all the same
        }

        var container = rightType is CedarType.Set set ? set.Element : rightType;
        if (container is { IsEntity: false } && !ReferenceEquals(container, CedarType.Never))
        {
            ReportUnlessUnknown(right, rightType, "an entity or a set of entities");
            return CedarType.Bool;
        }

        if (ReferenceEquals(container, CedarType.Never))
        {
            return CedarType.False; // in nothing
        }

        // Whether an action is in a group is known beforehand.
        if (EntityOf(left) is { } uid && _schema.TryGetAction(uid, out var action) && GroupsOf(right) is { } groups)
        {
            return groups.Exists(action.IsIn) ? CedarType.True : CedarType.False;
        }

        return leftType is CedarType.Entity entity && container is CedarType.Entity containers
            && !CanBeIn(entity, containers)
            ? CedarType.False
            : CedarType.Bool;
    }

    /// <summary>The entities of a literal or of a set of literals; null for anything else.</summary>
    private List<EntityUid>? GroupsOf(Expr expr)
    {
        var groups = new List<EntityUid>();
        foreach (var element in expr is Expr.Set set ? set.Elements : [expr])
        {
            if (EntityOf(element) is not { } uid)
            {
                return null;
            }

            groups.Add(uid);
        }

        return groups;
    }

    private bool CanBeIn(CedarType.Entity left, CedarType.Entity containers)
    {
        foreach (var type in left.Names)
        {
            foreach (var container in containers.Names)
            {
                if (!_budget.TrySpend() || _schema.CanBeIn(type, container)
                    || (type.IsAction && CanActionsBeIn(type, container)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool CanActionsBeIn(EntityTypeName type, EntityTypeName container) =>
        _budget.TrySpend(_schema.Actions.Count)
        && _schema.Actions.Any(a => a.Uid.Type == type && a.Ancestors.Any(group => group.Type == container));

    private CedarType CheckCall(Expr.Call call, CapabilitySet prior)
    {
        var function = call.Function;
        var result = TypeOf(function.Result);
        var hasCount = call.Arguments.Length == function.Parameters.Length;
        if (!hasCount)
        {
            _findings.Error(ValidationKind.ArgumentCount, call.Span,
                $"'{function.Name}' takes {function.Parameters.Length} argument(s), not {call.Arguments.Length}.",
                "The receiver of a method counts as one.");
        }

        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var argument = call.Arguments[i];
            var type = Check(argument, prior).Type;
            if (!hasCount)
            {
                continue;
            }

            if (_isStrict && function.IsConstructor && argument is not Expr.Literal)
            {
                _findings.Error(ValidationKind.ComputedExtensionArgument, argument.Span,
                    $"The argument of '{function.Name}' is computed, so that it cannot be checked.",
                        "Write a text in quotes, or let the schema declare the value's type.");
            }
            else
            {
                Expect(argument, type, TypeOf(function.Parameters[i]));
            }

            CheckText(call, argument);
        }

        return result;
    }

    private void CheckText(Expr.Call call, Expr argument)
    {
        if (call.Function.IsConstructor && argument is Expr.Literal { Value: { Kind: ValueKind.String } text }
            && !Evaluation.ExtensionCalls.TryCall(call.Function, [text], out _, out var fault))
        {
            _findings.Error(ValidationKind.ExtensionArgument, argument.Span, fault, "");
        }
    }

    private static CedarType TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Bool => CedarType.Bool,
        ValueKind.Long => CedarType.Long,
        ValueKind.String => CedarType.String,
        ValueKind.Decimal => CedarType.Decimal,
        ValueKind.IpAddress => CedarType.IpAddress,
        ValueKind.Datetime => CedarType.Datetime,
        ValueKind.Duration => CedarType.Duration,
        ValueKind.Entity => CedarType.AnyEntity,
        ValueKind.Set => new CedarType.Set(CedarType.Never),
        ValueKind.Record => CedarType.EmptyRecord,
    };
}
