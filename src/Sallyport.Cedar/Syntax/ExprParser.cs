using System.Collections.Immutable;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// Reads expressions (Cedar grammar, from "Expr" down to "Primary"). A method that returns null has reported why.
/// </summary>
internal sealed partial class ExprParser(TokenReader tokens)
{
    // Cedar grammar, "Unary": at most four of the same kind.
    private const int UnaryMax = 4;

    public Expr? ParseExpr()
    {
        if (!tokens.TryEnter())
        {
            return null;
        }

        var expr = tokens.IsWord("if") ? ParseIf() : ParseOr();
        tokens.Leave();
        return expr;
    }

    private Expr? ParseIf()
    {
        var start = tokens.Take().Span.Start;
        return ParseExpr() is { } condition && ExpectWord("then") && ParseExpr() is { } then
            && ExpectWord("else") && ParseExpr() is { } otherwise
            ? Keep(new Expr.If(condition, then, otherwise, tokens.SpanFrom(start)))
            : null;
    }

    private Expr? ParseOr()
    {
        var start = tokens.Current.Span.Start;
        var first = ParseAnd();
        if (first is null || tokens.Kind != TokenKind.Or)
        {
            return first;
        }

        var operands = StartChain(first is Expr.Or or ? or.Operands : [first]);
        while (tokens.TryTake(TokenKind.Or))
        {
            if (ParseAnd() is not { } next)
            {
                return null;
            }

            operands.Add(next);
        }

        return Keep(new Expr.Or(operands.ToImmutable(), tokens.SpanFrom(start)));
    }

    private Expr? ParseAnd()
    {
        var start = tokens.Current.Span.Start;
        var first = ParseRelation();
        if (first is null || tokens.Kind != TokenKind.And)
        {
            return first;
        }

        var operands = StartChain(first is Expr.And and ? and.Operands : [first]);
        while (tokens.TryTake(TokenKind.And))
        {
            if (ParseRelation() is not { } next)
            {
                return null;
            }

            operands.Add(next);
        }

        return Keep(new Expr.And(operands.ToImmutable(), tokens.SpanFrom(start)));
    }

    private Expr? ParseRelation()
    {
        var start = tokens.Current.Span.Start;
        if (ParseSum() is not { } left)
        {
            return null;
        }

        var relation = tokens.Current;
        var expr = ParseRelationAfter(left, start);
        if (expr is not null && !ReferenceEquals(expr, left) && IsRelation())
        {
            tokens.Report(
                "syntax.operator",
                $"'{tokens.TextOf(relation)}' and '{tokens.TextOf(tokens.Current)}' cannot follow one another.",
                "Put one of them into parentheses.", tokens.Current.Span);
            return null;
        }

        return expr;
    }

    private Expr? ParseRelationAfter(Expr left, int start)
    {
        if (RelationOperator() is { } @operator)
        {
            tokens.Take();
            return ParseSum() is { } right
                ? Keep(new Expr.Binary(@operator, left, right, tokens.SpanFrom(start)))
                : null;
        }

        if (tokens.TryTakeWord("has"))
        {
            return ParseHasPath() is { } path ? Keep(new Expr.HasAttribute(left, path, tokens.SpanFrom(start))) : null;
        }

        if (tokens.TryTakeWord("like"))
        {
            var literal = tokens.Current;
            return tokens.Expect(TokenKind.String, "a pattern in double quotes")
                && tokens.TryUnescape(literal, pattern: true, out var text)
                ? Keep(new Expr.Like(left, Pattern.FromUnescaped(text), tokens.SpanFrom(start)))
                : null;
        }

        return tokens.TryTakeWord("is") ? ParseIs(left, start) : left;
    }

    private Expr? ParseIs(Expr left, int start)
    {
        if (ParseTypeName() is not { } type)
        {
            return null;
        }

        Expr? container = null;
        if (tokens.TryTakeWord("in"))
        {
            container = ParseSum();
            if (container is null)
            {
                return null;
            }
        }

        return Keep(new Expr.Is(left, type, container, tokens.SpanFrom(start)));
    }

