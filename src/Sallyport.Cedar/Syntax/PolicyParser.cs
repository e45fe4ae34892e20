using System.Collections.Immutable;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// Reads policies in human syntax (Cedar grammar, "Policy"). Every statement with a mistake is reported, not only the
/// first.
/// </summary>
internal sealed class PolicyParser
{
    private readonly TokenReader _tokens;
    private readonly ExprParser _expressions;
    private readonly ScopeParser _scopes;

    private PolicyParser(TokenReader tokens)
    {
        _tokens = tokens;
        _expressions = new ExprParser(tokens);
        _scopes = new ScopeParser(tokens, _expressions);
    }

    public static Parsed<IReadOnlyList<PolicyBody>> Parse(string text, CedarLimits limits)
    {
        var tokens = new TokenReader(new SourceText(text), limits);
        var bodies = new PolicyParser(tokens).ParseAll();
        return tokens.Errors.Count > 0
            ? new Parsed<IReadOnlyList<PolicyBody>>(tokens.Errors)
            : new Parsed<IReadOnlyList<PolicyBody>>(bodies);
    }

    public static Parsed<Expr> ParseExpression(string text, CedarLimits limits)
    {
        var tokens = new TokenReader(new SourceText(text), limits);
        var expr = new ExprParser(tokens).ParseExpr();
        if (expr is not null && !tokens.AtEnd)
        {
            tokens.Unexpected("the end of the expression");
        }

        return expr is null || tokens.Errors.Count > 0 ? new Parsed<Expr>(tokens.Errors) : new Parsed<Expr>(expr);
    }

    private List<PolicyBody> ParseAll()
    {
        var bodies = new List<PolicyBody>();
        while (!_tokens.AtEnd)
        {
            if (bodies.Count >= _tokens.Limits.PoliciesMax)
            {
                _tokens.Report(
                    "policy.too-many",
                    $"More than {_tokens.Limits.PoliciesMax} policies.",
                    "Split the set.",
                    _tokens.Current.Span);
                break;
            }

            if (ParsePolicy() is { } body)
            {
                bodies.Add(body);
            }
            else
            {
                _tokens.Recover();
            }
        }

        return bodies;
    }

    private PolicyBody? ParsePolicy()
    {
        var start = _tokens.Current.Span.Start;
        if (AnnotationParser.Parse(_tokens, "syntax.duplicate") is not { } annotations
            || ParseEffect() is not { } effect
            || !_tokens.Expect(TokenKind.OpenParen, "'('") || _scopes.ParseScope() is not { } scope
            || ParseConditions() is not { } conditions
                || !_tokens.Expect(TokenKind.Semicolon, "'when', 'unless' or ';'"))
        {
            return null;
        }

        return new PolicyBody
        {
            Effect = effect,
            Annotations = annotations,
            Principal = scope.Principal,
            Action = scope.Action,
            Resource = scope.Resource,
            ScopeSpans = scope.Spans,
            Conditions = conditions,
            Source = _tokens.Source,
            Span = _tokens.SpanFrom(start),
        };
    }

    private Effect? ParseEffect()
    {
        if (_tokens.TryTakeWord("permit"))
        {
            return Effect.Permit;
        }

        if (_tokens.TryTakeWord("forbid"))
        {
            return Effect.Forbid;
        }

        _tokens.Unexpected("'permit' or 'forbid'");
        return null;
    }

    private ImmutableArray<Condition>? ParseConditions()
    {
        var conditions = ImmutableArray.CreateBuilder<Condition>();
        while (_tokens.IsWord("when") || _tokens.IsWord("unless"))
        {
            var kind = _tokens.IsWord("when") ? ConditionKind.When : ConditionKind.Unless;
            var word = _tokens.Take();
            if (!_tokens.Expect(TokenKind.OpenBrace, "'{'"))
            {
                return null;
            }

            if (_tokens.Kind == TokenKind.CloseBrace)
            {
                _tokens.Report(
                    "syntax.unexpected",
                    "The clause is empty.",
                    "Write a condition, or remove the clause.",
                    word.Span.To(_tokens.Current.Span));
                return null;
            }

            if (_expressions.ParseExpr() is not { } body || !_tokens.Expect(TokenKind.CloseBrace, "an operator or '}'"))
            {
                return null;
            }

            conditions.Add(new Condition(kind, body));
        }

        return conditions.ToImmutable();
    }
}
