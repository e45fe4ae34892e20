using System.Collections.Immutable;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>Literals, and paths from the request's variables.</summary>
internal sealed partial class ExprText
{
    /// <summary>Whether integers may be too large for a double: the official engine's JSON goes through
    /// JavaScript.</summary>
    public bool MayBeBig { get; set; } = true;

    /// <summary>A type that the environment has values of, as often as not.</summary>
    private ModelType AnyLikely()
    {
        var guards = _guards.Count;
        var type = random.Next(2) == 0 || Walk(null) is not { } walked ? model.AnyType(1) : walked.Type;
        _guards.RemoveRange(guards, _guards.Count - guards); // only its type is wanted
        return type;
    }

    private Fragment Leaf(ModelType type) => random.Next(3) > 0 && Path(type) is { } path ? path : Literal(type);

    private Fragment Literal(ModelType type) => type switch
    {
        ModelType.Named { Name: "Bool" } => new Fragment(Pick("true", "false"), Level.Member),
        ModelType.Named { Name: "Long" } => LongLiteral(),
        ModelType.Named { Name: "String" } => new Fragment(CedarText.Quote(Pick(Values.Texts)), Level.Member),
        ModelType.Named { Name: "decimal" } => Construct("decimal", Pick(Values.Decimals), "1.23456"),
        ModelType.Named { Name: "ipaddr" } => Construct("ip", Pick(Values.Ips), "10.0.0"),
        ModelType.Named { Name: "datetime" } => Construct("datetime", Pick(Values.Datetimes), "2023-02-29"),
        ModelType.Named { Name: "duration" } => Construct("duration", Pick(Values.Durations), "1h1d"),
        ModelType.Entity entity => new Fragment(Values.Uid(random, model, entity.Name), Level.Member),
        ModelType.Set set => new Fragment($"[{Join(1 + random.Next(3), () => Literal(set.Element).Text)}]",
            Level.Member),
        ModelType.Record record => RecordLiteral(record, 0),
        _ => new Fragment("false", Level.Member),
    };

    private Fragment LongLiteral()
    {
        var number = random.Next(8) == 0 && MayBeBig
            ? Pick(long.MaxValue, long.MinValue, (1L << 53) + 1, long.MaxValue - 1, -(1L << 62))
            : Pick(Values.Longs);
        return new Fragment(Number(number), number < 0 ? Level.Unary : Level.Member);
    }

    private Fragment Construct(string function, string argument, string wrong) =>
        new($"{function}({CedarText.Quote(random.Next(25) == 0 ? wrong : argument)})", Level.Member);

    private string Pattern() =>
        $"\"{string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Next(2) == 0
        ? "*"
        : CedarText.Quote(Pick(Values.Texts))[1..^1].Replace("*", "\\*", StringComparison.Ordinal)).ToArray())}\"";

    private Fragment Has()
    {
        var base_ = Walk(null) ?? (Text: "principal", Type: new ModelType.Entity(Principal));
        string[] names = [.. AttributesOf(base_.Type).Select(attribute => attribute.Name), "age", "b c"];
        var name = Pick(names);
        var inner = AttributesOf(base_.Type).FirstOrDefault(attribute => attribute.Name == name) is { } found
            ? AttributesOf(found.Type).Select(attribute => attribute.Name).Where(CedarText.IsIdentifier).ToArray()
            : [];
        return inner.Length > 0 && CedarText.IsIdentifier(name)
            ? new Fragment($"{base_.Text} has {name}.{Pick(inner)}", Level.Relation)
            : new Fragment($"{base_.Text} has {CedarText.AttributeName(name)}", Level.Relation);
    }

    private Fragment? Path(ModelType type)
    {
        for (var tries = 0; tries < 6; tries++)
        {
            var guards = _guards.Count;
            if (Walk(type) is { } walked)
            {
                return new Fragment(walked.Text, Level.Member);
            }

            _guards.RemoveRange(guards, _guards.Count - guards);
        }

        return null;
    }

    /// <summary>A path of attributes and tags from a variable; to a type, or to whatever it leads to. Null where it
    /// did not get there.</summary>
    private (string Text, ModelType Type)? Walk(ModelType? wanted)
    {
        (string Text, ModelType Type) at = random.Next(3) switch
        {
            0 => ("principal", new ModelType.Entity(Principal)),
            1 => ("resource", new ModelType.Entity(Resource)),
            _ => ("context", Context),
        };
        for (var step = 0; step < 4; step++)
        {
            if (wanted is null ? random.Next(3) == 0 : wanted.IsSame(at.Type))
            {
                return at;
            }

            var attributes = AttributesOf(at.Type);
            var tags = at.Type is ModelType.Entity entity && model.EntityTypes.Contains(entity.Name,
                StringComparer.Ordinal) ? model.Find(entity.Name).Tags : null;
            if (tags is not null && random.Next(3) == 0)
            {
                var key = CedarText.Quote(Pick(Values.TagNames));
                _guards.Add($"{at.Text}.hasTag({key})");
                at = ($"{at.Text}.getTag({key})", tags);
            }
            else if (attributes.Length > 0)
            {
                var attribute = Pick(attributes);
                if (attribute.IsOptional)
                {
                    _guards.Add($"{at.Text} has {CedarText.AttributeName(attribute.Name)}");
                }

                at = (CedarText.Member(at.Text, attribute.Name), attribute.Type);
            }
            else
            {
                return wanted is null ? at : null;
            }
        }

        return null;
    }

    private ImmutableArray<ModelAttribute> AttributesOf(ModelType type) => type switch
    {
        ModelType.Entity entity when model.EntityTypes.Contains(entity.Name, StringComparer.Ordinal) => model.Find(
            entity.Name).Attributes,
        ModelType.Record record => record.Attributes,
        _ => [],
    };
}
