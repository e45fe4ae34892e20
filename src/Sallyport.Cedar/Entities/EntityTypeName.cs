using System.Diagnostics.CodeAnalysis;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Entities;

/// <summary>
/// The name of an entity type: identifiers joined by <c>::</c>, without whitespace, such as <c>Shop::User</c>.
/// </summary>
public sealed class EntityTypeName : IEquatable<EntityTypeName>, IComparable<EntityTypeName>
{
    private readonly int _hash;

    private EntityTypeName(string name)
    {
        Name = name;
        _hash = name.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The whole name.</summary>
    public string Name { get; }

    /// <summary>The part after the last <c>::</c>.</summary>
    public string BaseName => Name[(Name.LastIndexOf(':') + 1)..];

    /// <summary>The part before the last <c>::</c>, or an empty string.</summary>
    public string Namespace => Name.LastIndexOf(':') is var last and > 0 ? Name[..(last - 1)] : "";

    /// <summary>Whether entities of this type are actions: its last part is <c>Action</c>.</summary>
    public bool IsAction => Name.EndsWith("Action", StringComparison.Ordinal) && (Name.Length == 6 || Name[^7] == ':');

    /// <summary>
    /// Reads a normalized name: no whitespace or comments, no reserved word, nothing named <c>__cedar</c>.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EntityTypeName? name)
    {
        name = Identifiers.IsPath(text) ? new EntityTypeName(text) : null;
        return name is not null;
    }

    /// <summary>Reads a normalized name.</summary>
    /// <exception cref="CedarException">The text is no name.</exception>
    public static EntityTypeName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new CedarException($"'{text}' is not the name of an entity type.");

    /// <summary>Whether two names are the same.</summary>
    public static bool operator ==(EntityTypeName? left, EntityTypeName? right) =>
        ReferenceEquals(left, right) || (left is not null && left.Equals(right));

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(EntityTypeName? left, EntityTypeName? right) => !(left == right);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(EntityTypeName left, EntityTypeName right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(EntityTypeName left, EntityTypeName right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(EntityTypeName left, EntityTypeName right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(EntityTypeName left, EntityTypeName right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(EntityTypeName? other) => string.CompareOrdinal(Name, other?.Name);

    /// <inheritdoc/>
    public bool Equals(EntityTypeName? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Name == other.Name);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntityTypeName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>For callers that have already checked the text.</summary>
    internal static EntityTypeName Trusted(string path) => new(path);
}
