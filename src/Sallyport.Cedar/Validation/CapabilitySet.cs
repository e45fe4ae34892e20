using System.Collections.Immutable;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Validation;

/// <summary>What an expression is known to have: an attribute, or a tag.</summary>
/// <param name="Target">The record or entity.</param>
/// <param name="Attribute">The attribute's name; null for a tag.</param>
/// <param name="Tag">The expression of the tag's key; null for an attribute.</param>
internal readonly record struct Capability(Expr Target, string? Attribute, Expr? Tag);

/// <summary>
/// The attributes and tags that are there wherever the expression just checked is true (Cedar specification,
/// "capabilities"). Immutable.
/// </summary>
internal sealed class CapabilitySet
{
    private readonly ImmutableHashSet<Capability> _known;

    private CapabilitySet(ImmutableHashSet<Capability> known) => _known = known;

    /// <summary>The empty set, of a family that pays for its comparisons from one budget.</summary>
    public static CapabilitySet Empty(StepBudget budget) =>
        new(ImmutableHashSet.Create<Capability>(new Comparer(budget)));

    public bool Contains(Capability capability) => _known.Count > 0 && _known.Contains(capability);

    public CapabilitySet With(Capability capability) => new(_known.Add(capability));

    public CapabilitySet Union(CapabilitySet other) =>
        other._known.Count == 0 ? this : _known.Count == 0 ? other
        : _known.Count >= other._known.Count ? new(_known.Union(other._known)) : new(other._known.Union(_known));

    public CapabilitySet Intersect(CapabilitySet other) =>
        _known.Count == 0 ? this : other._known.Count == 0 ? other : new(_known.Intersect(other._known));

    /// <summary>Equality by form. Forms can be crafted to share a hash, so that comparisons count as work.</summary>
    private sealed class Comparer(StepBudget budget) : IEqualityComparer<Capability>
    {
        public bool Equals(Capability x, Capability y)
        {
            if (x.Attribute != y.Attribute)
            {
                return false;
            }

            return budget.TrySpend(x.Target.Height) && x.Target.Equals(y.Target) && Equals(x.Tag, y.Tag);
        }

        public int GetHashCode(Capability capability) =>
            HashCode.Combine(capability.Target.GetHashCode(), capability.Attribute, capability.Tag?.GetHashCode() ?? 0);
    }
}
