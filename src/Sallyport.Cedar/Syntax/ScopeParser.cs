using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>What stands in the parentheses of a policy.</summary>
internal sealed record Scope(EntityScope Principal, ActionScope Action, EntityScope Resource, ScopeSpans Spans);

/// <summary>Reads scopes (Cedar grammar, "Scope"). A method that returns null has reported why.</summary>
internal sealed class ScopeParser(TokenReader tokens, ExprParser expressions)
{
    /// <summary>The scope and the parenthesis behind it.</summary>
    public Scope? ParseScope()
    {
        var first = tokens.Current.Span.Start;
        if (ParseEntityScope("principal", SlotId.Principal) is not { } principal)
        {
            return null;
        }

        var principalSpan = tokens.SpanFrom(first);
        var second = tokens.Expect(TokenKind.Comma, "',' and the action") ? tokens.Current.Span.Start : -1;
        if (second < 0 || ParseActionScope() is not { } action)
        {
            return null;
        }

        var actionSpan = tokens.SpanFrom(second);
        var third = tokens.Expect(TokenKind.Comma, "',' and the resource") ? tokens.Current.Span.Start : -1;
        if (third < 0 || ParseEntityScope("resource", SlotId.Resource) is not { } resource)
        {
            return null;
        }

        var resourceSpan = tokens.SpanFrom(third);
        tokens.TryTake(TokenKind.Comma); // a comma after the last part is allowed
        return tokens.Expect(TokenKind.CloseParen, "')'")
            ? new Scope(principal, action, resource, new ScopeSpans(principalSpan, actionSpan, resourceSpan))
            : null;
    }

    private EntityScope? ParseEntityScope(string variable, SlotId slot)
    {
        if (!TakeVariable(variable))
        {
            return null;
        }

        if (tokens.TryTake(TokenKind.Equal))
        {
            return ParseReference(slot) is { } target ? new EntityScope.Equal(target) : null;
        }

        if (tokens.TryTakeWord("in"))
        {
            return ParseReference(slot) is { } container ? new EntityScope.In(container) : null;
        }

        if (!tokens.TryTakeWord("is"))
        {
            return new EntityScope.Any();
        }

        if (expressions.ParseTypeName() is not { } type)
        {
            return null;
        }

        if (tokens.Kind == TokenKind.Equal)
        {
            tokens.Report(
                "syntax.scope",
                "'is' and '==' cannot be used together.",
                "Use 'is ... in ...', or '==' alone: an entity's type is part of its name.",
                tokens.Current.Span);
            return null;
        }

        if (!tokens.TryTakeWord("in"))
        {
            return new EntityScope.Is(type);
        }

        return ParseReference(slot) is { } group ? new EntityScope.IsIn(type, group) : null;
    }

    private bool TakeVariable(string variable)
    {
        if (tokens.TryTakeWord(variable))
        {
            return tokens.Kind != TokenKind.Colon
                || tokens.Report(
                    "syntax.scope",
                    "Types in a scope are asked for with 'is', not ':'.",
                    $"Write {variable} is ...",
                    tokens.Current.Span);
        }

        return tokens.Kind == TokenKind.Identifier
            ? tokens.Report("syntax.scope", $"Expected '{variable}', found '{tokens.TextOf(tokens.Current)}'.",
                "A scope has principal, action and resource, in this order.", tokens.Current.Span)
            : tokens.Unexpected($"'{variable}'");
    }

    private EntityReference? ParseReference(SlotId slot)
    {
        var name = slot == SlotId.Principal ? "?principal" : "?resource";
        var token = tokens.Current;
        if (token.Kind == TokenKind.Slot)
        {
            if (!tokens.TextOf(token).SequenceEqual(name))
            {
                tokens.Report("syntax.scope", $"The slot here can only be {name}.", $"Write {name}.", token.Span);
                return null;
            }

            tokens.Take();
            return new EntityReference.Slot(slot);
        }

        return ParseScopeEntity($"an entity such as User::\"alice\", or {name}") is { } uid
            ? new EntityReference.Named(uid)
            : null;
    }

    /// <summary>An entity; parentheses around it are allowed, as in the official implementation.</summary>
    private EntityUid? ParseScopeEntity(string expected)
    {
        if (tokens.Kind == TokenKind.OpenBracket)
        {
            tokens.Report(
                "syntax.scope",
                "A list of entities can only stand behind 'action in'.",
                "Write one policy for each entity, or put them into a group.",
                tokens.Current.Span);
            return null;
        }

        if (tokens.Kind != TokenKind.OpenParen)
        {
            return expressions.ParseEntity(expected);
        }

        if (!tokens.TryEnter())
        {
            return null;
        }

        tokens.Take();
        var inner = ParseScopeEntity(expected);
        tokens.Leave();
        return inner is not null && tokens.Expect(TokenKind.CloseParen, "')'") ? inner : null;
    }

    private ActionScope? ParseActionScope()
    {
        if (!TakeVariable("action"))
        {
            return null;
        }

        if (tokens.TryTake(TokenKind.Equal))
        {
            return ParseAction() is { } action ? new ActionScope.Equal(action) : null;
        }

        if (tokens.IsWord("is"))
        {
            tokens.Report(
                "syntax.scope",
                "'is' cannot be asked of the action in a scope.",
                "Move it into a 'when' clause.",
                tokens.Current.Span);
            return null;
        }

        if (!tokens.TryTakeWord("in"))
        {
            return new ActionScope.Any();
        }

        if (tokens.Kind != TokenKind.OpenBracket)
        {
            return ParseAction() is { } group ? new ActionScope.In(group) : null;
        }

        return ParseActions() is { } groups
            ? groups.Length == 1
            ? new ActionScope.In(groups[0])
            : new ActionScope.InAny(groups)
            : null;
    }

    private ImmutableArray<EntityUid>? ParseActions()
    {
        tokens.Take();
        var groups = ImmutableArray.CreateBuilder<EntityUid>();
        while (tokens.Kind != TokenKind.CloseBracket)
        {
            if (groups.Count > 0 && !tokens.Expect(TokenKind.Comma, "',' or ']'"))
            {
                return null;
            }

            if (groups.Count > 0 && tokens.Kind == TokenKind.CloseBracket)
            {
                break;
            }

            if (ParseAction() is not { } group)
            {
                return null;
            }

            groups.Add(group);
            if (groups.Count > tokens.Limits.WidthMax)
            {
                tokens.Report(
                    "syntax.width",
                    $"More than {tokens.Limits.WidthMax} actions.",
                    "Use an action group.",
                    tokens.Current.Span);
                return null;
            }
        }

        tokens.Take();
        return groups.ToImmutable();
    }

    private EntityUid? ParseAction()
    {
        var start = tokens.Current.Span.Start;
        var action = ParseScopeEntity("an action such as Action::\"view\"");
        if (action is not null && !action.Type.IsAction)
        {
            tokens.Report(
                "syntax.scope",
                $"{action} is no action.",
                "The type of an action is Action, with or without a namespace.",
                tokens.SpanFrom(start));
            return null;
        }

        return action;
    }
}
