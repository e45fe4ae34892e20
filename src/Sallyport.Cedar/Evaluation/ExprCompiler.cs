using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>
/// Turns expressions into nodes. What has a value without a request is evaluated here, once; what would fail is left to
/// fail. Texts that occur again, in this expression or another, become one object.
/// </summary>
internal sealed class ExprCompiler
{
    /// <summary>Higher trees are refused: walking them could exhaust a stack of one mebibyte.</summary>
    public const int HeightMax = 1024;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly EvaluationState _noRequest = new();

    public Node Compile(Expr expr) => expr.Height <= HeightMax
        ? Make(expr)
        : throw new CedarException($"The expression has {expr.Height} levels; the limit is {HeightMax}.");

    /// <summary>
    /// The conditions of a policy as one node: every <c>when</c> true and every <c>unless</c> false, in order. Null if
    /// there is none.
    /// </summary>
    public Node? Compile(ImmutableArray<Condition> conditions)
    {
        if (conditions.IsEmpty)
        {
            return null;
        }

        var bodies = conditions.Select(c => c.Kind == ConditionKind.When
            ? c.Body
            : new Expr.Unary(UnaryOperator.Not, c.Body, c.Body.Span)).ToImmutableArray();
        return Compile(bodies.Length == 1 ? bodies[0] : new Expr.And(bodies));
    }

    private Node Make(Expr expr) => expr switch
    {
        Expr.Literal literal => new ConstantNode(Share(literal.Value)),
        Expr.Variable variable => new VariableNode(variable.Name),
        Expr.GetAttribute { Target: Expr.Variable { Name: RequestVariable.Context } } get =>
            new ContextAttributeNode(get, Share(get.Name)),
        Expr.GetAttribute get => new GetAttributeNode(get, Make(get.Target)),
        Expr.And { Operands: [var left, var right] } and => new PairNode(and, Make(left), Make(right)),
        Expr.And and => new AndNode(and, Make(and.Operands)),
        Expr.Or or => new OrNode(or, Make(or.Operands)),
        Expr.If @if => new IfNode(@if, Make(@if.Condition), Make(@if.Then), Make(@if.Else)),
        Expr.HasAttribute has => new HasAttributeNode(has, Make(has.Target)),
        Expr.Is @is => new IsNode(@is, Make(@is.Target), @is.Container is null ? null : Make(@is.Container)),
        Expr.Unary unary => MakeUnary(unary),
        Expr.Binary binary => MakeBinary(binary),
        Expr.Like like => MakeLike(like),
        Expr.Set set => MakeSet(set),
        Expr.Record record => MakeRecord(record),
        Expr.Call call => MakeCall(call),
        _ => throw new InvalidOperationException("The hierarchy of expressions is closed."),
    };

    private Node[] Make(ImmutableArray<Expr> exprs)
    {
        var nodes = new Node[exprs.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = Make(exprs[i]);
        }

        return nodes;
    }

    private Node MakeUnary(Expr.Unary unary)
    {
        var operand = Make(unary.Operand);
        return Fold(new UnaryNode(unary, operand), operand);
    }

    private Node MakeBinary(Expr.Binary binary)
    {
        var right = Make(binary.Right);
        if (right is ConstantNode { Value: var constant })
        {
            if (binary.Left is Expr.GetAttribute { Target: Expr.Variable { Name: RequestVariable.Context } } attribute)
            {
                return IsOrder(binary.Operator) && constant.IsLong
                    ? new ContextCompareNode(binary, attribute, Share(attribute.Name), constant.Bits)
                    : new ContextConstantNode(binary, attribute, Share(attribute.Name), constant);
            }

            if (binary.Operator == BinaryOperator.In && constant.Kind == ValueKind.Entity)
            {
                return new InEntityNode(binary, Make(binary.Left), constant);
            }
        }

        var left = Make(binary.Left);

        // What looks into the entities is not constant, even between constants.
        return binary.Operator is BinaryOperator.In or BinaryOperator.GetTag or BinaryOperator.HasTag
            ? new BinaryNode(binary, left, right)
            : Fold(new BinaryNode(binary, left, right), left, right);
    }

    private Node MakeLike(Expr.Like like)
    {
        var target = Make(like.Target);
        return Fold(new LikeNode(like, target), target);
    }

    private Node MakeSet(Expr.Set set)
    {
        var elements = Make(set.Elements);
        return Fold(new SetNode(set, elements), elements);
    }

    private Node MakeRecord(Expr.Record record)
    {
        var fields = Make([.. record.Fields.Select(field => field.Value)]);
        return Fold(new RecordNode(record, fields), fields);
    }

    private Node MakeCall(Expr.Call call)
    {
        var arguments = Make(call.Arguments);
        return Fold(new CallNode(call, arguments), arguments);
    }

    private Node Fold(Node node, params ReadOnlySpan<Node> operands)
    {
        foreach (var operand in operands)
        {
            if (operand is not ConstantNode)
            {
                return node;
            }
        }

        var value = node.Evaluate(_noRequest);
        return value.IsFailure ? node : new ConstantNode(value);
    }

    private static bool IsOrder(BinaryOperator @operator) => @operator
        is BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual;

    private Value Share(Value value) => value.Reference is string text ? Value.Of(Share(text)) : value;

    private string Share(string text)
    {
        if (_texts.TryGetValue(text, out var shared))
        {
            return shared;
        }

        _texts.Add(text, text);
        return text;
    }
}
