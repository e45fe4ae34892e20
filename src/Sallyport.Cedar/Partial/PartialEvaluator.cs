using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Partial;

/// <summary>
/// Evaluates as much of an expression as a partial request allows. Exact: whatever the unknowns turn out to be, the
/// residual has the value, or fails, as the whole would. Recursion is bounded by the height of the tree.
/// </summary>
internal sealed class PartialEvaluator(PartialRequest request, EntityStore entities)
{
    private readonly EvaluationState _state = Begin(entities);

    public PartialValue Evaluate(Expr expr) => expr switch
    {
        Expr.Literal literal => new PartialValue.Known(literal.Value),
        Expr.Variable variable => EvaluateVariable(variable),
        Expr.And and => EvaluateChain(and.Operands, stopsAt: false, operands => new Expr.And(operands, and.Span)),
        Expr.Or or => EvaluateChain(or.Operands, stopsAt: true, operands => new Expr.Or(operands, or.Span)),
        Expr.If @if => EvaluateIf(@if),
        Expr.GetAttribute get => EvaluateGet(get),
        Expr.HasAttribute has => EvaluateHas(has),
        Expr.Is @is => EvaluateIs(@is),
        Expr.Binary binary => EvaluateBinary(binary),
        Expr.Unary unary =>
            Combine(
                unary,
                [unary.Operand],
                o => new Expr.Unary(unary.Operator, o[0], unary.Span),
                v => Operations.Apply(_state, unary, v[0])),
        Expr.Like like =>
            Combine(
                like,
                [like.Target],
                o => new Expr.Like(o[0], like.Pattern, like.Span),
                v => Operations.Like(_state, like, v[0])),
        Expr.Set set =>
            Combine(set, set.Elements, o => new Expr.Set(o, set.Span), v => Operations.MakeSet(_state, set, v)),
        Expr.Record record => EvaluateRecord(record),
        Expr.Call call =>
            Combine(
                call,
                call.Arguments,
                o => new Expr.Call(call.Function, o, call.Span),
                v => ExtensionCalls.Call(_state, call, v)),
        _ => throw new InvalidOperationException("The hierarchy of expressions is closed."),
    };

    /// <summary>Whether an entity of the request is in another; null if that depends.</summary>
    public bool? IsIn(PartialEntity entity, EntityUid container) =>
        entity is PartialEntity.Known known ? _state.IsIn(known.Uid, container) : null;

    private static EvaluationState Begin(EntityStore entities)
    {
        var state = new EvaluationState();
        var nobody = EntityUid.Of("Unknown", "");
        state.Begin(nobody, nobody, nobody, RecordValue.Empty, entities);
        return state;
    }

    /// <summary>
    /// Whether an expression can only be a Bool or fail, so that a chain of it alone is no different from it.
    /// </summary>
    private static bool IsBoolean(Expr expr) => expr switch
    {
        Expr.Literal literal => literal.Value.IsBool,
        Expr.And or Expr.Or or Expr.HasAttribute or Expr.Like or Expr.Is => true,
        Expr.Unary unary => unary.Operator != UnaryOperator.Negate,
        Expr.Binary binary =>
            binary.Operator is not (BinaryOperator.Add or BinaryOperator.Subtract
                or BinaryOperator.Multiply or BinaryOperator.GetTag),
        Expr.Call call => call.Function.Result == ValueKind.Bool,
        _ => false,
    };

