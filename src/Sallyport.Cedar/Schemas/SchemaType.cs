using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>What a name in a schema may stand for.</summary>
public enum TypeReferenceKind
{
    /// <summary>
    /// A common type, an entity type, or a built-in type, looked for in this order. The only kind that human syntax
    /// has.
    /// </summary>
    EntityOrCommon,

    /// <summary>An entity type only (JSON: <c>{"type": "Entity", "name": ...}</c>).</summary>
    Entity,

    /// <summary>A common type, or a built-in type (JSON: the name itself as <c>type</c>).</summary>
    Common,

    /// <summary>An extension type (JSON: <c>{"type": "Extension", "name": ...}</c>).</summary>
    Extension,

    /// <summary>
    /// <c>Long</c>, <c>String</c> or <c>Bool</c>, whatever else has that name (JSON: <c>Long</c>, <c>String</c>,
    /// <c>Boolean</c>).
    /// </summary>
    Primitive,
}

/// <summary>
/// A type as a schema writes it, its names not yet looked up. Closed. Two are equal if they have the same form,
/// wherever they stand.
/// </summary>
public abstract class SchemaType : IEquatable<SchemaType>
{
    private SchemaType(SourceSpan span) => Span = span;

    /// <summary>Where the type stands; empty if it was not read from text.</summary>
    public SourceSpan Span { get; }

    /// <inheritdoc/>
    public abstract bool Equals(SchemaType? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as SchemaType);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>A name: a path of identifiers joined by <c>::</c>.</summary>
    public sealed class Named(string name, TypeReferenceKind kind, SourceSpan span = default) : SchemaType(span)
    {
        /// <summary>The path as written.</summary>
        public string Name { get; } = name;

        /// <summary>What it may stand for.</summary>
        public TypeReferenceKind Kind { get; } = kind;

        /// <inheritdoc/>
        public override bool Equals(SchemaType? other) => other is Named named && Kind == named.Kind
            && Name == named.Name;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Kind, Name);
    }

    /// <summary><c>Set&lt;T&gt;</c></summary>
    public sealed class Set(SchemaType element, SourceSpan span = default) : SchemaType(span)
    {
        /// <summary>The type of the elements.</summary>
        public SchemaType Element { get; } = element;

        /// <inheritdoc/>
        public override bool Equals(SchemaType? other) => other is Set set && Element.Equals(set.Element);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(1, Element);
    }

    /// <summary><c>{a: T, b?: U}</c></summary>
    public sealed class Record(ImmutableArray<AttributeDeclaration> attributes, SourceSpan span = default)
        : SchemaType(span)
    {
        /// <summary>The attributes as written; no name occurs twice.</summary>
        public ImmutableArray<AttributeDeclaration> Attributes { get; } = attributes;

        /// <inheritdoc/>
        public override bool Equals(SchemaType? other) => other is Record record
            && Attributes.SequenceEqual(record.Attributes);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(2, Attributes.Length);
    }
}

/// <summary>One attribute of a record type.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Type">The type.</param>
/// <param name="IsRequired">Whether it must be there; <c>?</c> behind the name says no.</param>
public sealed record AttributeDeclaration(string Name, SchemaType Type, bool IsRequired)
{
    /// <summary>The annotations; no key occurs twice.</summary>
    public ImmutableArray<Annotation> Annotations { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(AttributeDeclaration? other) => other is not null && Name == other.Name
        && IsRequired == other.IsRequired
        && Type.Equals(other.Type) && Annotations.SequenceEqual(other.Annotations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, IsRequired);
}
