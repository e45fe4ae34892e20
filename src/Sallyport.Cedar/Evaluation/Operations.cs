using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>
/// What each operator does with values (Cedar documentation, "Operators and functions"). The one place of the
/// language's semantics: the compiled tree, partial evaluation and explanations all come here. A failure is noted in
/// the state and returned as <see cref="Value.Failure"/>.
/// </summary>
internal static class Operations
{
    public static Value Apply(
        EvaluationState state, Expr.Binary at, in Value left, in Value right) => at.Operator switch
        {
            BinaryOperator.Equal => Value.Of(left.Equals(right)),
            BinaryOperator.NotEqual => Value.Of(!left.Equals(right)),
            BinaryOperator.Less or BinaryOperator.LessOrEqual
                or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual =>
                Compare(state, at, left, right),
            BinaryOperator.In => In(state, at, left, right),
            BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply =>
                Calculate(state, at, left, right),
            BinaryOperator.Contains => Contains(state, at, left, right),
            BinaryOperator.ContainsAll => ContainsAll(state, at, left, right),
            BinaryOperator.ContainsAny => ContainsAny(state, at, left, right),
            BinaryOperator.GetTag => GetTag(state, at, left, right),
            BinaryOperator.HasTag => HasTag(state, at, left, right),
        };

    public static Value Apply(EvaluationState state, Expr.Unary at, in Value operand) => at.Operator switch
    {
        UnaryOperator.Not => operand.IsBool ? Value.Of(!operand.IsTrue) : state.FailType(at, "a bool", operand),
        UnaryOperator.Negate => !operand.IsLong ? state.FailType(at, "a long", operand)
            : operand.Bits == long.MinValue ? state.Fail(EvaluationErrorKind.Overflow, at)
            : Value.Of(-operand.Bits),
        UnaryOperator.IsEmpty =>
            operand.Reference is SetValue set ? Value.Of(set.Count == 0) : state.FailType(at, "a set", operand),
    };

    /// <summary>Order is known for Long, Datetime and Duration, each among itself.</summary>
    public static Value Compare(EvaluationState state, Expr.Binary at, in Value left, in Value right)
    {
        var kind = left.Kind;
        if (kind is not (ValueKind.Long or ValueKind.Datetime or ValueKind.Duration))
        {
            return state.FailType(at, "a long, datetime or duration", left);
        }

        if (right.Kind != kind)
        {
            return state.FailType(at, kind == ValueKind.Long
                ? "a long"
                : kind == ValueKind.Datetime
                ? "a datetime"
                : "a duration", right);
        }

        return Value.Of(Compare(at.Operator, left.Bits, right.Bits));
    }

    public static bool Compare(BinaryOperator @operator, long left, long right) => @operator switch
    {
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        _ => left >= right,
    };

    public static Value Calculate(EvaluationState state, Expr.Binary at, in Value left, in Value right)
    {
        if (!left.IsLong || !right.IsLong)
        {
            return state.FailType(at, "a long", left.IsLong ? right : left);
        }

        var (a, b) = (left.Bits, right.Bits);
        long result;
        bool overflows;
        switch (at.Operator)
        {
            case BinaryOperator.Add:
                result = unchecked(a + b);
                overflows = ((a ^ result) & (b ^ result)) < 0;
                break;
            case BinaryOperator.Subtract:
                result = unchecked(a - b);
                overflows = ((a ^ b) & (a ^ result)) < 0;
                break;
            default:
                var high = Math.BigMul(a, b, out result);
                overflows = high != result >> 63;
                break;
        }

        return overflows ? state.Fail(EvaluationErrorKind.Overflow, at) : Value.Of(result);
    }

    /// <summary>
    /// The right side is an entity or a set of entities; every element is checked before any is tried.
    /// </summary>
    public static Value In(EvaluationState state, Expr at, in Value left, in Value right)
    {
        if (left.Reference is not EntityUid uid)
        {
            return state.FailType(at, "an entity", left);
        }

        if (right.Reference is EntityUid container)
        {
            return Value.Of(state.IsIn(uid, container));
        }

        if (right.Reference is not SetValue set)
        {
            return state.FailType(at, "an entity or a set of entities", right);
        }

        foreach (ref readonly var element in set.Elements)
        {
            if (element.Reference is not EntityUid)
            {
                return state.FailType(at, "a set of entities", element);
            }
        }

        foreach (ref readonly var element in set.Elements)
        {
            if (state.IsIn(uid, (EntityUid)element.Reference!)) // every element is one, as checked above
            {
                return Value.True;
            }
        }

        return Value.False;
    }

