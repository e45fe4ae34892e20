using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Generation;

/// <summary>
/// Expressions from a seed: mostly well typed over the entities of <see cref="World"/>, so that they have values, and
/// now and then not, so that they fail. What is generated can be written in human syntax.
/// </summary>
internal sealed class ExprGenerator(Random random)
{
    private static readonly string[] s_texts = [
        "",
        "a",
        "label1",
        "label2",
        "label3",
        "x*y",
        "quote\" back\\slash",
        "é\u0301\U0001F600",
        "line\nend\0",
        "is",
        "__cedar"];

    public Expr Bool(int depth)
    {
        if (depth <= 0 || random.Next(12) == 0)
        {
            return random.Next(3) == 0 ? new Expr.Literal(Value.Of(random.Next(2) == 0)) : Attribute(Context(), "flag");
        }

        if (random.Next(40) == 0)
        {
            return Anything(depth - 1);
        }

        return random.Next(18) switch
        {
            0 or 1 => new Expr.And(Many(2, () => BoolNoAnd(depth - 1))),
            2 => new Expr.Or(Many(2, () => BoolNoOr(depth - 1))),
            3 => new Expr.Unary(UnaryOperator.Not, Bool(depth - 1)),
            4 => new Expr.If(Bool(depth - 1), Bool(depth - 1), Bool(depth - 1)),
            5 or 6 =>
                new Expr.Binary(
                    Pick(
                        BinaryOperator.Less,
                        BinaryOperator.LessOrEqual,
                        BinaryOperator.Greater,
                        BinaryOperator.GreaterOrEqual),
                    Long(depth - 1),
                    Long(depth - 1)),
            7 or 8 =>
                new Expr.Binary(
                    Pick(BinaryOperator.Equal, BinaryOperator.NotEqual),
                    Anything(depth - 1),
                    Anything(depth - 1)),
            9 or 10 =>
                new Expr.Binary(BinaryOperator.In, Entity(depth - 1), random.Next(2) == 0
                    ? Entity(depth - 1)
                    : new Expr.Set(Many(0, () => Entity(depth - 1)))),
            11 => new Expr.Binary(Pick(BinaryOperator.Contains), Set(depth - 1), Anything(depth - 2)),
            12 =>
                new Expr.Binary(
                    Pick(BinaryOperator.ContainsAll, BinaryOperator.ContainsAny),
                    Set(depth - 1),
                    Set(depth - 1)),
            13 => new Expr.HasAttribute(random.Next(2) == 0 ? Context() : Entity(depth - 1), Path()),
            14 => new Expr.Like(Text(depth - 1), new Pattern(Many(1, () => s_texts[random.Next(s_texts.Length)]))),
            15 =>
                new Expr.Is(Entity(depth - 1), World.Types[random.Next(World.Types.Length)], random.Next(2) == 0
                    ? null
                    : Entity(depth - 1)),
            16 => new Expr.Binary(BinaryOperator.HasTag, Entity(depth - 1), Text(depth - 1)),
            _ => new Expr.Unary(UnaryOperator.IsEmpty, Set(depth - 1)),
        };
    }

    public Expr Anything(int depth) => random.Next(8) switch
    {
        0 => Bool(depth),
        1 or 2 => Long(depth),
        3 => Text(depth),
        4 => Entity(depth),
        5 => Set(depth),
        6 => Record(depth),
        _ => Extension(depth),
    };

    private Expr Long(int depth)
    {
        if (depth <= 0 || random.Next(3) == 0)
        {
            return random.Next(4) switch
            {
                0 => new Expr.Literal(Value.Of(Pick(0, 1, -1, long.MaxValue, long.MinValue, 1L << 53, (1L << 53) + 1))),
                1 => new Expr.Literal(Value.Of((long)random.Next(-50, 50))),
                2 => Attribute(Context(), "bytes"),
                _ => Attribute(Entity(0), "age"),
            };
        }

        return random.Next(6) switch
        {
            0 => new Expr.Unary(UnaryOperator.Negate, Long(depth - 1)),
            1 => new Expr.Binary(BinaryOperator.GetTag, Entity(depth - 1), Text(0)),
            2 => new Expr.If(Bool(depth - 1), Long(depth - 1), Long(depth - 1)),
            _ =>
                new Expr.Binary(
                    Pick(BinaryOperator.Add, BinaryOperator.Subtract, BinaryOperator.Multiply),
                    Long(depth - 1),
                    Long(depth - 1)),
        };
    }

