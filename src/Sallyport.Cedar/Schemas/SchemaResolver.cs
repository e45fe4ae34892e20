using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Makes a <see cref="Schema"/> of documents: looks up all names, closes the hierarchies, and reports every mistake.
/// </summary>
internal sealed class SchemaResolver
{
    private readonly List<Diagnostic> _errors = [];
    private readonly SchemaNames _names;
    private readonly TypeResolver _types;
    private readonly CedarLimits _limits;

    private SchemaResolver(IReadOnlyList<SchemaDocument> documents, CedarLimits limits)
    {
        _limits = limits;
        _names = new SchemaNames(documents, limits, _errors);
        _types = new TypeResolver(_names, limits, _errors);
    }

    public static Parsed<Schema> Resolve(IReadOnlyList<SchemaDocument> documents, CedarLimits limits)
    {
        var resolver = new SchemaResolver(documents, limits);
        var schema = resolver._errors.Count == 0 ? resolver.Resolve() : null;
        return schema is not null && resolver._errors.Count == 0
            ? new Parsed<Schema>(schema)
            : new Parsed<Schema>(resolver._errors.Take(TokenReader.ErrorsMax));
    }

    private Schema? Resolve()
    {
        _types.ResolveCommonTypes();
        var entityTypes = ResolveEntityTypes();
        var actions = ResolveActions();
        if (_errors.Count > 0)
        {
            return null;
        }

        var environments = actions.Values.Sum(a => (long)a.Principals.Length * a.Resources.Length);
        if (environments > _limits.RequestEnvironmentsMax)
        {
            _errors.Add(Diagnostic.Unplaced("schema.environments",
                $"{environments} combinations of principal type, action and resource type; "
                    + $"the limit is {_limits.RequestEnvironmentsMax}.",
                "Let actions apply to fewer types."));
        }

        return new Schema(entityTypes, actions);
    }

    private Dictionary<EntityTypeName, EntityTypeDefinition> ResolveEntityTypes()
    {
        var parents = _names.EntityTypes.ToDictionary(
            e => EntityTypeName.Trusted(e.Key),
            e => FindEntityTypes(e.Value.Declaration.MemberOf, e.Value.Scope));
        var ancestors = CloseHierarchy(parents);
        var types = new Dictionary<EntityTypeName, EntityTypeDefinition>(parents.Count);
        foreach (var (name, above) in ancestors)
        {
            var (declaration, scope) = _names.EntityTypes[name.Name];
            var attributes = declaration.Shape is null ? CedarType.EmptyRecord
                : ResolveRecord(declaration.Shape, scope, $"The attributes of entity type '{name}'", declaration.Span);
            var tags = declaration.Tags is null ? null : _types.Resolve(declaration.Tags, scope);
            types.Add(name, new EntityTypeDefinition(
                name, above, attributes, tags, declaration.IsEnumerated
                    ? declaration.Ids.ToHashSet(StringComparer.Ordinal)
                    : null)
            {
                Annotations = declaration.Annotations,
            });
        }

        return types;
    }

    private Dictionary<EntityUid, ActionDefinition> ResolveActions()
    {
        var parents = _names.Actions.ToDictionary(a => a.Key, a => FindActions(a.Value));
        var ancestors = CloseHierarchy(parents);
        var actions = new Dictionary<EntityUid, ActionDefinition>(parents.Count);
        foreach (var (uid, above) in ancestors)
        {
            var (declaration, scope) = _names.Actions[uid];
            if (above.Contains(uid))
            {
                _errors.Add(scope.Fault("schema.cycle", $"{uid} is in itself.",
                    "Remove one of the steps of the cycle from 'in'.", declaration.Span));
            }

            actions.Add(uid, ResolveAction(uid, above, declaration, scope));
        }

        return actions;
    }

