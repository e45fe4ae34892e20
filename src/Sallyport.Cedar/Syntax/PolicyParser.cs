using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// Reads policies in human syntax (Cedar grammar, "Policy"). Every statement with a mistake is reported, not only the first.
/// </summary>
internal sealed class PolicyParser
{
    private readonly TokenReader _tokens;
    private readonly ExprParser _expressions;

    private PolicyParser(TokenReader tokens)
    {
        _tokens = tokens;
        _expressions = new ExprParser(tokens);
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
                _tokens.Report("policy.too-many", $"More than {_tokens.Limits.PoliciesMax} policies.", "Split the set.", _tokens.Current.Span);
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
        if (ParseAnnotations() is not { } annotations || ParseEffect() is not { } effect
            || !_tokens.Expect(TokenKind.OpenParen, "'('") || ParseScope() is not { } scope
            || ParseConditions() is not { } conditions || !_tokens.Expect(TokenKind.Semicolon, "'when', 'unless' or ';'"))
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

    private ImmutableArray<Annotation>? ParseAnnotations()
    {
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (_tokens.TryTake(TokenKind.At))
        {
            var key = _tokens.Current;
            string? value = null;
            if (!_tokens.Expect(TokenKind.Identifier, "the name of an annotation"))
            {
                return null;
            }

            if (_tokens.TryTake(TokenKind.OpenParen))
            {
                var literal = _tokens.Current;
                if (!_tokens.Expect(TokenKind.String, "a text in double quotes") || !_tokens.TryUnescape(literal, pattern: false, out value)
                    || !_tokens.Expect(TokenKind.CloseParen, "')'"))
                {
                    return null;
                }
            }

            var name = _tokens.TextOf(key).ToString();
            if (!keys.Add(name))
            {
                _tokens.Report("syntax.duplicate", $"The annotation @{name} is given twice.", "Keep one of them.", key.Span);
                return null;
            }

            annotations.Add(new Annotation(name, value));
        }

        return annotations.ToImmutable();
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

    private (EntityScope Principal, ActionScope Action, EntityScope Resource, ScopeSpans Spans)? ParseScope()
    {
        var first = _tokens.Current.Span.Start;
        if (ParseEntityScope("principal", SlotId.Principal) is not { } principal)
        {
            return null;
        }

        var principalSpan = _tokens.SpanFrom(first);
        var second = _tokens.Expect(TokenKind.Comma, "',' and the action") ? _tokens.Current.Span.Start : -1;
        if (second < 0 || ParseActionScope() is not { } action)
        {
            return null;
        }

        var actionSpan = _tokens.SpanFrom(second);
        var third = _tokens.Expect(TokenKind.Comma, "',' and the resource") ? _tokens.Current.Span.Start : -1;
        if (third < 0 || ParseEntityScope("resource", SlotId.Resource) is not { } resource)
        {
            return null;
        }

        var resourceSpan = _tokens.SpanFrom(third);
        _tokens.TryTake(TokenKind.Comma); // a comma after the last part is allowed
        return _tokens.Expect(TokenKind.CloseParen, "')'")
            ? (principal, action, resource, new ScopeSpans(principalSpan, actionSpan, resourceSpan))
            : null;
    }

    private EntityScope? ParseEntityScope(string variable, SlotId slot)
    {
        if (!TakeVariable(variable))
        {
            return null;
        }

        if (_tokens.TryTake(TokenKind.Equal))
        {
            return ParseReference(slot) is { } target ? new EntityScope.Equal(target) : null;
        }

        if (_tokens.TryTakeWord("in"))
        {
            return ParseReference(slot) is { } container ? new EntityScope.In(container) : null;
        }

        if (!_tokens.TryTakeWord("is"))
        {
            return new EntityScope.Any();
        }

        if (_expressions.ParseTypeName() is not { } type)
        {
            return null;
        }

        if (_tokens.Kind == TokenKind.Equal)
        {
            _tokens.Report("syntax.scope", "'is' and '==' cannot be used together.", "Use 'is ... in ...', or '==' alone: an entity's type is part of its name.", _tokens.Current.Span);
            return null;
        }

        if (!_tokens.TryTakeWord("in"))
        {
            return new EntityScope.Is(type);
        }

        return ParseReference(slot) is { } group ? new EntityScope.IsIn(type, group) : null;
    }

    private bool TakeVariable(string variable)
    {
        if (_tokens.TryTakeWord(variable))
        {
            return _tokens.Kind != TokenKind.Colon
                || _tokens.Report("syntax.scope", "Types in a scope are asked for with 'is', not ':'.", $"Write {variable} is ...", _tokens.Current.Span);
        }

        return _tokens.Kind == TokenKind.Identifier
            ? _tokens.Report("syntax.scope", $"Expected '{variable}', found '{_tokens.TextOf(_tokens.Current)}'.",
                "A scope has principal, action and resource, in this order.", _tokens.Current.Span)
            : _tokens.Unexpected($"'{variable}'");
    }

    private EntityReference? ParseReference(SlotId slot)
    {
        var name = slot == SlotId.Principal ? "?principal" : "?resource";
        var token = _tokens.Current;
        if (token.Kind == TokenKind.Slot)
        {
            if (!_tokens.TextOf(token).SequenceEqual(name))
            {
                _tokens.Report("syntax.scope", $"The slot here can only be {name}.", $"Write {name}.", token.Span);
                return null;
            }

            _tokens.Take();
            return new EntityReference.Slot(slot);
        }

        return ParseScopeEntity($"an entity such as User::\"alice\", or {name}") is { } uid ? new EntityReference.Named(uid) : null;
    }

    /// <summary>An entity; parentheses around it are allowed, as in the official implementation.</summary>
    private EntityUid? ParseScopeEntity(string expected)
    {
        if (_tokens.Kind == TokenKind.OpenBracket)
        {
            _tokens.Report("syntax.scope", "A list of entities can only stand behind 'action in'.", "Write one policy for each entity, or put them into a group.", _tokens.Current.Span);
            return null;
        }

        if (_tokens.Kind != TokenKind.OpenParen)
        {
            return _expressions.ParseEntity(expected);
        }

        if (!_tokens.TryEnter())
        {
            return null;
        }

        _tokens.Take();
        var inner = ParseScopeEntity(expected);
        _tokens.Leave();
        return inner is not null && _tokens.Expect(TokenKind.CloseParen, "')'") ? inner : null;
    }

    private ActionScope? ParseActionScope()
    {
        if (!TakeVariable("action"))
        {
            return null;
        }

        if (_tokens.TryTake(TokenKind.Equal))
        {
            return ParseAction() is { } action ? new ActionScope.Equal(action) : null;
        }

        if (_tokens.IsWord("is"))
        {
            _tokens.Report("syntax.scope", "'is' cannot be asked of the action in a scope.", "Move it into a 'when' clause.", _tokens.Current.Span);
            return null;
        }

        if (!_tokens.TryTakeWord("in"))
        {
            return new ActionScope.Any();
        }

        if (_tokens.Kind != TokenKind.OpenBracket)
        {
            return ParseAction() is { } group ? new ActionScope.In(group) : null;
        }

        return ParseActions() is { } groups ? groups.Length == 1 ? new ActionScope.In(groups[0]) : new ActionScope.InAny(groups) : null;
    }

    private ImmutableArray<EntityUid>? ParseActions()
    {
        _tokens.Take();
        var groups = ImmutableArray.CreateBuilder<EntityUid>();
        while (_tokens.Kind != TokenKind.CloseBracket)
        {
            if (groups.Count > 0 && !_tokens.Expect(TokenKind.Comma, "',' or ']'"))
            {
                return null;
            }

            if (groups.Count > 0 && _tokens.Kind == TokenKind.CloseBracket)
            {
                break;
            }

            if (ParseAction() is not { } group)
            {
                return null;
            }

            groups.Add(group);
            if (groups.Count > _tokens.Limits.WidthMax)
            {
                _tokens.Report("syntax.width", $"More than {_tokens.Limits.WidthMax} actions.", "Use an action group.", _tokens.Current.Span);
                return null;
            }
        }

        _tokens.Take();
        return groups.ToImmutable();
    }

    private EntityUid? ParseAction()
    {
        var start = _tokens.Current.Span.Start;
        var action = ParseScopeEntity("an action such as Action::\"view\"");
        if (action is not null && !action.Type.IsAction)
        {
            _tokens.Report("syntax.scope", $"{action} is no action.", "The type of an action is Action, with or without a namespace.", _tokens.SpanFrom(start));
            return null;
        }

        return action;
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
                _tokens.Report("syntax.unexpected", "The clause is empty.", "Write a condition, or remove the clause.", word.Span.To(_tokens.Current.Span));
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