    private ImmutableArray<string>? ParseHasPath()
    {
        var first = tokens.Current;
        if (first.Kind == TokenKind.String)
        {
            tokens.Take();
            if (!tokens.TryUnescape(first, pattern: false, out var name))
            {
                return null;
            }

            if (tokens.Kind is TokenKind.Dot or TokenKind.OpenBracket)
            {
                tokens.Report(
                    "syntax.has",
                    "Behind 'has' stands one text, or identifiers with dots.",
                    "Join two 'has' with &&.",
                    tokens.Current.Span);
                return null;
            }

            return [name];
        }

        var path = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (TakeIdentifier("an attribute name") is not { } part)
            {
                return null;
            }

            path.Add(part);
        }
        while (path.Count <= tokens.Limits.NestingMax && tokens.TryTake(TokenKind.Dot));
        return path.ToImmutable();
    }

    private Expr? ParseSum()
    {
        var start = tokens.Current.Span.Start;
        var left = ParseProduct();
        while (left is not null && tokens.Kind is TokenKind.Plus or TokenKind.Minus)
        {
            var @operator = tokens.Take().Kind == TokenKind.Plus ? BinaryOperator.Add : BinaryOperator.Subtract;
            left = ParseProduct() is { } right
                ? Keep(new Expr.Binary(@operator, left, right, tokens.SpanFrom(start)))
                : null;
        }

        if (left is not null && tokens.Kind is TokenKind.Slash or TokenKind.Percent)
        {
            tokens.Unexpected("an operator");
            return null;
        }

        return left;
    }

    private Expr? ParseProduct()
    {
        var start = tokens.Current.Span.Start;
        var left = ParseUnary();
        while (left is not null && tokens.TryTake(TokenKind.Star))
        {
            left = ParseUnary() is { } right
                ? Keep(new Expr.Binary(BinaryOperator.Multiply, left, right, tokens.SpanFrom(start)))
                : null;
        }

        return left;
    }

    private Expr? ParseUnary()
    {
        var kind = tokens.Kind;
        if (kind is not (TokenKind.Not or TokenKind.Minus))
        {
            return ParseMember();
        }

        var starts = new List<int>(UnaryMax);
        while (tokens.Kind == kind)
        {
            if (starts.Count == UnaryMax)
            {
                tokens.Report(
                    "syntax.operator",
                    $"More than {UnaryMax} '{tokens.TextOf(tokens.Current)}' in a row.",
                    "Remove pairs of them.",
                    tokens.Current.Span);
                return null;
            }

            starts.Add(tokens.Take().Span.Start);
        }

        // A minus right before a number belongs to it: only so can the least Long be written.
        Expr? operand;
        if (kind == TokenKind.Minus && tokens.Kind == TokenKind.Integer
            && tokens.NextKind is not (TokenKind.Dot or TokenKind.OpenBracket))
        {
            operand = ParseInteger(starts[^1], negative: true);
            starts.RemoveAt(starts.Count - 1);
        }
        else
        {
            operand = ParseMember();
        }

        var @operator = kind == TokenKind.Not ? UnaryOperator.Not : UnaryOperator.Negate;
        for (var i = starts.Count - 1; i >= 0 && operand is not null; i--)
        {
            operand = Keep(new Expr.Unary(@operator, operand, tokens.SpanFrom(starts[i])));
        }

        return operand;
    }

    private bool IsRelation() =>
        RelationOperator() is not null || tokens.IsWord("has") || tokens.IsWord("like") || tokens.IsWord("is");

    private BinaryOperator? RelationOperator() => tokens.Kind switch
    {
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Identifier when tokens.IsWord("in") => BinaryOperator.In,
        _ => null,
    };

    private bool ExpectWord(string word) => tokens.TryTakeWord(word) || tokens.Unexpected($"an operator or '{word}'");

    private static ImmutableArray<Expr>.Builder StartChain(ImmutableArray<Expr> first)
    {
        var operands = ImmutableArray.CreateBuilder<Expr>();
        operands.AddRange(first);
        return operands;
    }

    /// <summary>Refuses a tree that is too high for those that walk it.</summary>
    private Expr? Keep(Expr expr)
    {
        if (expr.Height <= tokens.Limits.ExpressionHeightMax)
        {
            return expr;
        }

        tokens.Report(
            "syntax.nesting",
            $"The expression has more than {tokens.Limits.ExpressionHeightMax} levels.",
            "Split it into several clauses.",
            expr.Span);
        return null;
    }
}
