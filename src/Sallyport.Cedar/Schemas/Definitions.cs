using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Schemas;

/// <summary>An entity type of a schema. Equal if name, ancestors, attributes, tags and ids are.</summary>
public sealed class EntityTypeDefinition : IEquatable<EntityTypeDefinition>
{
    internal EntityTypeDefinition(EntityTypeName name, IReadOnlySet<EntityTypeName> ancestors,
        CedarType.Record attributes, CedarType? tags, IReadOnlySet<string>? ids)
    {
        Name = name;
        Ancestors = ancestors;
        Attributes = attributes;
        Tags = tags;
        Ids = ids;
    }

    /// <summary>The whole name.</summary>
    public EntityTypeName Name { get; }

    /// <summary>
    /// The types of entities that one of this type can be in, directly or not; the type itself only if it is declared
    /// so.
    /// </summary>
    public IReadOnlySet<EntityTypeName> Ancestors { get; }

    /// <summary>The attributes.</summary>
    public CedarType.Record Attributes { get; }

    /// <summary>The type of all tags; null if entities of this type have none.</summary>
    public CedarType? Tags { get; }

    /// <summary>The only ids there are; null if any text can be one.</summary>
    public IReadOnlySet<string>? Ids { get; }

    /// <summary>The annotations as declared.</summary>
    public ImmutableArray<Annotation> Annotations { get; internal init; } = [];

    /// <inheritdoc/>
    public bool Equals(EntityTypeDefinition? other) => other is not null && Name == other.Name
        && Ancestors.SetEquals(other.Ancestors)
        && Attributes.Equals(other.Attributes) && Equals(Tags, other.Tags)
        && (Ids is null || other.Ids is null ? ReferenceEquals(Ids, other.Ids) : Ids.SetEquals(other.Ids));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EntityTypeDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Name.ToString();
}

/// <summary>An action of a schema. Equal if uid, groups, principals, resources and context are.</summary>
public sealed class ActionDefinition : IEquatable<ActionDefinition>
{
    internal ActionDefinition(
        EntityUid uid, IReadOnlySet<EntityUid> ancestors, ImmutableArray<EntityTypeName> principals,
            ImmutableArray<EntityTypeName> resources, CedarType.Record context)
    {
        Uid = uid;
        Ancestors = ancestors;
        Principals = principals;
        Resources = resources;
        Context = context;
    }

    /// <summary>The uid; the last part of its type is <c>Action</c>.</summary>
    public EntityUid Uid { get; }

    /// <summary>The groups that it is in, directly or not, itself left out.</summary>
    public IReadOnlySet<EntityUid> Ancestors { get; }

    /// <summary>The types that a principal may have, each once; empty for an action that is only a group.</summary>
    public ImmutableArray<EntityTypeName> Principals { get; }

    /// <summary>The types that a resource may have, each once.</summary>
    public ImmutableArray<EntityTypeName> Resources { get; }

    /// <summary>The type of the context.</summary>
    public CedarType.Record Context { get; }

    /// <summary>The annotations as declared.</summary>
    public ImmutableArray<Annotation> Annotations { get; internal init; } = [];

    /// <summary>Whether the action is this one or in it.</summary>
    public bool IsIn(EntityUid group) => Uid == group || Ancestors.Contains(group);

    /// <inheritdoc/>
    public bool Equals(ActionDefinition? other) => other is not null && Uid == other.Uid
        && Ancestors.SetEquals(other.Ancestors)
        && Principals.ToHashSet().SetEquals(other.Principals) && Resources.ToHashSet().SetEquals(other.Resources)
        && Context.Equals(other.Context);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActionDefinition);

    /// <inheritdoc/>
    public override int GetHashCode() => Uid.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Uid.ToString();
}
