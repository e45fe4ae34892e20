using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>Types, names and lists.</summary>
internal sealed partial class SchemaParser
{
    private SchemaType? ParseType()
    {
        if (!_tokens.TryEnter())
        {
            return null;
        }

        var start = _tokens.Current.Span.Start;
        SchemaType? type;
        if (_tokens.Kind == TokenKind.OpenBrace)
        {
            type = ParseRecord();
        }
        else if (_tokens.IsWord("Set") && _tokens.NextKind == TokenKind.Less)
        {
            _tokens.Take();
            _tokens.Take();
            type = ParseType() is { } element && _tokens.Expect(TokenKind.Greater, "'>'")
                ? new SchemaType.Set(element, _tokens.SpanFrom(start))
                : null;
        }
        else
        {
            type = ParsePath("a type") is { } path
                ? new SchemaType.Named(path, TypeReferenceKind.EntityOrCommon, _tokens.SpanFrom(start))
                : null;
        }

        _tokens.Leave();
        return type;
    }

    private SchemaType.Record? ParseRecord()
    {
        var start = _tokens.Current.Span.Start;
        if (!_tokens.Expect(TokenKind.OpenBrace, "'{'"))
        {
            return null;
        }

        var attributes = ImmutableArray.CreateBuilder<AttributeDeclaration>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_tokens.Kind != TokenKind.CloseBrace)
        {
            if (attributes.Count > 0 && !_tokens.Expect(TokenKind.Comma, "',' or '}'"))
            {
                return null;
            }

            if (attributes.Count > 0 && _tokens.Kind == TokenKind.CloseBrace)
            {
                break;
            }

            if (ParseAttribute(names) is not { } attribute || !WithinWidth(attributes.Count))
            {
                return null;
            }

            attributes.Add(attribute);
        }

