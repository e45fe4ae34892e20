using System.Globalization;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>An expression in human syntax, with how tightly its outermost operator binds.</summary>
internal readonly record struct Fragment(string Text, Level Level)
{
    /// <summary>The text for a place that takes this level; in parentheses where it must be.</summary>
    public string At(Level level) => Level >= level ? Text : $"({Text})";
}

/// <summary>Levels of the grammar, loosest first.</summary>
internal enum Level
{
    Conditional,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Unary,
    Member,
}

/// <summary>
/// Expressions from a seed, over a <see cref="SchemaModel"/>: mostly of the type asked for and with what is optional
/// asked for first, so
/// that they validate; now and then not, so that they do not, or fail. Written as text, so that the parser is tested
/// along with the
/// rest.
/// </summary>
internal sealed partial class ExprText(Random random, SchemaModel model)
{
    private readonly List<string> _guards = [];

    /// <summary>The principal's type in the environment that is written for.</summary>
    public string Principal { get; set; } = "";

    /// <summary>The resource's type.</summary>
    public string Resource { get; set; } = "";

    /// <summary>The context's type.</summary>
    public ModelType.Record Context { get; set; } = new([]);

    /// <summary>A condition.</summary>
    public Fragment Bool(int depth)
    {
        switch (random.Next(depth > 0 ? 12 : 3))
        {
            case 3 or 4:
                return Chain("&&", Level.And, Level.Relation, depth);
            case 5:
                return Chain("||", Level.Or, Level.And, depth);
            case 6:
                return Conditional(ModelType.Bool, depth);
        }

        var outer = _guards.Count;
        var test = depth > 0 ? Test(depth) : Leaf(ModelType.Bool);
        if (_guards.Count == outer)
        {
            return test;
        }

        // What may be absent is asked for first, most of the time.
        var guards = _guards.Skip(outer).Distinct(StringComparer.Ordinal).ToList();
        _guards.RemoveRange(outer, _guards.Count - outer);
        return random.Next(16) == 0 ? test : new Fragment(
            $"{string.Join(" && ", guards)} && {test.At(Level.Relation)}", Level.And);
    }

    /// <summary>An expression of some type.</summary>
    public Fragment Of(ModelType type, int depth)
    {
        if (random.Next(60) == 0)
        {
            type = model.AnyType(1);
        }

        if (depth > 0 && random.Next(14) == 0)
        {
            return Conditional(type, depth);
        }

        return depth <= 0 || random.Next(3) == 0 ? Leaf(type) : type switch
        {
            ModelType.Named { Name: "Bool" } => Bool(depth),
            ModelType.Named { Name: "Long" } => Long(depth),
            ModelType.Named { Name: "datetime" } when random.Next(2) == 0 => random.Next(3) == 0
                ? Call(Of(ModelType.Datetime, depth - 1), "toDate")
                : Call(Of(ModelType.Datetime, depth - 1), "offset", Of(ModelType.Duration, depth - 1)),
            ModelType.Named { Name: "duration" } when random.Next(2) == 0 => random.Next(2) == 0
                ? Call(Of(ModelType.Datetime, depth - 1), "toTime")
                : Call(Of(ModelType.Datetime, depth - 1), "durationSince", Of(ModelType.Datetime, depth - 1)),
            ModelType.Set set => new Fragment($"[{Join(1 + random.Next(3), () => Of(set.Element, depth - 1).Text)}]",
                Level.Member),
            ModelType.Record record => RecordLiteral(record, depth),
            _ => Leaf(type),
        };
    }

