using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Where a declaration stands: what its names are looked up from, and what its mistakes are shown in.
/// </summary>
internal readonly record struct SchemaScope(string Namespace, SourceText? Source)
{
    public string Qualify(string name) => Namespace.Length == 0 ? name : $"{Namespace}::{name}";

    public Diagnostic Fault(string code, string message, string mend, SourceSpan span) => Source is null
        ? Diagnostic.Unplaced(code, message, mend)
        : new Diagnostic(code, message, mend, span, Source.PositionAt(span.Start));
}

/// <summary>A declaration with its place.</summary>
internal readonly record struct Declared<T>(T Declaration, SchemaScope Scope)
    where T : Declaration;

/// <summary>
/// What is declared, by whole name, and how a name is looked up (Cedar RFC 24 and RFC 70): a path is taken as it is; a
/// single identifier is looked for in the namespace, then outside of all namespaces, then among the built-in types; a
/// common type comes before an entity type of the same name; what stands outside may not be declared again within a
/// namespace.
/// </summary>
internal sealed class SchemaNames
{
    private readonly List<Diagnostic> _errors;

    public SchemaNames(IReadOnlyList<SchemaDocument> documents, CedarLimits limits, List<Diagnostic> errors)
    {
        _errors = errors;
        var count = 0;
        foreach (var document in documents)
        {
            foreach (var space in document.Namespaces)
            {
                count += space.CommonTypes.Length + space.EntityTypes.Length + space.Actions.Length;
                if (count > limits.SchemaDeclarationsMax)
                {
                    errors.Add(Diagnostic.Unplaced("schema.too-many",
                        $"More than {limits.SchemaDeclarationsMax} declarations.", "Split the schema."));
                    return;
                }

                Add(space, new SchemaScope(space.Name, document.Source));
            }
        }

        ForbidShadowing();
    }

    public Dictionary<string, Declared<CommonTypeDeclaration>> CommonTypes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Declared<EntityTypeDeclaration>> EntityTypes { get; } = new(StringComparer.Ordinal);

    public Dictionary<EntityUid, Declared<ActionDeclaration>> Actions { get; } = [];

    /// <summary>
    /// Types of actions, which are entity types in attributes, but neither principals, resources nor parents.
    /// </summary>
    public HashSet<string> ActionTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>The whole names that a name may stand for, the nearest first.</summary>
    public static IEnumerable<string> Candidates(string name, SchemaScope scope) =>
        scope.Namespace.Length == 0 || name.Contains("::", StringComparison.Ordinal)
            ? [name]
            : [scope.Qualify(name), name];

    /// <summary>The built-in type that the name stands for if nothing hides it, or null.</summary>
    public static CedarType? FindBuiltIn(string name) =>
        BuiltInTypes.Find(name.StartsWith(BuiltInTypes.Prefix, StringComparison.Ordinal)
            ? name[BuiltInTypes.Prefix.Length..]
            : name);

    /// <summary>Whether there is an entity type of this whole name, that of actions included.</summary>
    public bool IsEntityType(string name) => EntityTypes.ContainsKey(name) || ActionTypes.Contains(name);

    private void Add(NamespaceDeclaration space, SchemaScope scope)
    {
        foreach (var type in space.CommonTypes)
        {
            Add(CommonTypes, scope.Qualify(type.Name), new Declared<CommonTypeDeclaration>(type, scope));
        }

        foreach (var type in space.EntityTypes)
        {
            Add(EntityTypes, scope.Qualify(type.Name), new Declared<EntityTypeDeclaration>(type, scope));
        }

        var actionType = scope.Qualify("Action");
        foreach (var action in space.Actions)
        {
            ActionTypes.Add(actionType);
            Add(Actions, new EntityUid(EntityTypeName.Trusted(actionType), action.Name),
                new Declared<ActionDeclaration>(action, scope));
        }
    }

    private void Add<TKey, T>(Dictionary<TKey, Declared<T>> to, TKey name, Declared<T> declared)
        where TKey : notnull
        where T : Declaration
    {
        if (!to.TryAdd(name, declared))
        {
            _errors.Add(declared.Scope.Fault("schema.duplicate", $"{name} is declared twice.",
                "Keep one of the declarations.", declared.Declaration.Span));
        }
    }

    private void ForbidShadowing()
    {
        foreach (var (name, scope, span) in CommonTypes.Select(c =>
            (c.Value.Declaration.Name, c.Value.Scope, c.Value.Declaration.Span))
            .Concat(EntityTypes.Select(e => (e.Value.Declaration.Name, e.Value.Scope, e.Value.Declaration.Span))))
        {
            if (scope.Namespace.Length > 0 && (CommonTypes.ContainsKey(name) || EntityTypes.ContainsKey(name)))
            {
                ReportShadow(scope.Qualify(name), name, scope, span);
            }
        }

        var outside = EntityTypeName.Trusted("Action");
        foreach (var (uid, (declaration, scope)) in Actions)
        {
            var hidden = new EntityUid(outside, declaration.Name);
            if (scope.Namespace.Length > 0 && Actions.ContainsKey(hidden))
            {
                ReportShadow(uid.ToString(), hidden.ToString(), scope, declaration.Span);
            }
        }
    }

    private void ReportShadow(string name, string hidden, SchemaScope scope, SourceSpan span) =>
        _errors.Add(scope.Fault(
        "schema.shadow", $"{name} would hide {hidden}.",
            "Rename one of them, or move the one outside into a namespace.", span));
}
