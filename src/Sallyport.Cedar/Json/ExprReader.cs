using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Json;

/// <summary>
/// Reads expressions in Cedar's JSON form ("JsonExpr"): an object with one member, whose name is the operator. Enters
/// at the object's start and leaves at its end.
/// </summary>
internal sealed class ExprReader(ValueReader values, CedarLimits limits)
{
    public Expr Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an expression", reader);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new JsonFault(
                "json.nesting", "The expression is nested too deeply.", "Split it.", reader.TokenStartIndex);
        }

        var start = reader.TokenStartIndex;
        if (ValueReader.Read(ref reader) != JsonTokenType.PropertyName)
        {
            throw new JsonFault("est.expression", "An empty object is no expression.", "Name an operator.", start);
        }

        var @operator = ValueReader.ReadText(ref reader);
        ValueReader.Read(ref reader);
        var expr = ReadOperator(ref reader, @operator, start);
        if (ValueReader.Read(ref reader) != JsonTokenType.EndObject)
        {
            throw new JsonFault(
                "est.expression",
                "An expression has one member.",
                "Put the other into an expression of its own.",
                reader.TokenStartIndex);
        }

        return expr.Height <= limits.ExpressionHeightMax
            ? expr
            : throw new JsonFault(
                "json.nesting",
                $"The expression has more than {limits.ExpressionHeightMax} levels.",
                "Split it.",
                start);
    }

    private Expr ReadOperator(ref Utf8JsonReader reader, string @operator, long start)
    {
        switch (@operator)
        {
            case "Value":
                return ValueExpr.Of(values.ReadValue(ref reader));
            case "Var":
                return new Expr.Variable(ReadVariable(ref reader));
            case "Slot" or "Unknown":
                throw new JsonFault(
                    "est.expression",
                    $"'{@operator}' cannot stand in a condition.",
                    "Slots belong into the scope.",
                    start);
            case "Set":
                return new Expr.Set(ReadList(ref reader));
            case "Record":
                return new Expr.Record(ReadFields(ref reader));
        }

        if (ExtensionFunction.TryFind(@operator, out var function))
        {
            var arguments = ReadList(ref reader);
            return arguments.IsEmpty && !function.IsConstructor
                ? throw new JsonFault(
                    "est.function",
                    $"The method '{@operator}' needs a receiver.",
                    "Give it as the first argument.",
                    start)
                : new Expr.Call(function, arguments);
        }

        return Make(@operator, ReadMembers(ref reader, @operator), start);
    }

    private static Expr Make(string @operator, Members members, long start)
    {
        Expr Need(Expr? expr, string name) => expr
            ?? throw new JsonFault("est.member", $"'{@operator}' needs the member '{name}'.", "", start);

        switch (@operator)
        {
            case "!" or "neg" or "isEmpty":
                var unary = @operator == "!"
                    ? UnaryOperator.Not
                    : @operator == "neg"
                    ? UnaryOperator.Negate
                    : UnaryOperator.IsEmpty;
                return new Expr.Unary(unary, Need(members.Arg, "arg"));
            case "&&":
                return Expr.AllOf(Need(members.Left, "left"), Need(members.Right, "right"));
            case "||":
                return Expr.AnyOf(Need(members.Left, "left"), Need(members.Right, "right"));
            case "if-then-else":
                return new Expr.If(Need(members.If, "if"), Need(members.Then, "then"), Need(members.Else, "else"));
            case "." when members.Path is [var name]:
                return new Expr.GetAttribute(Need(members.Left, "left"), name);
            case "has" when members.Path.Length == 1
                || (members.Path.Length > 1 && members.Path.All(part => Identifiers.IsIdentifier(part))):
                return new Expr.HasAttribute(Need(members.Left, "left"), members.Path);
            case "like" when members.Pattern is not null:
                return new Expr.Like(Need(members.Left, "left"), members.Pattern);
            case "is" when members.Type is not null:
                return new Expr.Is(Need(members.Left, "left"), members.Type, members.In);
            case "." or "has" or "like" or "is":
                throw new JsonFault(
                    "est.member", $"A member of '{@operator}' is missing or of the wrong form.", "", start);
        }

        for (var binary = BinaryOperator.Equal; binary <= BinaryOperator.HasTag; binary++)
        {
            if (binary.Symbol() == @operator)
            {
                return new Expr.Binary(binary, Need(members.Left, "left"), Need(members.Right, "right"));
            }
        }

        throw new JsonFault("est.operator", $"There is no operator or function '{@operator}'.", "", start);
    }

    private Members ReadMembers(ref Utf8JsonReader reader, string @operator)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected($"the operands of '{@operator}'", reader);
        }

        var members = new Members();
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var name = ValueReader.ReadText(ref reader);
            var start = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (name)
            {
                case "left" when members.Left is null && HasSides(@operator):
                    members.Left = Read(ref reader);
                    break;
                case "right" when members.Right is null && HasSides(@operator)
                    && @operator is not ("." or "has" or "like" or "is"):
                    members.Right = Read(ref reader);
                    break;
                case "arg" when members.Arg is null && @operator is "!" or "neg" or "isEmpty":
                    members.Arg = Read(ref reader);
                    break;
                case "if" when members.If is null && @operator == "if-then-else":
                    members.If = Read(ref reader);
                    break;
                case "then" when members.Then is null && @operator == "if-then-else":
                    members.Then = Read(ref reader);
                    break;
                case "else" when members.Else is null && @operator == "if-then-else":
                    members.Else = Read(ref reader);
                    break;
                case "in" when members.In is null && @operator == "is":
                    members.In = Read(ref reader);
                    break;
                case "attr" when members.Path.IsEmpty && @operator is "." or "has":
                    members.Path = ReadPath(ref reader);
                    break;
                case "entity_type" when members.Type is null && @operator == "is":
                    members.Type = values.ReadTypeName(ref reader);
                    break;
                case "pattern" when members.Pattern is null && @operator == "like":
                    members.Pattern = ReadPattern(ref reader);
                    break;
                default:
                    throw new JsonFault(
                        "est.member",
                        $"'{name}' is not, or not again, a member of '{@operator}'.",
                        "Remove it.",
                        start);
            }
        }

        return members;
    }

    private static bool HasSides(string @operator) => @operator is not ("!" or "neg" or "isEmpty" or "if-then-else");

    private static RequestVariable ReadVariable(ref Utf8JsonReader reader) => ValueReader.ReadText(ref reader) switch
    {
        "principal" => RequestVariable.Principal,
        "action" => RequestVariable.Action,
        "resource" => RequestVariable.Resource,
        "context" => RequestVariable.Context,
        var other => throw new JsonFault("est.variable", $"There is no variable '{other}'.",
            "The variables are principal, action, resource and context.", reader.TokenStartIndex),
    };

    private ImmutableArray<Expr> ReadList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of expressions", reader);
        }

        var items = ImmutableArray.CreateBuilder<Expr>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader));
            RequireWidth(items.Count, reader);
        }

        return items.ToImmutable();
    }

    private ImmutableArray<RecordField> ReadFields(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an object of expressions", reader);
        }

        var fields = ImmutableArray.CreateBuilder<RecordField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var name = ValueReader.ReadText(ref reader);
            if (!names.Add(name))
            {
                throw new JsonFault(
                    "json.duplicate", $"'{name}' is given twice.", "Keep one of them.", reader.TokenStartIndex);
            }

            ValueReader.Read(ref reader);
            fields.Add(new RecordField(name, Read(ref reader)));
            RequireWidth(fields.Count, reader);
        }

        return fields.ToImmutable();
    }

    private ImmutableArray<string> ReadPath(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return [ValueReader.ReadText(ref reader)];
        }

        var path = ImmutableArray.CreateBuilder<string>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            path.Add(ValueReader.ReadText(ref reader));
            RequireWidth(path.Count, reader);
        }

        return path.Count > 0 ? path.ToImmutable() : throw JsonFault.Expected("an attribute name", reader);
    }

    private Pattern ReadPattern(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of \"Wildcard\" and {\"Literal\": ...}", reader);
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        var text = new StringBuilder();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Wildcard"u8))
            {
                texts.Add(text.ToString());
                text.Clear();
                RequireWidth(texts.Count, reader);
                continue;
            }

            if (reader.TokenType != JsonTokenType.StartObject
                || ValueReader.Read(ref reader) != JsonTokenType.PropertyName
                || !reader.ValueTextEquals("Literal"u8))
            {
                throw JsonFault.Expected("\"Wildcard\" or {\"Literal\": ...}", reader);
            }

            ValueReader.Read(ref reader);
            text.Append(ValueReader.ReadText(ref reader));
            if (ValueReader.Read(ref reader) != JsonTokenType.EndObject)
            {
                throw JsonFault.Expected("the end of the literal", reader);
            }
        }

        texts.Add(text.ToString());
        return new Pattern(texts.ToImmutable());
    }

    private void RequireWidth(int width, in Utf8JsonReader reader)
    {
        if (width > limits.WidthMax)
        {
            throw new JsonFault(
                "json.width",
                $"More than {limits.WidthMax} elements.",
                "Put them into an entity's attribute.",
                reader.TokenStartIndex);
        }
    }

    private sealed class Members
    {
        public Expr? Left { get; set; }

        public Expr? Right { get; set; }

        public Expr? Arg { get; set; }

        public Expr? If { get; set; }

        public Expr? Then { get; set; }

        public Expr? Else { get; set; }

        public Expr? In { get; set; }

        public EntityTypeName? Type { get; set; }

        public Pattern? Pattern { get; set; }

        public ImmutableArray<string> Path { get; set; } = [];
    }
}
