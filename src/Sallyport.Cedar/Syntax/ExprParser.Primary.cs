using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Syntax;

/// <summary>Members, literals, names and calls.</summary>
internal sealed partial class ExprParser
{
    /// <summary>A path that names an entity type.</summary>
    public EntityTypeName? ParseTypeName()
    {
        if (tokens.Kind == TokenKind.String)
        {
            tokens.Report("syntax.type", "The name of a type has no quotes.", "Remove them.", tokens.Current.Span);
            return null;
        }

        if (ParsePath("the name of an entity type") is not { } path)
        {
            return null;
        }

        if (tokens.Kind == TokenKind.PathSeparator)
        {
            tokens.Report("syntax.type", "Expected the name of a type, found an entity.", "Use == to ask for one entity.", tokens.Current.Span);
            return null;
        }

        return EntityTypeName.Trusted(path);
    }

    /// <summary>An entity: a path and a quoted id.</summary>
    public EntityUid? ParseEntity(string expected)
    {
        var start = tokens.Current.Span.Start;
        if (ParsePath(expected) is not { } path)
        {
            return null;
        }

        if (tokens.TryTake(TokenKind.PathSeparator))
        {
            return ParseId(path);
        }

        tokens.Report("syntax.unexpected", $"Expected {expected}, found the name '{path}'.",
            "Add the id, as in Type::\"id\"; to ask for a type, use 'is'.", tokens.SpanFrom(start));
        return null;
    }

    private EntityUid? ParseId(string path)
    {
        var literal = tokens.Current;
        return tokens.Expect(TokenKind.String, "the id of an entity in double quotes") && tokens.TryUnescape(literal, pattern: false, out var id)
            ? new EntityUid(EntityTypeName.Trusted(path), id)
            : null;
    }

    /// <summary>Identifiers joined by '::'. A separator that no identifier follows is left for the caller.</summary>
    private string? ParsePath(string expected)
    {
        if (TakeIdentifier(expected) is not { } path)
        {
            return null;
        }

        while (tokens.Kind == TokenKind.PathSeparator && tokens.NextKind == TokenKind.Identifier)
        {
            tokens.Take();
            if (TakeIdentifier("an identifier") is not { } part)
            {
                return null;
            }

            path = $"{path}::{part}";
            if (path.Length > 4096)
            {
                tokens.Report("syntax.nesting", "The name has more than 4096 characters.", "Use a shorter name.", tokens.Current.Span);
                return null;
            }
        }

        return path;
    }

    private string? TakeIdentifier(string expected)
    {
        var token = tokens.Current;
        if (token.Kind != TokenKind.Identifier)
        {
            tokens.Unexpected(expected);
            return null;
        }

        var name = tokens.TextOf(token);
        if (Identifiers.IsReserved(name))
        {
            tokens.Report("syntax.reserved", $"Expected {expected}, found the reserved word '{name}'.",
                $"As the name of an attribute write [\"{name}\"].", token.Span);
            return null;
        }

        tokens.Take();
        return name.ToString();
    }

    private Expr? ParseMember()
    {
        var start = tokens.Current.Span.Start;
        var expr = ParsePrimary();
        while (expr is not null && tokens.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            expr = tokens.Take().Kind == TokenKind.Dot ? ParseAfterDot(expr, start) : ParseIndex(expr, start);
        }

        return expr;
    }

    private Expr? ParseAfterDot(Expr target, int start)
    {
        var token = tokens.Current;
        if (TakeIdentifier("the name of an attribute or method") is not { } name)
        {
            return null;
        }

        if (tokens.Kind != TokenKind.OpenParen)
        {
            return Keep(new Expr.GetAttribute(target, name, tokens.SpanFrom(start)));
        }

        return ParseArguments() is { } arguments ? MakeMethod(target, name, arguments, token.Span, tokens.SpanFrom(start)) : null;
    }