    private PartialEntity EntityOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => request.Principal,
        RequestVariable.Action => request.Action,
        _ => request.Resource,
    };

    private PartialValue EvaluateVariable(Expr.Variable variable)
    {
        if (variable.Name == RequestVariable.Context)
        {
            return request.Context.IsComplete
                ? new PartialValue.Known(Value.Of(request.Context.Known))
                : new PartialValue.Residual(variable);
        }

        return EntityOf(variable.Name) is PartialEntity.Known known
            ? new PartialValue.Known(Value.Of(known.Uid))
            : new PartialValue.Residual(variable);
    }

    private PartialValue EvaluateChain(
        ImmutableArray<Expr> operands, bool stopsAt, Func<ImmutableArray<Expr>, Expr> make)
    {
        var rest = ImmutableArray.CreateBuilder<Expr>();
        foreach (var operand in operands)
        {
            var value = Evaluate(operand);
            if (value is PartialValue.Known { Value: var known })
            {
                if (!known.IsBool)
                {
                    // Reached, it fails: "1 && x".
                    value = new PartialValue.Failed(operand);
                }
                else if (known.IsTrue != stopsAt)
                {
                    continue;
                }
            }

            if (value is not PartialValue.Residual)
            {
                // The chain never goes further than this operand.
                return rest.Count > 0 ? new PartialValue.Residual(make([.. rest, value.Expr]))
                    : value is PartialValue.Known ? value
                    : new PartialValue.Failed(make([operand, operand]));
            }

            rest.Add(value.Expr);
        }

        return rest.Count == 0 ? PartialValue.Of(!stopsAt)
            : rest is [var only] ? new PartialValue.Residual(IsBoolean(only)
                ? only
                : make([new Expr.Literal(Value.Of(!stopsAt)), only]))
            : new PartialValue.Residual(make(rest.ToImmutable()));
    }

    private PartialValue EvaluateIf(Expr.If @if)
    {
        switch (Evaluate(@if.Condition))
        {
            case PartialValue.Known { Value: var known }:
                return !known.IsBool ? new PartialValue.Failed(@if) : Evaluate(known.IsTrue ? @if.Then : @if.Else);
            case PartialValue.Residual residual:
                return new PartialValue.Residual(new Expr.If(
                    residual.Rest, Evaluate(@if.Then).Expr, Evaluate(@if.Else).Expr, @if.Span));
            default:
                return new PartialValue.Failed(@if);
        }
    }

    private PartialValue EvaluateGet(Expr.GetAttribute get)
    {
        if (get.Target is Expr.Variable { Name: RequestVariable.Context } && !request.Context.IsComplete)
        {
            return request.Context.IsUnknown(get.Name) ? new PartialValue.Residual(get)
                : request.Context.Known.TryGet(get.Name, out var value) ? new PartialValue.Known(value)
                : new PartialValue.Failed(get);
        }

        return Combine(
            get,
            [get.Target],
            o => new Expr.GetAttribute(o[0], get.Name, get.Span),
            v => Operations.GetAttribute(_state, get, get.Name, v[0]));
    }

    private PartialValue EvaluateHas(Expr.HasAttribute has)
    {
        if (has.Target is Expr.Variable { Name: RequestVariable.Context } && !request.Context.IsComplete)
        {
            if (request.Context.IsUnknown(has.Path[0]))
            {
                return new PartialValue.Residual(has);
            }

            // The known part of the context says all that the path can ask.
            return Finish(has, Operations.HasAttribute(_state, has, Value.Of(request.Context.Known)));
        }

        return Combine(
            has,
            [has.Target],
            o => new Expr.HasAttribute(o[0], has.Path, has.Span),
            v => Operations.HasAttribute(_state, has, v[0]));
    }

    private PartialValue EvaluateIs(Expr.Is @is)
    {
        var target = Evaluate(@is.Target);
        var type = target switch
        {
            PartialValue.Known { Value.Reference: EntityUid uid } => uid.Type,
            PartialValue.Residual { Rest: Expr.Variable { Name: not RequestVariable.Context } variable } =>
                (EntityOf(variable.Name) as PartialEntity.Unknown)?.Type,
            _ => null,
        };
        if (target is PartialValue.Failed || (target is PartialValue.Known && type is null))
        {
            return new PartialValue.Failed(@is);
        }

        if (type is not null && (type != @is.Type || @is.Container is null))
        {
            return PartialValue.Of(type == @is.Type);
        }

        var container = @is.Container is null ? null : Evaluate(@is.Container);
        if (type is null)
        {
            return new PartialValue.Residual(new Expr.Is(target.Expr, @is.Type, container?.Expr, @is.Span));
        }

        // Not null: without a container it was answered above.
        return Combine(
            @is,
            [target, container!],
            o => new Expr.Binary(BinaryOperator.In, o[0], o[1], @is.Span),
            v => Operations.In(_state, @is, v[0], v[1]));
    }

    private PartialValue EvaluateBinary(Expr.Binary binary)
    {
        // Each operand once: twice at every level would be exponential in the height.
        var (left, right) = (Evaluate(binary.Left), Evaluate(binary.Right));
        if (binary.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual && IsOfOtherType(left, right))
        {
            return PartialValue.Of(binary.Operator == BinaryOperator.NotEqual);
        }

        return Combine(
            binary,
            [left, right],
            o => new Expr.Binary(binary.Operator, o[0], o[1], binary.Span),
            v => Operations.Apply(_state, binary, v[0], v[1]));
    }

    /// <summary>
    /// Whether one side is an unknown entity of a known type, and the other a value that is no entity of that type.
    /// </summary>
    private bool IsOfOtherType(PartialValue left, PartialValue right)
    {
        var (unknown, known) = left is PartialValue.Residual ? (left, right) : (right, left);
        return unknown is PartialValue.Residual { Rest: Expr.Variable { Name: not RequestVariable.Context } variable }
            && EntityOf(variable.Name) is PartialEntity.Unknown { Type: { } type }
            && known is PartialValue.Known { Value: var value } && (value.Reference as EntityUid)?.Type != type;
    }

    private PartialValue EvaluateRecord(Expr.Record record)
    {
        var names = record.Fields.Select(field => field.Name).ToArray();
        return Combine(
            record,
            [.. record.Fields.Select(field => field.Value)],
            o => new Expr.Record([.. names.Zip(o, (name, value) => new RecordField(name, value))], record.Span),
            v => Operations.MakeRecord(_state, record, [.. names], v));
    }

    /// <summary>
    /// All operands are evaluated, in order. If one fails then the whole fails, even behind a residual: that one can
    /// only fail earlier.
    /// </summary>
    private static PartialValue Combine(
        Expr whole,
        ImmutableArray<PartialValue> operands,
        Func<ImmutableArray<Expr>, Expr> make,
        Func<Value[], Value> apply)
    {
        if (operands.Any(operand => operand is PartialValue.Failed))
        {
            return new PartialValue.Failed(whole);
        }

        if (operands.Any(operand => operand is PartialValue.Residual))
        {
            return new PartialValue.Residual(make([.. operands.Select(operand => operand.Expr)]));
        }

        return Finish(whole, apply([.. operands.Select(operand => ((PartialValue.Known)operand).Value)]));
    }

    private PartialValue Combine(
        Expr whole, ImmutableArray<Expr> operands, Func<ImmutableArray<Expr>, Expr> make, Func<Value[], Value> apply) =>
        Combine(whole, [.. operands.Select(Evaluate)], make, apply);

    private static PartialValue Finish(Expr whole, Value value) =>
        value.IsFailure ? new PartialValue.Failed(whole) : new PartialValue.Known(value);
}
