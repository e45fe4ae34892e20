using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>Which types can stand for one another (Cedar specification, "Subtyping": least upper bounds).</summary>
internal sealed class TypeLattice(ValidationMode mode, StepBudget budget)
{
    /// <summary>The least type that has all values of both, or null if there is none.</summary>
    public CedarType? Join(CedarType left, CedarType right)
    {
        if (ReferenceEquals(left, right) || !budget.TrySpend())
        {
            return left;
        }

        return (left, right) switch
        {
            _ when ReferenceEquals(left, CedarType.Never) => right,
            _ when ReferenceEquals(right, CedarType.Never) => left,
            _ when left.IsBool && right.IsBool => CedarType.Bool,
            (CedarType.Set a, CedarType.Set b) => Join(a.Element, b.Element) is { } element
                ? new CedarType.Set(element)
                : null,
            (CedarType.Record a, CedarType.Record b) => mode == ValidationMode.Strict
                ? JoinStrict(a, b)
                : JoinPermissive(a, b),
            _ when left.IsEntity && right.IsEntity => JoinEntities(left, right),
            _ => null,
        };
    }

    /// <summary>Whether no entity can be of both types.</summary>
    public bool AreDisjoint(CedarType left, CedarType right) => left is CedarType.Entity a
        && right is CedarType.Entity b
        && budget.TrySpend(a.Names.Length + b.Names.Length) && !a.Names.Intersect(b.Names).Any();

    private CedarType? JoinEntities(CedarType left, CedarType right)
    {
        if (left is CedarType.Entity a && right is CedarType.Entity b)
        {
            budget.TrySpend(a.Names.Length + b.Names.Length);
            return a.Equals(b) ? a
                : mode == ValidationMode.Permissive
                    ? new CedarType.Entity([.. a.Names.Union(b.Names).Order(Comparer<EntityTypeName>.Default)])
                : null;
        }

        return CedarType.AnyEntity;
    }

    /// <summary>Strict: the same names, each as required in both.</summary>
    private CedarType.Record? JoinStrict(CedarType.Record left, CedarType.Record right)
    {
        if (left.Attributes.Length != right.Attributes.Length)
        {
            return null;
        }

        var joined = ImmutableArray.CreateBuilder<CedarAttribute>(left.Attributes.Length);
        for (var i = 0; i < left.Attributes.Length; i++)
        {
            var (a, b) = (left.Attributes[i], right.Attributes[i]);
            if (a.Name != b.Name || a.IsRequired != b.IsRequired || Join(a.Type, b.Type) is not { } type)
            {
                return null;
            }

            joined.Add(a with { Type = type });
        }

        return new CedarType.Record(joined.MoveToImmutable());
    }

    /// <summary>Permissive: what both have in common; if that is less than either, the record may have more.</summary>
    private CedarType.Record JoinPermissive(CedarType.Record left, CedarType.Record right)
    {
        var joined = ImmutableArray.CreateBuilder<CedarAttribute>();
        foreach (var attribute in left.Attributes)
        {
            if (right.Find(attribute.Name) is { } other && Join(attribute.Type, other.Type) is { } type)
            {
                joined.Add(new CedarAttribute(attribute.Name, type, attribute.IsRequired && other.IsRequired));
            }
        }

        var isOpen = left.IsOpen || right.IsOpen || joined.Count < left.Attributes.Length
            || joined.Count < right.Attributes.Length;
        return new CedarType.Record(joined.ToImmutable(), isOpen);
    }
}
