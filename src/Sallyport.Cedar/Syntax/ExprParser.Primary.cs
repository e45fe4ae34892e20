using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Syntax;

/// <summary>Members, literals, lists and records.</summary>
internal sealed partial class ExprParser
{
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

        return ParseArguments() is { } arguments
            ? MakeMethod(target, name, arguments, token.Span, tokens.SpanFrom(start))
            : null;
    }

    private Expr? MakeMethod(
        Expr target, string name, ImmutableArray<Expr> arguments, SourceSpan nameSpan, SourceSpan span)
    {
        if (name == "isEmpty")
        {
            return ExpectArguments(name, arguments, 0, span)
                ? Keep(new Expr.Unary(UnaryOperator.IsEmpty, target, span))
                : null;
        }

        if (OperatorNames.TryParseMethod(name, out var @operator))
        {
            return ExpectArguments(name, arguments, 1, span)
                ? Keep(new Expr.Binary(@operator, target, arguments[0], span))
                : null;
        }

        if (!ExtensionFunction.TryFind(name, out var function))
        {
            tokens.Report(
                "syntax.function",
                $"There is no method '{name}'.",
                Suggest(name, constructors: false),
                nameSpan);
            return null;
        }

        if (function.IsConstructor)
        {
            tokens.Report("syntax.function", $"'{name}' is a function, not a method.", $"Write {name}(...).", nameSpan);
            return null;
        }

        return Keep(new Expr.Call(function, [target, .. arguments], span));
    }

    private bool ExpectArguments(string name, ImmutableArray<Expr> arguments, int wanted, SourceSpan span) =>
        arguments.Length == wanted
        || tokens.Report(
            "syntax.arguments",
            $"'{name}' takes {wanted} argument{(wanted == 1 ? "" : "s")}, not {arguments.Length}.",
            "",
            span);

    private Expr? ParseIndex(Expr target, int start)
    {
        var literal = tokens.Current;
        return tokens.Expect(TokenKind.String, "an attribute name in double quotes")
            && tokens.TryUnescape(literal, pattern: false, out var name)
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
                return tokens.TryUnescape(token, pattern: false, out var text)
                    ? new Expr.Literal(Value.Of(text), token.Span)
                    : null;
            case TokenKind.OpenParen:
                tokens.Take();
                return ParseExpr() is { } inner && tokens.Expect(TokenKind.CloseParen, "an operator or ')'")
                    ? inner
                    : null;
            case TokenKind.OpenBracket:
                return ParseList(TokenKind.CloseBracket, "']'") is { } elements
                    ? Keep(new Expr.Set(elements, tokens.SpanFrom(token.Span.Start)))
                    : null;
            case TokenKind.OpenBrace:
                return ParseRecord();
            case TokenKind.Slot:
                tokens.Report(
                    "syntax.slot",
                    $"The slot {tokens.TextOf(token)} cannot stand in a condition.",
                    "Slots belong into the scope.",
                    token.Span);
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
        var fits = ulong.TryParse(digits.IsEmpty
            ? "0"
            : digits, NumberStyles.None, CultureInfo.InvariantCulture, out var magnitude)
            && magnitude <= (ulong)long.MaxValue + (negative ? 1UL : 0UL);
        if (!fits)
        {
            tokens.Report("syntax.integer", $"{tokens.TextOf(token)} is no 64-bit integer.",
                "The range is -9223372036854775808 to 9223372036854775807.", token.Span);
            return null;
        }

        return new Expr.Literal(
            Value.Of(negative ? unchecked(-(long)magnitude) : (long)magnitude), tokens.SpanFrom(start));
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
            if (ParseFieldName() is not { } name || !tokens.Expect(TokenKind.Colon, "':'")
                || ParseExpr() is not { } value || !WithinWidth(fields.Count))
            {
                return null;
            }

            if (!names.Add(name))
            {
                tokens.Report(
                    "syntax.duplicate",
                    $"The attribute '{name}' is given twice.",
                    "Keep one of them.",
                    key.Span);
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
        || tokens.Report(
            "syntax.width",
            $"More than {tokens.Limits.WidthMax} elements.",
            "Put them into an entity's attribute.",
            tokens.Current.Span);
}