    private Expr? MakeMethod(Expr target, string name, ImmutableArray<Expr> arguments, SourceSpan nameSpan, SourceSpan span)
    {
        if (name == "isEmpty")
        {
            return ExpectArguments(name, arguments, 0, span) ? Keep(new Expr.Unary(UnaryOperator.IsEmpty, target, span)) : null;
        }

        if (OperatorNames.TryParseMethod(name, out var @operator))
        {
            return ExpectArguments(name, arguments, 1, span) ? Keep(new Expr.Binary(@operator, target, arguments[0], span)) : null;
        }

        if (!ExtensionFunction.TryFind(name, out var function))
        {
            tokens.Report("syntax.function", $"There is no method '{name}'.", Suggest(name, constructors: false), nameSpan);
            return null;
        }

        if (function.IsConstructor)
        {
            tokens.Report("syntax.function", $"'{name}' is a function, not a method.", $"Write {name}(...).", nameSpan);
            return null;
        }

        return Keep(new Expr.Call(function, [target, .. arguments], span));
    }

    private bool ExpectArguments(string name, ImmutableArray<Expr> arguments, int wanted, SourceSpan span) => arguments.Length == wanted
        || tokens.Report("syntax.arguments", $"'{name}' takes {wanted} argument{(wanted == 1 ? "" : "s")}, not {arguments.Length}.", "", span);

    private Expr? ParseIndex(Expr target, int start)
    {
        var literal = tokens.Current;
        return tokens.Expect(TokenKind.String, "an attribute name in double quotes") && tokens.TryUnescape(literal, pattern: false, out var name)
            && tokens.Expect(TokenKind.CloseBracket, "']'")
            ? Keep(new Expr.GetAttribute(target, name, tokens.SpanFrom(start)))
            : null;
    }