    private Expr Text(int depth) => depth > 0 && random.Next(3) == 0
        ? Attribute(Entity(depth - 1), "name")
        : new Expr.Literal(Value.Of(s_texts[random.Next(s_texts.Length)]));

    private Expr Entity(int depth) => random.Next(depth > 0 ? 6 : 5) switch
    {
        0 or 1 => new Expr.Variable(RequestVariable.Principal),
        2 => new Expr.Variable(Pick(RequestVariable.Action, RequestVariable.Resource)),
        5 => Attribute(Entity(depth - 1), "owner"),
        _ => new Expr.Literal(Value.Of(World.AnyUid(random))),
    };

    private Expr Set(int depth) =>
        random.Next(3) == 0 ? Attribute(Context(), "labels") : new Expr.Set(Many(0, () => Anything(depth - 1)));

    private Expr Record(int depth)
    {
        var names = new[] { "a", "b c", "if", "" }.Take(random.Next(4));
        var record = new Expr.Record([.. names.Select(name => new RecordField(name, Anything(depth - 1)))]);
        return random.Next(3) == 0 ? Attribute(record, Pick("a", "b c", "z")) : record;
    }

    private Expr.Call Extension(int depth)
    {
        var function = ExtensionFunction.All[random.Next(ExtensionFunction.All.Length)];
        return new Expr.Call(function, [.. function.Parameters.Select(parameter => Argument(parameter, depth - 1))]);
    }

    private Expr Argument(ValueKind kind, int depth) => kind switch
    {
        ValueKind.Decimal =>
            Construct(ExtensionFunctionId.Decimal, "1.5", "-0.0001", "922337203685477.5807", "1.23456"),
        ValueKind.IpAddress => Construct(ExtensionFunctionId.Ip, "10.0.0.1", "10.0.0.0/8", "::1", "ff00::/8", "1.2.3"),
        ValueKind.Datetime =>
            Construct(
                ExtensionFunctionId.Datetime,
                "2024-02-29",
                "1969-12-31T23:59:59.999Z",
                "0000-01-01",
                "9999-12-31T23:59:59-2359",
                "2023-02-29"),
        ValueKind.Duration =>
            Construct(ExtensionFunctionId.Duration, "1d2h3m4s5ms", "-1ms", "9223372036854775807ms", "1h1d"),
        ValueKind.String => new Expr.Literal(Value.Of(Pick("1.5", "10.0.0.1", "2024-02-29", "1h", "x"))),
        _ => Anything(depth),
    };

    private Expr.Call Construct(ExtensionFunctionId id, params string[] texts) =>
        new(ExtensionFunction.All[(int)id], [new Expr.Literal(Value.Of(texts[random.Next(texts.Length)]))]);

    private Expr BoolNoAnd(int depth)
    {
        var expr = Bool(depth);
        return expr is Expr.And ? new Expr.Unary(UnaryOperator.Not, expr) : expr;
    }

    private Expr BoolNoOr(int depth)
    {
        var expr = Bool(depth);
        return expr is Expr.Or ? new Expr.Unary(UnaryOperator.Not, expr) : expr;
    }

    private ImmutableArray<string> Path() => random.Next(4) switch
    {
        0 => ["rec", "x"],
        1 => ["owner", "age"],
        2 => [Pick("b c", "", "if")],
        _ => [Pick("flag", "opt", "age", "labels")],
    };

    private static Expr.Variable Context() => new(RequestVariable.Context);

    private static Expr.GetAttribute Attribute(Expr target, string name) => new(target, name);

    private ImmutableArray<T> Many<T>(int atLeast, Func<T> make) =>
        [.. Enumerable.Range(0, atLeast + random.Next(3)).Select(_ => make())];

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
