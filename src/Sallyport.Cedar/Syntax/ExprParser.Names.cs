using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Syntax;

/// <summary>Names: paths, types, entities, variables and calls of functions.</summary>
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
            tokens.Report(
                "syntax.type",
                "Expected the name of a type, found an entity.",
                "Use == to ask for one entity.",
                tokens.Current.Span);
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
        return tokens.Expect(TokenKind.String, "the id of an entity in double quotes")
            && tokens.TryUnescape(literal, pattern: false, out var id)
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
                tokens.Report(
                    "syntax.nesting",
                    "The name has more than 4096 characters.",
                    "Use a shorter name.",
                    tokens.Current.Span);
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
            tokens.Report(
                "syntax.unexpected",
                "'if' cannot be an operand.",
                "Put the conditional into parentheses.",
                token.Span);
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
        tokens.Report("syntax.function", isMethod
            ? $"'{name}' is a method, not a function."
            : $"There is no function '{name}'.",
            isMethod ? $"Write e.{name}(...)." : Suggest(name, constructors: true), nameSpan);
        return null;
    }

    private static string Suggest(string name, bool constructors)
    {
        var known = ExtensionFunction.All.Where(f => f.IsConstructor == constructors).Select(f => f.Name);
        var names = constructors
            ? known
            : known.Concat(["contains", "containsAll", "containsAny", "isEmpty", "getTag", "hasTag"]);
        var near = names.Where(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (name.Length > 2 && n.StartsWith(name[..3], StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal).ToList();
        return near.Count > 0 ? $"Perhaps {string.Join(" or ", near)}." : $"There are {string.Join(", ", names)}.";
    }
}