    private Expr? ParsePrimary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Integer:
                return ParseInteger(token.Span.Start, negative: false);
            case TokenKind.String:
                tokens.Take();
                return tokens.TryUnescape(token, pattern: false, out var text) ? new Expr.Literal(Value.Of(text), token.Span) : null;
            case TokenKind.OpenParen:
                tokens.Take();
                return ParseExpr() is { } inner && tokens.Expect(TokenKind.CloseParen, "an operator or ')'") ? inner : null;
            case TokenKind.OpenBracket:
                return ParseList(TokenKind.CloseBracket, "']'") is { } elements ? Keep(new Expr.Set(elements, tokens.SpanFrom(token.Span.Start))) : null;
            case TokenKind.OpenBrace:
                return ParseRecord();
            case TokenKind.Slot:
                tokens.Report("syntax.slot", $"The slot {tokens.TextOf(token)} cannot stand in a condition.", "Slots belong into the scope.", token.Span);
                return null;
            case TokenKind.Identifier:
                return ParseName();
            default:
                tokens.Unexpected("an expression");
                return null;
        }
    }

    private Expr.Literal? ParseInteger(int start, bool negative)
    {
        var token = tokens.Take();
        var digits = tokens.TextOf(token).TrimStart('0');
        var fits = ulong.TryParse(digits.IsEmpty ? "0" : digits, NumberStyles.None, CultureInfo.InvariantCulture, out var magnitude)
            && magnitude <= (ulong)long.MaxValue + (negative ? 1UL : 0UL);
        if (!fits)
        {
            tokens.Report("syntax.integer", $"{tokens.TextOf(token)} is no 64-bit integer.",
                "The range is -9223372036854775808 to 9223372036854775807.", token.Span);
            return null;
        }

        return new Expr.Literal(Value.Of(negative ? unchecked(-(long)magnitude) : (long)magnitude), tokens.SpanFrom(start));
    }

    private Expr? ParseName()
    {
        var token = tokens.Current;
        if (tokens.TextOf(token) is "true" or "false")
        {
            tokens.Take();
            return new Expr.Literal(Value.Of(tokens.TextOf(token) is "true"), token.Span);
        }

        if (tokens.IsWord("if"))
        {
            tokens.Report("syntax.unexpected", "'if' cannot be an operand.", "Put the conditional into parentheses.", token.Span);
            return null;
        }

        if (ParsePath("an expression") is not { } path)
        {
            return null;
        }

        var nameSpan = tokens.SpanFrom(token.Span.Start);
        if (tokens.TryTake(TokenKind.PathSeparator))
        {
            return ParseId(path) is { } uid ? new Expr.Literal(Value.Of(uid), tokens.SpanFrom(token.Span.Start)) : null;
        }

        return tokens.Kind == TokenKind.OpenParen ? ParseCall(path, nameSpan) : MakeVariable(path, nameSpan);
    }

    private Expr.Variable? MakeVariable(string name, SourceSpan span)
    {
        RequestVariable? variable = name switch
        {
            "principal" => RequestVariable.Principal,
            "action" => RequestVariable.Action,
            "resource" => RequestVariable.Resource,
            "context" => RequestVariable.Context,
            _ => null,
        };
        if (variable is { } found)
        {
            return new Expr.Variable(found, span);
        }

        tokens.Report("syntax.variable", $"There is no variable '{name}'.",
            $"The variables are principal, action, resource and context; for a text write \"{name}\".", span);
        return null;
    }

    private Expr? ParseCall(string name, SourceSpan nameSpan)
    {
        if (ParseArguments() is not { } arguments)
        {
            return null;
        }

        if (ExtensionFunction.TryFind(name, out var function) && function.IsConstructor)
        {
            return Keep(new Expr.Call(function, arguments, tokens.SpanFrom(nameSpan.Start)));
        }

        var isMethod = function is not null || name == "isEmpty" || OperatorNames.TryParseMethod(name, out _);
        tokens.Report("syntax.function", isMethod ? $"'{name}' is a method, not a function." : $"There is no function '{name}'.",
            isMethod ? $"Write e.{name}(...)." : Suggest(name, constructors: true), nameSpan);
        return null;
    }

    private ImmutableArray<Expr>? ParseArguments() => ParseList(TokenKind.CloseParen, "')'");

    /// <summary>Expressions with commas between them, and perhaps one behind the last.</summary>
    private ImmutableArray<Expr>? ParseList(TokenKind close, string closeText)
    {
        tokens.Take();
        var items = ImmutableArray.CreateBuilder<Expr>();
        while (tokens.Kind != close)
        {
            if (items.Count > 0 && !tokens.Expect(TokenKind.Comma, $"',' or {closeText}"))
            {
                return null;
            }

            if (items.Count > 0 && tokens.Kind == close)
            {
                break;
            }

            if (ParseExpr() is not { } item || !WithinWidth(items.Count))
            {
                return null;
            }

            items.Add(item);
        }

        tokens.Take();
        return items.ToImmutable();
    }

    private Expr? ParseRecord()
    {
        var start = tokens.Take().Span.Start;
        var fields = ImmutableArray.CreateBuilder<RecordField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (tokens.Kind != TokenKind.CloseBrace)
        {
            if (fields.Count > 0 && !tokens.Expect(TokenKind.Comma, "',' or '}'"))
            {
                return null;
            }

            if (fields.Count > 0 && tokens.Kind == TokenKind.CloseBrace)
            {
                break;
            }

            var key = tokens.Current;
            if (ParseFieldName() is not { } name || !tokens.Expect(TokenKind.Colon, "':'") || ParseExpr() is not { } value || !WithinWidth(fields.Count))
            {
                return null;
            }

            if (!names.Add(name))
            {
                tokens.Report("syntax.duplicate", $"The attribute '{name}' is given twice.", "Keep one of them.", key.Span);
                return null;
            }

            fields.Add(new RecordField(name, value));
        }

        tokens.Take();
        return Keep(new Expr.Record(fields.ToImmutable(), tokens.SpanFrom(start)));
    }

    private string? ParseFieldName()
    {
        var key = tokens.Current;
        if (key.Kind != TokenKind.String)
        {
            return TakeIdentifier("an attribute name");
        }

        tokens.Take();
        return tokens.TryUnescape(key, pattern: false, out var name) ? name : null;
    }

    private bool WithinWidth(int count) => count < tokens.Limits.WidthMax
        || tokens.Report("syntax.width", $"More than {tokens.Limits.WidthMax} elements.", "Put them into an entity's attribute.", tokens.Current.Span);

    private static string Suggest(string name, bool constructors)
    {
        var known = ExtensionFunction.All.Where(f => f.IsConstructor == constructors).Select(f => f.Name);
        var names = constructors ? known : known.Concat(["contains", "containsAll", "containsAny", "isEmpty", "getTag", "hasTag"]);
        var near = names.Where(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (name.Length > 2 && n.StartsWith(name[..3], StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal).ToList();
        return near.Count > 0 ? $"Perhaps {string.Join(" or ", near)}." : $"There are {string.Join(", ", names)}.";
    }
}
