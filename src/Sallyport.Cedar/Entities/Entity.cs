using System.Collections.Immutable;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Entities;

/// <summary>One entity as it is given: what is known of it, and what it is directly in.</summary>
public sealed class Entity
{
    /// <summary>Describes an entity.</summary>
    public Entity(
        EntityUid uid,
        RecordValue? attributes = null,
        ImmutableArray<EntityUid> parents = default,
        RecordValue? tags = null)
    {
        Uid = uid;
        Attributes = attributes ?? RecordValue.Empty;
        Parents = parents.IsDefault ? [] : parents;
        Tags = tags ?? RecordValue.Empty;
    }

    /// <summary>The name.</summary>
    public EntityUid Uid { get; }

    /// <summary>The attributes.</summary>
    public RecordValue Attributes { get; }

    /// <summary>What it is directly in; duplicates count once.</summary>
    public ImmutableArray<EntityUid> Parents { get; }

    /// <summary>The tags, by key.</summary>
    public RecordValue Tags { get; }

    /// <summary>Whether two descriptions say the same.</summary>
    public bool SaysSame(Entity other) =>
        Uid == other.Uid && Attributes.Equals(other.Attributes) && Tags.Equals(other.Tags)
        && Parents.ToHashSet().SetEquals(other.Parents);

    /// <inheritdoc/>
    public override string ToString() => Uid.ToString();
}