    public static Value Contains(EvaluationState state, Expr at, in Value left, in Value right) =>
        left.Reference is SetValue set ? Value.Of(set.Contains(right)) : state.FailType(at, "a set", left);

    public static Value ContainsAll(EvaluationState state, Expr at, in Value left, in Value right) =>
        left.Reference is not SetValue all ? state.FailType(at, "a set", left)
        : right.Reference is SetValue part ? Value.Of(all.ContainsAll(part)) : state.FailType(at, "a set", right);

    public static Value ContainsAny(EvaluationState state, Expr at, in Value left, in Value right) =>
        left.Reference is not SetValue set ? state.FailType(at, "a set", left)
        : right.Reference is SetValue other ? Value.Of(set.ContainsAny(other)) : state.FailType(at, "a set", right);

    public static Value GetAttribute(EvaluationState state, Expr at, string name, in Value target)
    {
        Value value;
        if (target.Reference is RecordValue record)
        {
            return record.TryGet(name, out value)
                ? value
                : state.Fail(EvaluationErrorKind.AttributeMissing, at, target, name);
        }

        if (target.Reference is not EntityUid uid)
        {
            return state.FailType(at, "a record or an entity", target);
        }

        return state.Find(uid) is not { } found ? state.Fail(EvaluationErrorKind.EntityMissing, at, target, name)
            : found.Entity.Attributes.TryGet(name, out value) ? value
            : state.Fail(EvaluationErrorKind.AttributeMissing, at, target, name);
    }

    /// <summary>An entity that is not in the store has nothing.</summary>
    public static Value HasAttribute(EvaluationState state, Expr.HasAttribute at, Value target)
    {
        for (var i = 0; i < at.Path.Length; i++)
        {
            RecordValue attributes;
            if (target.Reference is RecordValue record)
            {
                attributes = record;
            }
            else if (target.Reference is EntityUid uid)
            {
                attributes = state.Find(uid)?.Entity.Attributes ?? RecordValue.Empty;
            }
            else
            {
                return state.FailType(at, "a record or an entity", target);
            }

            if (!attributes.TryGet(at.Path[i], out target))
            {
                return Value.False;
            }
        }

        return Value.True;
    }

    public static Value GetTag(EvaluationState state, Expr at, in Value target, in Value key)
    {
        if (target.Reference is not EntityUid uid)
        {
            return state.FailType(at, "an entity", target);
        }

        if (key.Reference is not string name)
        {
            return state.FailType(at, "a string", key);
        }

        return state.Find(uid) is not { } found ? state.Fail(EvaluationErrorKind.EntityMissing, at, target, name)
            : found.Entity.Tags.TryGet(name, out var value) ? value
            : state.Fail(EvaluationErrorKind.TagMissing, at, target, name);
    }

    public static Value HasTag(EvaluationState state, Expr at, in Value target, in Value key)
    {
        if (target.Reference is not EntityUid uid)
        {
            return state.FailType(at, "an entity", target);
        }

        return key.Reference is string name
            ? Value.Of(state.Find(uid)?.Entity.Tags.Has(name) ?? false)
            : state.FailType(at, "a string", key);
    }

    public static Value Like(EvaluationState state, Expr.Like at, in Value target) =>
        target.Reference is string text ? Value.Of(at.Pattern.Matches(text)) : state.FailType(at, "a string", target);

    public static Value Is(EvaluationState state, Expr.Is at, in Value target) =>
        target.Reference is EntityUid uid
            ? Value.Of(uid.Type.Equals(at.Type))
            : state.FailType(at, "an entity", target);

    public static Value MakeSet(EvaluationState state, Expr at, ReadOnlySpan<Value> elements)
    {
        foreach (ref readonly var element in elements)
        {
            if (element.Depth >= Value.DepthMax - 1)
            {
                return state.Fail(EvaluationErrorKind.Nesting, at);
            }
        }

        return Value.Of(SetValue.Create(elements));
    }

    /// <summary>Takes over both arrays. The parser has made sure that no name occurs twice.</summary>
    public static Value MakeRecord(EvaluationState state, Expr at, string[] names, Value[] values) =>
        RecordValue.TryAdopt(names, values, out var record, out _)
            ? Value.Of(record)
            : state.Fail(EvaluationErrorKind.Nesting, at);
}
