using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>What the type checker knows of an expression.</summary>
/// <param name="Type">The type; null if a mistake that has been reported hides it: then nothing more is said about
/// it.</param>
/// <param name="Known">What is there if the expression is true.</param>
internal readonly record struct Typed(CedarType? Type, CapabilitySet Known)
{
    public bool IsTrue => ReferenceEquals(Type, CedarType.True);

    public bool IsFalse => ReferenceEquals(Type, CedarType.False);
}

/// <summary>
/// Finds the type of expressions in one request environment after another (Cedar specification, "Validation": typeOf).
/// Reports every mistake, where the specification stops at the first. Recursion is bounded by the height of the
/// expression.
/// </summary>
internal sealed partial class Typechecker
{
    private readonly Schema _schema;
    private readonly bool _isStrict;
    private readonly Findings _findings;
    private readonly StepBudget _budget;
    private readonly TypeLattice _lattice;
    private readonly CapabilitySet _nothing;
    private RequestEnvironment _environment = null!; // set by CanHold before any check

    public Typechecker(Schema schema, ValidationMode mode, Findings findings, StepBudget budget)
    {
        _schema = schema;
        _isStrict = mode == ValidationMode.Strict;
        _findings = findings;
        _budget = budget;
        _lattice = new TypeLattice(mode, budget);
        _nothing = CapabilitySet.Empty(budget);
    }

    /// <summary>Checks a conjunction of Booleans; false if it is false for every request of the environment.</summary>
    public bool CanHold(IReadOnlyList<Expr> conjuncts, RequestEnvironment environment)
    {
        _environment = environment;
        return !CheckAnd(conjuncts, _nothing).IsFalse;
    }

    private Typed Check(Expr expr, CapabilitySet prior)
    {
        if (!_budget.TrySpend())
        {
            return default(Typed) with { Known = _nothing };
        }

        return expr switch
        {
            Expr.Literal literal => Just(TypeOf(literal.Value)),
            Expr.Variable variable => Just(TypeOf(variable.Name)),
            Expr.Unary unary => Just(CheckUnary(unary, prior)),
            Expr.Binary binary => CheckBinary(binary, prior),
            Expr.And and => CheckAnd(and.Operands, prior),
            Expr.Or or => CheckOr(or.Operands, prior),
            Expr.If @if => CheckIf(@if, prior),
            Expr.GetAttribute get => Just(CheckGet(get, prior)),
            Expr.HasAttribute has => CheckHas(has, prior),
            Expr.Like like => Just(Expecting(CedarType.Bool, like.Target, prior, CedarType.String)),
            Expr.Is @is => CheckIs(@is, prior),
            Expr.Set set => Just(CheckSet(set, prior)),
            Expr.Record record => Just(CheckRecord(record, prior)),
            Expr.Call call => Just(CheckCall(call, prior)),
            _ => Just(null),
        };
    }

    private Typed Just(CedarType? type) => new(type, _nothing);

    private CedarType? TypeOf(Value value) => value.Kind switch
    {
        ValueKind.Bool => value.AsBool() ? CedarType.True : CedarType.False,
        ValueKind.Long => CedarType.Long,
        ValueKind.String => CedarType.String,
        ValueKind.Entity when IsDeclared(value.AsEntity()) => new CedarType.Entity(value.AsEntity().Type),
        _ => null, // an entity that ReferenceChecks has reported; no literal is of another kind
    };

    private bool IsDeclared(EntityUid uid) => _schema.TryGetEntityType(uid.Type, out _)
        || _schema.TryGetAction(uid, out _);

