using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Reads schemas in human syntax (Cedar documentation, "Human-readable schema grammar"). Every statement with a
/// mistake is reported, not only the first. A method that returns null has reported why.
/// </summary>
internal sealed partial class SchemaParser
{
    private const string Statements = "'entity', 'action', 'type'";

    private readonly TokenReader _tokens;
    private readonly NamespaceBuilder _outside = new("", []);
    private readonly Dictionary<string, NamespaceBuilder> _namespaces = new(StringComparer.Ordinal);
    private int _declarations;

    private SchemaParser(TokenReader tokens) => _tokens = tokens;

    public static Parsed<SchemaDocument> Parse(string text, CedarLimits limits)
    {
        var tokens = new TokenReader(new SourceText(text), limits);
        var namespaces = new SchemaParser(tokens).ParseAll();
        return tokens.Errors.Count > 0
            ? new Parsed<SchemaDocument>(tokens.Errors)
            : new Parsed<SchemaDocument>(new SchemaDocument(namespaces, tokens.Source));
    }

    private ImmutableArray<NamespaceDeclaration> ParseAll()
    {
        var order = new List<NamespaceBuilder>();
        while (!_tokens.AtEnd)
        {
            var annotations = ParseAnnotations();
            if (annotations is null)
            {
                _tokens.Recover();
            }
            else if (_tokens.IsWord("namespace"))
            {
                if (ParseNamespace(annotations.Value) is { } added)
                {
                    order.Add(added);
                }
            }
            else if (!ParseDeclaration(_outside, annotations.Value, $"'namespace', {Statements}"))
            {
                _tokens.Recover();
            }
        }

        return _outside.IsEmpty
            ? [.. order.Select(o => o.Build())]
            : [_outside.Build(), .. order.Select(o => o.Build())];
    }

    private NamespaceBuilder? ParseNamespace(ImmutableArray<Annotation> annotations)
    {
        _tokens.Take();
        var start = _tokens.Current.Span.Start;
        if (ParsePath("the name of a namespace") is not { } name)
        {
            _tokens.Recover();
            return null;
        }

        var span = _tokens.SpanFrom(start);
        if (name.Split("::").Contains(Identifiers.CedarNamespace, StringComparer.Ordinal))
        {
            ReportReserved(name, span);
        }

        var builder = new NamespaceBuilder(name, annotations);
        if (!_namespaces.TryAdd(name, builder))
        {
            _tokens.Report("schema.duplicate", $"The namespace '{name}' is declared twice.", "Merge the two blocks.",
                span);
        }

        if (!_tokens.Expect(TokenKind.OpenBrace, "'{'"))
        {
            _tokens.Recover();
            return null;
        }

        while (!_tokens.AtEnd && _tokens.Kind != TokenKind.CloseBrace)
        {
            if (ParseAnnotations() is not { } inner || !ParseDeclaration(builder, inner, $"{Statements} or '}}'"))
            {
                _tokens.Recover();
            }
        }

        _tokens.Expect(TokenKind.CloseBrace, "'}' at the end of the namespace");
        return builder;
    }

    private bool ParseDeclaration(NamespaceBuilder into, ImmutableArray<Annotation> annotations, string expected)
    {
        if (++_declarations > _tokens.Limits.SchemaDeclarationsMax)
        {
            return _tokens.Report("schema.too-many", $"More than {_tokens.Limits.SchemaDeclarationsMax} declarations.",
                "Split the schema.", _tokens.Current.Span);
        }

        return _tokens.TryTakeWord("entity") ? ParseEntityTypes(into, annotations)
            : _tokens.TryTakeWord("action") ? ParseActions(into, annotations)
            : _tokens.TryTakeWord("type") ? ParseCommonType(into, annotations)
            : _tokens.Unexpected(expected);
    }

    private bool ParseCommonType(NamespaceBuilder into, ImmutableArray<Annotation> annotations)
    {
        if (ParseDeclaredName("the name of a type") is not { } name || !_tokens.Expect(TokenKind.Assign, "'='")
            || ParseType() is not { } type || !_tokens.Expect(TokenKind.Semicolon, "';'"))
        {
            return false;
        }

        if (BuiltInTypes.IsReservedCommonName(name.Name))
        {
            _tokens.Report("schema.reserved", $"'{name.Name}' cannot be the name of a common type.",
                "It is a word of the schema language: use another name.", name.Span);
        }

        into.Add(new CommonTypeDeclaration(name.Name, type) { Annotations = annotations, Span = name.Span }, _tokens);
        return true;
    }

    private bool ParseEntityTypes(NamespaceBuilder into, ImmutableArray<Annotation> annotations)
    {
        var names = ParseList(() => ParseDeclaredName("the name of an entity type"));
        if (names is null)
        {
            return false;
        }

        var form = _tokens.TryTakeWord("enum") ? ParseEnumerated() : ParseStandard();
        if (form is null
            || !_tokens.Expect(TokenKind.Semicolon, form.IsEnumerated ? "';'" : "'in', '=', 'tags' or ';'"))
        {
            return false;
        }

        foreach (var name in names)
        {
            if (name.Name == "Action")
            {
                _tokens.Report("schema.reserved", "No entity type can be named 'Action'.",
                    "Actions are declared with 'action'; choose another name.", name.Span);
            }

            into.Add(
                new EntityTypeDeclaration(name.Name)
                {
                    Annotations = annotations,
                    Span = name.Span,
                    MemberOf = form.MemberOf,
                    Shape = form.Shape,
                    Tags = form.Tags,
                    Ids = form.Ids,
                },
                _tokens);
        }

        return true;
    }