    private Fragment Chain(string @operator, Level level, Level operand, int depth) => new(
        string.Join($" {@operator} ", Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Bool(depth - 1).At(operand))
            .ToArray()), level);

    private Fragment Conditional(ModelType type, int depth) => new(
        $"if {Bool(depth - 1).Text} then {Of(type, depth - 1).Text} else {Of(type, depth - 1).Text}",
            Level.Conditional);

    private Fragment Test(int depth) => random.Next(13) switch
    {
        0 => new Fragment($"!{(random.Next(4) == 0 ? "!" : "")}{Bool(depth - 1).At(Level.Member)}", Level.Unary),
        1 or 2 => Relation(Pick("==", "!="), AnyLikely(), depth),
        3 or 4 => Relation(Pick("<", "<=", ">", ">="), Pick(ModelType.Long, ModelType.Long, ModelType.Datetime,
            ModelType.Duration), depth),
        5 => new Fragment($"{Entity(depth - 1).At(Level.Sum)} in {Container(depth).At(Level.Sum)}", Level.Relation),
        6 => Has(),
        7 => new Fragment($"{Of(ModelType.Text, depth - 1).At(Level.Sum)} like {Pattern()}", Level.Relation),
        8 => new Fragment(
            $"{Entity(depth - 1).At(Level.Sum)} is {Pick(model.EntityTypes)}"
                + (random.Next(3) == 0 ? $" in {Container(depth).At(Level.Sum)}" : ""),
            Level.Relation),
        9 => SetTest(depth),
        10 => Call(Of(ModelType.Decimal, depth - 1), Pick("lessThan", "lessThanOrEqual", "greaterThan",
            "greaterThanOrEqual"), Of(ModelType.Decimal, depth - 1)),
        11 => random.Next(2) == 0
            ? Call(Of(ModelType.Ip, depth - 1), "isInRange", Of(ModelType.Ip, depth - 1))
            : Call(Of(ModelType.Ip, depth - 1), Pick("isIpv4", "isIpv6", "isLoopback", "isMulticast")),
        _ => Call(Entity(depth - 1), "hasTag", Of(ModelType.Text, depth - 1)),
    };

    private Fragment SetTest(int depth)
    {
        var element = AnyLikely();
        var set = Of(new ModelType.Set(element), depth - 1);
        return random.Next(5) switch
        {
            0 or 1 => Call(set, "contains", Of(element, depth - 1)),
            2 => Call(set, "containsAll", Of(new ModelType.Set(element), depth - 1)),
            3 => Call(set, "containsAny", Of(new ModelType.Set(element), depth - 1)),
            _ => Call(random.Next(8) == 0 ? new Fragment("[]", Level.Member) : set, "isEmpty"),
        };
    }

    private Fragment Long(int depth) => random.Next(8) switch
    {
        0 => new Fragment($"- {Of(ModelType.Long, depth - 1).At(Level.Member)}", Level.Unary),
        1 or 2 => new Fragment(
            $"{Of(ModelType.Long, depth - 1).At(Level.Product)} * {Of(ModelType.Long, depth - 1).At(Level.Unary)}",
            Level.Product),
        3 => Call(Of(ModelType.Duration, depth - 1), Pick("toMilliseconds", "toSeconds", "toMinutes", "toHours",
            "toDays")),
        _ => new Fragment(
            $"{Of(ModelType.Long, depth - 1).At(Level.Sum)} {Pick("+", "-")} "
                + Of(ModelType.Long, depth - 1).At(Level.Product),
            Level.Sum),
    };

    private Fragment Relation(string @operator, ModelType type, int depth) =>
        new($"{Of(type, depth - 1).At(Level.Sum)} {@operator} {Of(type, depth - 1).At(Level.Sum)}", Level.Relation);

    private Fragment Entity(int depth) => random.Next(3) == 0
        ? Of(new ModelType.Entity(Pick(model.EntityTypes)), depth)
        : new Fragment(Pick("principal", "principal", "resource", "action"), Level.Member);

    private Fragment Container(int depth) => random.Next(3) == 0
        ? new Fragment($"[{Join(random.Next(4), () => Entity(depth - 1).Text)}]", Level.Member)
        : Leaf(new ModelType.Entity(Pick(model.EntityTypes)));

    private Fragment RecordLiteral(ModelType.Record record, int depth)
    {
        var attributes = record.Attributes.Where(attribute => !attribute.IsOptional || random.Next(2) == 0).ToArray();
        var fields = attributes.Select(
            attribute => $"{CedarText.AttributeName(attribute.Name)}: {Of(attribute.Type, depth - 1).Text}").ToArray();
        return new Fragment($"{{{string.Join(", ", fields)}}}", Level.Member);
    }

    private static Fragment Call(Fragment target, string method, params ReadOnlySpan<Fragment> arguments) =>
        new(
            $"{target.At(Level.Member)}.{method}("
                + $"{string.Join(", ", arguments.ToArray().Select(argument => argument.Text))})",
            Level.Member);

    private static string Join(int count, Func<string> make) => string.Join(", ", Enumerable.Range(0, count).Select(
        _ => make()).ToArray());

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
