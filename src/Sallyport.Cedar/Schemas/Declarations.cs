using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Something that a schema declares. Two are equal if they say the same; where they stand does not count.
/// </summary>
public abstract record Declaration
{
    private protected Declaration(string name) => Name = name;

    /// <summary>The name without its namespace; of an action, the id.</summary>
    public string Name { get; }

    /// <summary>The annotations; no key occurs twice.</summary>
    public ImmutableArray<Annotation> Annotations { get; init; } = [];

    /// <summary>Where the name stands; empty if it was not read from text.</summary>
    public SourceSpan Span { get; init; }

    /// <inheritdoc/>
    public virtual bool Equals(Declaration? other) => other is not null && EqualityContract == other.EqualityContract
        && Name == other.Name && Annotations.SequenceEqual(other.Annotations);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary><c>type Name = T;</c></summary>
public sealed record CommonTypeDeclaration : Declaration
{
    /// <summary>Declares a common type.</summary>
    public CommonTypeDeclaration(string name, SchemaType type)
        : base(name) => Type = type;

    /// <summary>What the name stands for.</summary>
    public SchemaType Type { get; }

    /// <inheritdoc/>
    public bool Equals(CommonTypeDeclaration? other) => base.Equals(other) && Type.Equals(other.Type);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary><c>entity Name in [Parent] = { ... } tags T;</c> or <c>entity Name enum ["id"];</c></summary>
public sealed record EntityTypeDeclaration : Declaration
{
    /// <summary>Declares an entity type.</summary>
    public EntityTypeDeclaration(string name)
        : base(name)
    {
    }

    /// <summary>The types whose entities may be parents, as written.</summary>
    public ImmutableArray<NameReference> MemberOf { get; init; } = [];

    /// <summary>The attributes: a record type, or (in JSON only) the name of one; null for none.</summary>
    public SchemaType? Shape { get; init; }

    /// <summary>The type of all tags; null if entities of this type have none.</summary>
    public SchemaType? Tags { get; init; }

    /// <summary>The only ids that there are, at least one; <c>default</c> for a type that is not enumerated.</summary>
    public ImmutableArray<string> Ids { get; init; }

    /// <summary>Whether the ids are enumerated; such a type has no parents, attributes or tags.</summary>
    public bool IsEnumerated => !Ids.IsDefault;

    /// <inheritdoc/>
    public bool Equals(EntityTypeDeclaration? other) => base.Equals(other) && MemberOf.SequenceEqual(other.MemberOf)
        && Equals(Shape, other.Shape) && Equals(Tags, other.Tags)
        && IsEnumerated == other.IsEnumerated && (!IsEnumerated || Ids.SequenceEqual(other.Ids));

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary><c>action name in [group] appliesTo { principal: ..., resource: ..., context: ... };</c></summary>
public sealed record ActionDeclaration : Declaration
{
    /// <summary>Declares an action.</summary>
    public ActionDeclaration(string id)
        : base(id)
    {
    }

    /// <summary>The groups that it is in.</summary>
    public ImmutableArray<ActionReference> MemberOf { get; init; } = [];

    /// <summary>What it applies to; null for an action that is only a group.</summary>
    public AppliesTo? AppliesTo { get; init; }

    /// <inheritdoc/>
    public bool Equals(ActionDeclaration? other) => base.Equals(other) && MemberOf.SequenceEqual(other.MemberOf)
        && Equals(AppliesTo, other.AppliesTo);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>A name that is used, with its place. Equal if the names are.</summary>
/// <param name="Name">The path as written.</param>
/// <param name="Span">Where it stands.</param>
public sealed record NameReference(string Name, SourceSpan Span = default)
{
    /// <inheritdoc/>
    public bool Equals(NameReference? other) => Name == other?.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>An action that is named as a group. Equal if type and id are.</summary>
/// <param name="Type">The type as written, its last part <c>Action</c>; null if only the id was written.</param>
/// <param name="Id">The id, unescaped.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ActionReference(string? Type, string Id, SourceSpan Span = default)
{
    /// <inheritdoc/>
    public bool Equals(ActionReference? other) => other is not null && Type == other.Type && Id == other.Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}

/// <summary>What an action applies to.</summary>
/// <param name="Principals">The entity types of principals, as written.</param>
/// <param name="Resources">The entity types of resources, as written.</param>
/// <param name="Context">The type of the context: a record, or the name of one; null for the empty record.</param>
public sealed record AppliesTo(ImmutableArray<NameReference> Principals, ImmutableArray<NameReference> Resources,
    SchemaType? Context)
{
    /// <inheritdoc/>
    public bool Equals(AppliesTo? other) => other is not null && Principals.SequenceEqual(other.Principals)
        && Resources.SequenceEqual(other.Resources) && Equals(Context, other.Context);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Principals.Length, Resources.Length);
}
