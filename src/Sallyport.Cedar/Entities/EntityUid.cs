using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Entities;

/// <summary>
/// The name of one entity: its type and an id, written <c>User::"alice"</c>. The id may be any text, the empty one
/// included.
/// </summary>
public sealed class EntityUid : ReferenceValue, IEquatable<EntityUid>
{
    private readonly int _hash;

    /// <summary>Names an entity.</summary>
    public EntityUid(EntityTypeName type, string id)
        : base(ValueKind.Entity)
    {
        Type = type;
        Id = id;
        _hash = (type.GetHashCode() * 31) ^ id.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The type.</summary>
    public EntityTypeName Type { get; }

    /// <summary>The id, unescaped.</summary>
    public string Id { get; }

    /// <summary>Names an entity by the text of its type.</summary>
    /// <exception cref="CedarException"><paramref name="type"/> is no type name.</exception>
    public static EntityUid Of(string type, string id) => new(EntityTypeName.Parse(type), id);

    /// <summary>Whether two uids are the same.</summary>
    public static bool operator ==(EntityUid? left, EntityUid? right) =>
        ReferenceEquals(left, right) || (left is not null && left.Equals(right));

    /// <summary>Whether two uids differ.</summary>
    public static bool operator !=(EntityUid? left, EntityUid? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(EntityUid? other) => ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Id == other.Id && Type.Equals(other.Type));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntityUid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The uid as Cedar text, with the id quoted and escaped.</summary>
    public override string ToString() => $"{Type.Name}::{StringEscapes.Quote(Id)}";
}