    private ActionDefinition ResolveAction(EntityUid uid, HashSet<EntityUid> above, ActionDeclaration declaration,
        SchemaScope scope)
    {
        var applies = declaration.AppliesTo;
        var context = applies?.Context is null ? CedarType.EmptyRecord
            : ResolveRecord(applies.Context, scope, $"The context of {uid}", declaration.Span);
        var principals = FindEntityTypes(applies?.Principals ?? [], scope);
        var resources = FindEntityTypes(applies?.Resources ?? [], scope);

        // JSON can have one list empty: there is no request for such an action, so that it is the same as one without
        // 'appliesTo'.
        var isGroup = principals.IsEmpty || resources.IsEmpty;
        return new ActionDefinition(
            uid, above, isGroup ? [] : principals, isGroup ? [] : resources, isGroup ? CedarType.EmptyRecord : context)
        {
            Annotations = declaration.Annotations,
        };
    }

    private CedarType.Record ResolveRecord(SchemaType type, SchemaScope scope, string what, SourceSpan span)
    {
        var resolved = _types.Resolve(type, scope);
        if (resolved is not (CedarType.Record or null))
        {
            _errors.Add(scope.Fault("schema.record", $"{what} must be a record, not {resolved}.",
                "Write { name: Type }.", type.Span.Length > 0 ? type.Span : span));
        }

        return resolved as CedarType.Record ?? CedarType.EmptyRecord;
    }

    private ImmutableArray<EntityTypeName> FindEntityTypes(ImmutableArray<NameReference> references, SchemaScope scope)
    {
        var found = new List<EntityTypeName>(references.Length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            var name = SchemaNames.Candidates(reference.Name, scope).FirstOrDefault(_names.EntityTypes.ContainsKey);
            if (name is null)
            {
                _types.ReportUnknown(reference.Name, "an entity type", scope, reference.Span);
            }
            else if (seen.Add(name))
            {
                found.Add(EntityTypeName.Trusted(name));
            }
        }

        return [.. found];
    }

    private ImmutableArray<EntityUid> FindActions(Declared<ActionDeclaration> action)
    {
        var found = new List<EntityUid>();
        foreach (var reference in action.Declaration.MemberOf)
        {
            var group = SchemaNames.Candidates(reference.Type ?? "Action", action.Scope)
                .Select(type => new EntityUid(EntityTypeName.Trusted(type), reference.Id))
                .FirstOrDefault(_names.Actions.ContainsKey);
            if (group is not null)
            {
                found.Add(group);
                continue;
            }

            if (_errors.Count >= TokenReader.ErrorsMax)
            {
                break;
            }

            var near = NearestName.Find(reference.Id, _names.Actions.Keys.Select(a => a.Id));
            _errors.Add(action.Scope.Fault("schema.unknown-action",
                $"The group {reference.Type ?? "Action"}::{StringEscapes.Quote(reference.Id)} is not declared.",
                near is null ? "Groups are declared as actions." : $"Perhaps {StringEscapes.Quote(near)}.",
                    reference.Span));
        }

        return [.. found];
    }

    /// <summary>All ancestors of each; a node is its own ancestor only if it is on a cycle.</summary>
    private Dictionary<T, HashSet<T>> CloseHierarchy<T>(Dictionary<T, ImmutableArray<T>> parents)
        where T : class
    {
        var closed = new Dictionary<T, HashSet<T>>(parents.Count);
        var steps = 0L;
        var pending = new Stack<T>();
        foreach (var node in parents.Keys)
        {
            var above = new HashSet<T>();
            closed.Add(node, above);
            pending.Push(node);
            while (pending.TryPop(out var next) && steps <= _limits.AncestorsMax)
            {
                foreach (var parent in parents[next])
                {
                    steps++;
                    if (above.Add(parent))
                    {
                        pending.Push(parent);
                    }
                }
            }
        }

        if (steps > _limits.AncestorsMax)
        {
            _errors.Add(Diagnostic.Unplaced("schema.hierarchy",
                $"The hierarchy has more than {_limits.AncestorsMax} pairs.", "Let declarations be in fewer others."));
        }

        return closed;
    }
}