        _tokens.Take();
        return new SchemaType.Record(attributes.ToImmutable(), _tokens.SpanFrom(start));
    }

    private AttributeDeclaration? ParseAttribute(HashSet<string> names)
    {
        if (ParseAnnotations() is not { } annotations || ParseName("the name of an attribute") is not { } name)
        {
            return null;
        }

        var isRequired = !_tokens.TryTake(TokenKind.Question);
        if (!_tokens.Expect(TokenKind.Colon, isRequired ? "'?' or ':'" : "':'") || ParseType() is not { } type)
        {
            return null;
        }

        // The official implementation lets the last one win: a reader cannot know that, so it is an error here.
        if (!names.Add(name.Name))
        {
            _tokens.Report("schema.duplicate", $"The attribute {StringEscapes.Quote(name.Name)} is declared twice.",
                "Keep one of them.", name.Span);
            return null;
        }

        return new AttributeDeclaration(name.Name, type, isRequired) { Annotations = annotations };
    }

    /// <summary><c>{ principal: ..., resource: ..., context: ... }</c>, in any order.</summary>
    private AppliesTo? ParseAppliesTo(string action)
    {
        var start = _tokens.Current.Span.Start;
        if (!_tokens.Expect(TokenKind.OpenBrace, "'{'"))
        {
            return null;
        }

        ImmutableArray<NameReference>? principals = null;
        ImmutableArray<NameReference>? resources = null;
        SchemaType? context = null;
        while (true)
        {
            var word = _tokens.Current;
            var parsed = (_tokens.TextOf(word) is var text && text is "principal") ? ParseTargets(ref principals)
                : text is "resource" ? ParseTargets(ref resources)
                : text is "context" ? ParseContext(ref context)
                : _tokens.Unexpected("'principal', 'resource' or 'context'");
            if (!parsed)
            {
                return null;
            }

            if (!_tokens.TryTake(TokenKind.Comma) || _tokens.Kind == TokenKind.CloseBrace)
            {
                break;
            }
        }

        if (!_tokens.Expect(TokenKind.CloseBrace, "',' or '}'"))
        {
            return null;
        }

        if (principals is null || resources is null)
        {
            _tokens.Report("schema.applies-to",
                $"The action '{action}' applies to no {(principals is null ? "principal" : "resource")}.",
                "Name both, or leave out 'appliesTo' for an action that is only a group.", _tokens.SpanFrom(start));
            return null;
        }

        return new AppliesTo(principals.Value, resources.Value, context);
    }

    private bool ParseTargets(ref ImmutableArray<NameReference>? targets)
    {
        var word = _tokens.Take();
        if (targets is not null)
        {
            return _tokens.Report("schema.duplicate", $"'{_tokens.TextOf(word)}' is given twice.",
                "Write one list: [A, B].", word.Span);
        }

        if (!_tokens.Expect(TokenKind.Colon, "':'"))
        {
            return false;
        }

        targets = ParseTypeNames();
        return targets switch
        {
            null => false,
            { IsEmpty: true } => _tokens.Report("schema.applies-to", $"The list of '{_tokens.TextOf(word)}' is empty.",
                "Leave out 'appliesTo' for an action that is only a group.", word.Span),
            _ => true,
        };
    }

    private bool ParseContext(ref SchemaType? context)
    {
        var word = _tokens.Take();
        if (context is not null)
        {
            return _tokens.Report("schema.duplicate", "'context' is given twice.", "Merge the two records.", word.Span);
        }

        if (!_tokens.Expect(TokenKind.Colon, "':'") || ParseType() is not { } type)
        {
            return false;
        }

        // A context is a record, so that a name here can only be that of a common type.
        context = type is SchemaType.Named named
            ? new SchemaType.Named(named.Name, TypeReferenceKind.Common, named.Span)
            : type;
        return true;
    }

    /// <summary>One name of a type, or a list of them in brackets, perhaps empty.</summary>
    private ImmutableArray<NameReference>? ParseTypeNames()
    {
        if (!_tokens.TryTake(TokenKind.OpenBracket))
        {
            return ParseTypeName() is { } one ? [one] : null;
        }

        if (_tokens.TryTake(TokenKind.CloseBracket))
        {
            return [];
        }

        return ParseList(ParseTypeName) is { } names && _tokens.Expect(TokenKind.CloseBracket, "',' or ']'")
            ? [.. names]
            : null;
    }

    private NameReference? ParseTypeName()
    {
        var start = _tokens.Current.Span.Start;
        return ParsePath("the name of an entity type") is { } path
            ? new NameReference(path, _tokens.SpanFrom(start))
            : null;
    }

    /// <summary>Items with commas between them; at least one, and no comma behind the last.</summary>
    private List<T>? ParseList<T>(Func<T?> parse)
        where T : class
    {
        var items = new List<T>();
        do
        {
            if (parse() is not { } item || !WithinWidth(items.Count))
            {
                return null;
            }

            items.Add(item);
        }
        while (_tokens.TryTake(TokenKind.Comma));
        return items;
    }

    /// <summary>
    /// Identifiers joined by '::', up to a separator that no identifier follows. <c>__cedar</c> may be one of them.
    /// </summary>
    private string? ParsePath(string expected)
    {
        if (TakeIdentifier(expected) is not { } path)
        {
            return null;
        }

        while (_tokens.Kind == TokenKind.PathSeparator && _tokens.NextKind == TokenKind.Identifier)
        {
            _tokens.Take();
            if (TakeIdentifier("an identifier") is not { } part)
            {
                return null;
            }

            path = $"{path}::{part}";
            if (path.Length > 4096)
            {
                _tokens.Report("syntax.nesting", "The name has more than 4096 characters.", "Use a shorter name.",
                    _tokens.Current.Span);
                return null;
            }
        }

        return path;
    }

    /// <summary>A name that a declaration gives: an identifier other than <c>__cedar</c>.</summary>
    private NameReference? ParseDeclaredName(string expected)
    {
        var token = _tokens.Current;
        if (TakeIdentifier(expected) is not { } name)
        {
            return null;
        }

        if (_tokens.Kind == TokenKind.PathSeparator)
        {
            _tokens.Report("syntax.unexpected", "A declared name has no '::'.",
                "Put the declaration into a namespace block.", _tokens.Current.Span);
            return null;
        }

        return name == Identifiers.CedarNamespace
            ? ReportReserved(name, token.Span)
            : new NameReference(name, token.Span);
    }

    /// <summary>The name of an attribute or action: an identifier, or any text in quotes.</summary>
    private NameReference? ParseName(string expected)
    {
        var token = _tokens.Current;
        var name = token.Kind == TokenKind.String ? ParseText(expected) : TakeIdentifier(expected);
        return name is null ? null : new NameReference(name, token.Span);
    }

    private string? ParseText(string expected)
    {
        var literal = _tokens.Current;
        return _tokens.Expect(TokenKind.String, expected) && _tokens.TryUnescape(literal, pattern: false, out var text)
            ? text
            : null;
    }

    private string? TakeIdentifier(string expected)
    {
        var token = _tokens.Current;
        var text = _tokens.TextOf(token);
        if (token.Kind != TokenKind.Identifier)
        {
            _tokens.Unexpected(expected);
            return null;
        }

        if (Identifiers.IsReserved(text) && text is not Identifiers.CedarNamespace)
        {
            _tokens.Report("syntax.reserved", $"Expected {expected}, found the reserved word '{text}'.",
                $"As the name of an attribute or action write \"{text}\".", token.Span);
            return null;
        }

        _tokens.Take();
        return text.ToString();
    }

    private NameReference? ReportReserved(string name, SourceSpan span)
    {
        _tokens.Report("schema.reserved",
            $"'{name}' has the part '{Identifiers.CedarNamespace}', which belongs to the language.",
            "Use another name.", span);
        return null;
    }

    private bool WithinWidth(int count) => count < _tokens.Limits.WidthMax
        || _tokens.Report("syntax.width", $"More than {_tokens.Limits.WidthMax} elements.", "Split the declaration.",
            _tokens.Current.Span);

    private ImmutableArray<Annotation>? ParseAnnotations() => AnnotationParser.Parse(_tokens, "schema.duplicate");
}
