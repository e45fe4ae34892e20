using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Policies;

/// <summary>A slot of a template, filled when the template is linked.</summary>
public enum SlotId
{
    /// <summary><c>?principal</c></summary>
    Principal,

    /// <summary><c>?resource</c></summary>
    Resource,
}

/// <summary>
/// An entity in a scope, or the slot that waits for one. Two are equal if they name the same, wherever they stand.
/// </summary>
public abstract record EntityReference
{
    private EntityReference()
    {
    }

    /// <summary>A named entity.</summary>
    public sealed record Named(EntityUid Uid) : EntityReference
    {
        /// <inheritdoc/>
        public override string ToString() => Uid.ToString();
    }

    /// <summary>A slot.</summary>
    public sealed record Slot(SlotId Id) : EntityReference
    {
        /// <inheritdoc/>
        public override string ToString() => Id == SlotId.Principal ? "?principal" : "?resource";
    }
}

/// <summary>What a policy's scope asks of the principal or of the resource.</summary>
public abstract record EntityScope
{
    private EntityScope()
    {
    }

    /// <summary>The slot in this scope, or null.</summary>
    public SlotId? Slot => ReferenceIn(this) is EntityReference.Slot slot ? slot.Id : null;

    /// <summary>The named entity in this scope, or null.</summary>
    public EntityUid? Entity => ReferenceIn(this) is EntityReference.Named named ? named.Uid : null;

    /// <summary>This scope with its slot filled.</summary>
    public EntityScope Fill(EntityUid entity)
    {
        var named = new EntityReference.Named(entity);
        return this switch
        {
            Equal { Target: EntityReference.Slot } => new Equal(named),
            In { Container: EntityReference.Slot } => new In(named),
            IsIn { Container: EntityReference.Slot } isIn => new IsIn(isIn.Type, named),
            _ => this,
        };
    }

    private static EntityReference? ReferenceIn(EntityScope scope) => scope switch
    {
        Equal equal => equal.Target,
        In @in => @in.Container,
        IsIn isIn => isIn.Container,
        _ => null,
    };

    /// <summary>Anything.</summary>
    public sealed record Any : EntityScope;

    /// <summary><c>== E</c></summary>
    public sealed record Equal(EntityReference Target) : EntityScope;

    /// <summary><c>in E</c></summary>
    public sealed record In(EntityReference Container) : EntityScope;

    /// <summary><c>is T</c></summary>
    public sealed record Is(EntityTypeName Type) : EntityScope;

    /// <summary><c>is T in E</c></summary>
    public sealed record IsIn(EntityTypeName Type, EntityReference Container) : EntityScope;
}

/// <summary>What a policy's scope asks of the action.</summary>
public abstract record ActionScope
{
    private ActionScope()
    {
    }

    /// <summary>The entities that the scope names.</summary>
    public ImmutableArray<EntityUid> Entities => this switch
    {
        Equal equal => [equal.Action],
        In @in => [@in.Group],
        InAny inAny => inAny.Groups,
        _ => [],
    };

    /// <summary>Anything.</summary>
    public sealed record Any : ActionScope;

    /// <summary><c>== A</c></summary>
    public sealed record Equal(EntityUid Action) : ActionScope;

    /// <summary><c>in A</c></summary>
    public sealed record In(EntityUid Group) : ActionScope;

    /// <summary><c>in [A, B]</c>, with none, two or more groups; a list of one is read as <see cref="In"/>.</summary>
    public sealed record InAny(ImmutableArray<EntityUid> Groups) : ActionScope
    {
        /// <inheritdoc/>
        public bool Equals(InAny? other) => other is not null && Groups.SequenceEqual(other.Groups);

        /// <inheritdoc/>
        public override int GetHashCode() => Groups.Length;
    }
}

/// <summary>Where the three parts of a scope stand in the text.</summary>
public readonly record struct ScopeSpans(SourceSpan Principal, SourceSpan Action, SourceSpan Resource);