    private CedarType TypeOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => new CedarType.Entity(_environment.Principal),
        RequestVariable.Action => new CedarType.Entity(_environment.Action.Uid.Type),
        RequestVariable.Resource => new CedarType.Entity(_environment.Resource),
        RequestVariable.Context => _environment.Action.Context,
    };

    /// <summary>Left to right; what is behind an operand that is always false is not checked.</summary>
    private Typed CheckAnd(IReadOnlyList<Expr> operands, CapabilitySet prior)
    {
        var all = new Typed(CedarType.True, _nothing);
        foreach (var operand in operands)
        {
            var next = CheckBool(operand, prior);
            if (next.IsFalse)
            {
                return Just(CedarType.False);
            }

            prior = prior.Union(next.Known);
            all = new Typed(next.IsTrue ? all.Type : CedarType.Bool, all.Known.Union(next.Known));
        }

        return all;
    }

    /// <summary>Left to right; what is behind an operand that is always true is not checked.</summary>
    private Typed CheckOr(IReadOnlyList<Expr> operands, CapabilitySet prior)
    {
        var any = new Typed(CedarType.False, _nothing);
        foreach (var operand in operands)
        {
            var next = CheckBool(operand, prior);
            if (next.IsTrue)
            {
                return Just(CedarType.True);
            }

            any = any.IsFalse ? next
                : next.IsFalse ? any
                : new Typed(CedarType.Bool, any.Known.Intersect(next.Known));
        }

        return any;
    }

    private Typed CheckIf(Expr.If expr, CapabilitySet prior)
    {
        var condition = CheckBool(expr.Condition, prior);
        if (condition.IsFalse)
        {
            return Check(expr.Else, prior);
        }

        var then = Check(expr.Then, prior.Union(condition.Known));
        if (condition.IsTrue)
        {
            return then with { Known = then.Known.Union(condition.Known) };
        }

        var otherwise = Check(expr.Else, prior);
        return new Typed(
            JoinOrReport(expr, then.Type, otherwise.Type),
            condition.Known.Union(then.Known).Intersect(otherwise.Known));
    }

    /// <summary>Checks an operand that must be a Boolean; of a mistake, the type is Bool.</summary>
    private Typed CheckBool(Expr expr, CapabilitySet prior)
    {
        var typed = Check(expr, prior);
        if (typed.Type is { IsBool: true })
        {
            return typed;
        }

        ReportUnlessUnknown(expr, typed.Type, "Bool");
        return new Typed(CedarType.Bool, _nothing);
    }

    private CedarType CheckUnary(Expr.Unary unary, CapabilitySet prior)
    {
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                var operand = CheckBool(unary.Operand, prior);
                return operand.IsTrue ? CedarType.False : operand.IsFalse ? CedarType.True : CedarType.Bool;
            case UnaryOperator.Negate:
                return Expecting(CedarType.Long, unary.Operand, prior, CedarType.Long);
            case UnaryOperator.IsEmpty:
                ExpectSet(unary.Operand, Check(unary.Operand, prior).Type);
                break;
        }

        return CedarType.Bool;
    }

    private Typed CheckIs(Expr.Is @is, CapabilitySet prior)
    {
        var target = Check(@is.Target, prior).Type;
        ExpectEntity(@is.Target, target);
        var type = target is not CedarType.Entity entity || (entity.Names.Length > 1 && entity.Names.Contains(@is.Type))
            ? CedarType.Bool
            : entity.Names.Contains(@is.Type) ? CedarType.True
            : CedarType.False;
        if (@is.Container is null || ReferenceEquals(type, CedarType.False))
        {
            return Just(type);
        }

        var container = Check(@is.Container, prior).Type;
        var isIn = TypeOfIn(@is.Target, target, @is.Container, container);
        return Just(ReferenceEquals(isIn, CedarType.False)
            ? isIn
            : ReferenceEquals(isIn, CedarType.True)
            ? type
            : CedarType.Bool);
    }

    private CedarType.Set? CheckSet(Expr.Set set, CapabilitySet prior)
    {
        if (set.Elements.IsEmpty)
        {
            if (_isStrict)
            {
                _findings.Error(ValidationKind.EmptySet, set.Span, "An empty set has no type.",
                    "Use isEmpty(), or leave out the comparison.");
                return null;
            }

            return new CedarType.Set(CedarType.Never);
        }

        CedarType? joined = CedarType.Never;
        foreach (var expr in set.Elements)
        {
            var next = Check(expr, prior).Type;
            if (joined is null || next is null)
            {
                joined = null;
                continue;
            }

            var wider = _lattice.Join(joined, next);
            if (wider is null)
            {
                ReportIncompatible(expr, joined, next, "Put values of one type into a set.");
            }

            joined = wider;
        }

        return joined is null ? null : new CedarType.Set(joined);
    }

    private CedarType.Record? CheckRecord(Expr.Record record, CapabilitySet prior)
    {
        var attributes = new List<CedarAttribute>(record.Fields.Length);
        foreach (var field in record.Fields)
        {
            if (Check(field.Value, prior).Type is { } type)
            {
                attributes.Add(new CedarAttribute(field.Name, type, IsRequired: true));
            }
        }

        if (attributes.Count < record.Fields.Length)
        {
            return null;
        }

        attributes.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new CedarType.Record([.. attributes]);
    }

    /// <summary>The result, after the operand has been checked to be of a type.</summary>
    private CedarType Expecting(CedarType result, Expr operand, CapabilitySet prior, CedarType expected)
    {
        var type = Check(operand, prior).Type;
        if (!Accepts(expected, type))
        {
            ReportUnlessUnknown(operand, type, expected.ToString());
        }

        return result;
    }

    /// <summary>
    /// Whether a value of a type, known or not, may stand where one of a type without parts is wanted.
    /// </summary>
    private static bool Accepts(CedarType expected, CedarType? type) =>
        type is null || ReferenceEquals(type, CedarType.Never) || expected.Equals(type)
            || (expected.IsBool && type.IsBool);

    private CedarType? JoinOrReport(Expr at, CedarType? left, CedarType? right)
    {
        if (left is null || right is null)
        {
            return null;
        }

        var joined = _lattice.Join(left, right);
        if (joined is null)
        {
            ReportIncompatible(at, left, right, "Let both branches have the same type.");
        }

        return joined;
    }

    private void ExpectEntity(Expr expr, CedarType? type)
    {
        if (type is { IsEntity: false })
        {
            ReportUnlessUnknown(expr, type, "an entity");
        }
    }

    private CedarType? ExpectSet(Expr expr, CedarType? type)
    {
        if (type is CedarType.Set set)
        {
            return set.Element;
        }

        ReportUnlessUnknown(expr, type, "a set");
        return null;
    }

    private void ReportUnlessUnknown(Expr expr, CedarType? type, string expected)
    {
        if (type is not null && !ReferenceEquals(type, CedarType.Never))
        {
            _findings.Error(ValidationKind.UnexpectedType, expr.Span, $"Expected {expected}, found {type}.", "");
        }
    }

    private void ReportIncompatible(Expr expr, CedarType left, CedarType right, string mend) =>
        _findings.Error(ValidationKind.IncompatibleTypes, expr.Span,
            $"The types {left} and {right} do not fit together.", mend);
}
