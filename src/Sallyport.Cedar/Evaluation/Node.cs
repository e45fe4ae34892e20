using System.Runtime.CompilerServices;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>
/// An expression made ready for evaluation: constants folded, common forms in one node. Immutable and shared between
/// threads; recursion is bounded by the height of the expression.
/// </summary>
internal abstract class Node
{
    /// <summary>The value, or <see cref="Value.Failure"/> with the reason in the state.</summary>
    public abstract Value Evaluate(EvaluationState state);
}

internal sealed class ConstantNode(Value value) : Node
{
    public Value Value { get; } = value;

    public override Value Evaluate(EvaluationState state) => Value;
}

internal sealed class VariableNode(RequestVariable variable) : Node
{
    public override Value Evaluate(EvaluationState state) => variable switch
    {
        RequestVariable.Principal => Value.Of(state.Principal),
        RequestVariable.Action => Value.Of(state.Action),
        RequestVariable.Resource => Value.Of(state.Resource),
        RequestVariable.Context => Value.Of(state.Context),
    };
}

internal sealed class AndNode(Expr.And at, Node[] operands) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            var value = operands[i].Evaluate(state);
            if (!value.IsTrue)
            {
                return value.IsBool || value.IsFailure ? value : state.FailType(at.Operands[i], "a bool", value);
            }
        }

        return Value.True;
    }
}

internal sealed class OrNode(Expr.Or at, Node[] operands) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            var value = operands[i].Evaluate(state);
            if (!value.IsBool)
            {
                return value.IsFailure ? value : state.FailType(at.Operands[i], "a bool", value);
            }

            if (value.IsTrue)
            {
                return value;
            }
        }

        return Value.False;
    }
}

internal sealed class IfNode(Expr.If at, Node condition, Node then, Node otherwise) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var value = condition.Evaluate(state);
        return !value.IsBool ? value.IsFailure ? value : state.FailType(at.Condition, "a bool", value)
            : value.IsTrue ? then.Evaluate(state) : otherwise.Evaluate(state);
    }
}

internal sealed class UnaryNode(Expr.Unary at, Node operand) : Node
{
    private readonly UnaryOperator _operator = at.Operator;

    public override Value Evaluate(EvaluationState state)
    {
        var value = operand.Evaluate(state);
        return _operator == UnaryOperator.Not && value.IsBool ? Value.Of(!value.IsTrue)
            : value.IsFailure ? value
            : Operations.Apply(state, at, value);
    }
}

internal sealed class BinaryNode(Expr.Binary at, Node left, Node right) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var first = left.Evaluate(state);
        if (first.IsFailure)
        {
            return first;
        }

        var second = right.Evaluate(state);
        return second.IsFailure ? second : Operations.Apply(state, at, first, second);
    }
}

internal sealed class GetAttributeNode(Expr.GetAttribute at, Node target) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var value = target.Evaluate(state);
        return value.IsFailure ? value : Operations.GetAttribute(state, at, at.Name, value);
    }
}

/// <summary><c>context.name</c>, the most common expression of all.</summary>
internal sealed class ContextAttributeNode(Expr.GetAttribute at, string name) : Node
{
    public override Value Evaluate(EvaluationState state) => state.Context.TryGet(name, out var value)
        ? value
        : state.Fail(EvaluationErrorKind.AttributeMissing, at, Value.Of(state.Context), name);
}

internal sealed class HasAttributeNode(Expr.HasAttribute at, Node target) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var value = target.Evaluate(state);
        return value.IsFailure ? value : Operations.HasAttribute(state, at, value);
    }
}

internal sealed class LikeNode(Expr.Like at, Node target) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var value = target.Evaluate(state);
        return value.IsFailure ? value : Operations.Like(state, at, value);
    }
}

internal sealed class IsNode(Expr.Is at, Node target, Node? container) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var value = target.Evaluate(state);
        if (value.IsFailure)
        {
            return value;
        }

        var isType = Operations.Is(state, at, value);
        if (container is null || !isType.IsTrue)
        {
            return isType;
        }

        var group = container.Evaluate(state);
        return group.IsFailure ? group : Operations.In(state, at, value, group);
    }
}

internal sealed class SetNode(Expr.Set at, Node[] elements) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var values = new Value[elements.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = elements[i].Evaluate(state);
            if (values[i].IsFailure)
            {
                return values[i];
            }
        }

        return Operations.MakeSet(state, at, values);
    }
}

internal sealed class RecordNode(Expr.Record at, Node[] fields) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        var names = new string[fields.Length];
        var values = new Value[fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            names[i] = at.Fields[i].Name;
            values[i] = fields[i].Evaluate(state);
            if (values[i].IsFailure)
            {
                return values[i];
            }
        }

        return Operations.MakeRecord(state, at, names, values);
    }
}

internal sealed class CallNode(Expr.Call at, Node[] arguments) : Node
{
    public override Value Evaluate(EvaluationState state)
    {
        if (arguments.Length > 2)
        {
            return EvaluateMany(state);
        }

        var values = default(Pair);
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Evaluate(state);
            if (values[i].IsFailure)
            {
                return values[i];
            }
        }

        return ExtensionCalls.Call(state, at, values[..arguments.Length]);
    }

    /// <summary>
    /// No function takes three, so this ends in an error; but the arguments are evaluated first, and may fail first.
    /// </summary>
    private Value EvaluateMany(EvaluationState state)
    {
        foreach (var argument in arguments)
        {
            if (argument.Evaluate(state) is { IsFailure: true } failure)
            {
                return failure;
            }
        }

        return state.Fail(EvaluationErrorKind.ArgumentCount, at);
    }

    [InlineArray(2)]
    private struct Pair
    {
        private Value _first;
    }
}