    private EntityTypeDeclaration? ParseEnumerated()
    {
        if (!_tokens.Expect(TokenKind.OpenBracket, "'['")
            || ParseList(() => ParseText("an id in double quotes")) is not { } ids
            || !_tokens.Expect(TokenKind.CloseBracket, "',' or ']'"))
        {
            return null;
        }

        return new EntityTypeDeclaration("") { Ids = [.. ids] };
    }

    private EntityTypeDeclaration? ParseStandard()
    {
        ImmutableArray<NameReference>? memberOf = _tokens.TryTakeWord("in") ? ParseTypeNames() : [];
        if (memberOf is null)
        {
            return null;
        }

        SchemaType? shape = null;
        if ((_tokens.TryTake(TokenKind.Assign) || _tokens.Kind == TokenKind.OpenBrace)
            && (shape = ParseRecord()) is null)
        {
            return null;
        }

        SchemaType? tags = null;
        return _tokens.TryTakeWord("tags") && (tags = ParseType()) is null
            ? null
            : new EntityTypeDeclaration("") { MemberOf = memberOf.Value, Shape = shape, Tags = tags };
    }

    private bool ParseActions(NamespaceBuilder into, ImmutableArray<Annotation> annotations)
    {
        if (ParseList(() => ParseName("the name of an action")) is not { } names)
        {
            return false;
        }

        ImmutableArray<ActionReference>? memberOf = _tokens.TryTakeWord("in") ? ParseGroups() : [];
        if (memberOf is null)
        {
            return false;
        }

        AppliesTo? appliesTo = null;
        if (_tokens.TryTakeWord("appliesTo") && (appliesTo = ParseAppliesTo(names[0].Name)) is null)
        {
            return false;
        }

        // An old form: attributes of actions, which Cedar 4 still reads if there are none.
        if (_tokens.TryTakeWord("attributes")
            && !(_tokens.Expect(TokenKind.OpenBrace, "'{'")
                && _tokens.Expect(TokenKind.CloseBrace, "'}': actions have no attributes")))
        {
            return false;
        }

        if (!_tokens.Expect(TokenKind.Semicolon, "'in', 'appliesTo' or ';'"))
        {
            return false;
        }

        foreach (var name in names)
        {
            into.Add(
                new ActionDeclaration(name.Name)
                {
                    Annotations = annotations,
                    Span = name.Span,
                    MemberOf = memberOf.Value,
                    AppliesTo = appliesTo,
                },
                _tokens);
        }

        return true;
    }

    private ImmutableArray<ActionReference>? ParseGroups()
    {
        if (!_tokens.TryTake(TokenKind.OpenBracket))
        {
            return ParseGroup() is { } one ? [one] : null;
        }

        return ParseList(ParseGroup) is { } groups && _tokens.Expect(TokenKind.CloseBracket, "',' or ']'")
            ? [.. groups]
            : null;
    }

    /// <summary>An id, quoted or not, or <c>Path::"id"</c>.</summary>
    private ActionReference? ParseGroup()
    {
        var start = _tokens.Current;
        if (start.Kind == TokenKind.Identifier && _tokens.NextKind == TokenKind.PathSeparator)
        {
            return ParsePath("an action") is { } type
                && _tokens.Expect(TokenKind.PathSeparator, "'::' and the action's id in double quotes")
                && ParseText("the action's id in double quotes") is { } id
                ? new ActionReference(type, id, _tokens.SpanFrom(start.Span.Start))
                : null;
        }

        return ParseName("an action") is { } name ? new ActionReference(null, name.Name, name.Span) : null;
    }

    /// <summary>The namespaces as they grow; what is declared twice is reported.</summary>
    private sealed class NamespaceBuilder(string name, ImmutableArray<Annotation> annotations)
    {
        private readonly Dictionary<string, CommonTypeDeclaration> _commonTypes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, EntityTypeDeclaration> _entityTypes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ActionDeclaration> _actions = new(StringComparer.Ordinal);

        public bool IsEmpty => _commonTypes.Count + _entityTypes.Count + _actions.Count == 0;

        public void Add(CommonTypeDeclaration type, TokenReader tokens) =>
            Add(_commonTypes, type, "common type", tokens);

        public void Add(EntityTypeDeclaration type, TokenReader tokens) =>
            Add(_entityTypes, type, "entity type", tokens);

        public void Add(ActionDeclaration action, TokenReader tokens) => Add(_actions, action, "action", tokens);

        public NamespaceDeclaration Build() => new(name)
        {
            Annotations = annotations,
            CommonTypes = [.. _commonTypes.Values],
            EntityTypes = [.. _entityTypes.Values],
            Actions = [.. _actions.Values],
        };

        private static void Add<T>(Dictionary<string, T> declared, T declaration, string kind, TokenReader tokens)
            where T : Declaration
        {
            if (!declared.TryAdd(declaration.Name, declaration))
            {
                var first = tokens.Source.PositionAt(declared[declaration.Name].Span.Start);
                tokens.Report("schema.duplicate",
                    $"The {kind} {StringEscapes.Quote(declaration.Name)} is declared twice, first at {first}.",
                    "Keep one of them.", declaration.Span);
            }
        }
    }
}
