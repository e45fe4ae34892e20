using System.Diagnostics.CodeAnalysis;
using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// What a schema means: entity types and actions with all names looked up and hierarchies closed. Immutable, and safe
/// to share between threads. Two are equal if they mean the same, whatever they were read from.
/// </summary>
public sealed class Schema : IEquatable<Schema>
{
    private readonly Dictionary<EntityTypeName, EntityTypeDefinition> _entityTypes;
    private readonly Dictionary<EntityUid, ActionDefinition> _actions;
    private readonly HashSet<EntityTypeName> _actionTypes;

    internal Schema(Dictionary<EntityTypeName, EntityTypeDefinition> entityTypes,
        Dictionary<EntityUid, ActionDefinition> actions)
    {
        _entityTypes = entityTypes;
        _actions = actions;
        _actionTypes = [.. actions.Keys.Select(a => a.Type)];
    }

    /// <summary>The entity types, in the order declared; the types of actions are not among them.</summary>
    public IReadOnlyCollection<EntityTypeDefinition> EntityTypes => _entityTypes.Values;

    /// <summary>The actions, in the order declared.</summary>
    public IReadOnlyCollection<ActionDefinition> Actions => _actions.Values;

    /// <summary>The combinations of action, principal type and resource type that a request can have.</summary>
    public IEnumerable<RequestEnvironment> RequestEnvironments =>
        from action in _actions.Values
        from principal in action.Principals
        from resource in action.Resources
        select new RequestEnvironment(principal, action, resource);

    /// <summary>
    /// The actions as entities, each with all its groups as parents: what a store needs so that <c>action in ...</c>
    /// is decided.
    /// </summary>
    public IEnumerable<Entity> ActionEntities =>
        _actions.Values.Select(a => new Entity(a.Uid, parents: [.. a.Ancestors]));

    /// <summary>Reads a schema in human syntax and looks up its names.</summary>
    /// <returns>The schema, or every mistake with line and column.</returns>
    public static Parsed<Schema> Parse(string text, CedarLimits? limits = null)
    {
        var document = SchemaDocument.Parse(text, limits);
        return document.TryGet(out var found) ? Create([found], limits) : new Parsed<Schema>(document.Errors);
    }

    /// <summary>Reads a schema in JSON syntax and looks up its names.</summary>
    /// <returns>The schema, or the mistakes: in the form with their line, in the meaning with the name of what is
    /// wrong.</returns>
    public static Parsed<Schema> ParseJson(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        var document = SchemaDocument.ParseJson(utf8, limits);
        return document.TryGet(out var found) ? Create([found], limits) : new Parsed<Schema>(document.Errors);
    }

    /// <summary>
    /// Looks up the names of one or several documents, which may use one another's and may share namespaces.
    /// </summary>
    /// <returns>The schema, or every mistake: names that are not declared, declared twice, hidden or cyclic, and
    /// limits.</returns>
    public static Parsed<Schema> Create(IEnumerable<SchemaDocument> documents, CedarLimits? limits = null) =>
        SchemaResolver.Resolve([.. documents], limits ?? CedarLimits.Default);

    /// <summary>The entity type of this name.</summary>
    public bool TryGetEntityType(EntityTypeName name, [NotNullWhen(true)] out EntityTypeDefinition? type) =>
        _entityTypes.TryGetValue(name, out type);

    /// <summary>The action of this uid.</summary>
    public bool TryGetAction(EntityUid uid, [NotNullWhen(true)] out ActionDefinition? action) =>
        _actions.TryGetValue(uid, out action);

    /// <summary>Whether some action has this type.</summary>
    public bool IsActionType(EntityTypeName name) => _actionTypes.Contains(name);

    /// <summary>
    /// Whether an entity of the first type can be in one of the second: the same type, or an ancestor.
    /// </summary>
    public bool CanBeIn(EntityTypeName type, EntityTypeName container) => type == container
        || (_entityTypes.TryGetValue(type, out var found) && found.Ancestors.Contains(container));

    /// <inheritdoc/>
    public bool Equals(Schema? other) => ReferenceEquals(this, other) || (other is not null
        && Same(_entityTypes, other._entityTypes) && Same(_actions, other._actions));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schema);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_entityTypes.Count, _actions.Count);

    private static bool Same<TKey, TValue>(Dictionary<TKey, TValue> left, Dictionary<TKey, TValue> right)
        where TKey : notnull
        where TValue : class => left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out var other) && pair.Value.Equals(other));
}

/// <summary>One combination of action, principal type and resource type: policies are type-checked in each.</summary>
/// <param name="Principal">The type of the principal.</param>
/// <param name="Action">The action.</param>
/// <param name="Resource">The type of the resource.</param>
public sealed record RequestEnvironment(EntityTypeName Principal, ActionDefinition Action, EntityTypeName Resource)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Principal}, {Action.Uid}, {Resource}";
}
