using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Policies;

/// <summary>What a policy does when it applies.</summary>
public enum Effect
{
    /// <summary>It allows.</summary>
    Permit,

    /// <summary>It forbids, whatever else allows.</summary>
    Forbid,
}

/// <summary>The two kinds of condition.</summary>
public enum ConditionKind
{
    /// <summary>Must be true.</summary>
    When,

    /// <summary>Must be false.</summary>
    Unless,
}

/// <summary>One <c>when</c> or <c>unless</c> clause. Equal if kind and form are.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Body">The expression.</param>
public sealed record Condition(ConditionKind Kind, Expr Body);

/// <summary>An annotation: <c>@key("value")</c>, or <c>@key</c>, whose value is then null.</summary>
/// <param name="Key">An identifier.</param>
/// <param name="Value">The text, unescaped, or null if none was written. Cedar treats none as the empty text.</param>
public sealed record Annotation(string Key, string? Value);

/// <summary>
/// A policy or template as written: effect, scope and conditions. Two are equal if their forms are; where they stand
/// does not count.
/// </summary>
public sealed class PolicyBody : IEquatable<PolicyBody>
{
    private static readonly EntityScope s_any = new EntityScope.Any();
    private static readonly ActionScope s_anyAction = new ActionScope.Any();

    /// <summary>The effect.</summary>
    public required Effect Effect { get; init; }

    /// <summary>The annotations in the order written; no key occurs twice.</summary>
    public ImmutableArray<Annotation> Annotations { get; init; } = [];

    /// <summary>What is asked of the principal.</summary>
    public EntityScope Principal { get; init; } = s_any;

    /// <summary>What is asked of the action.</summary>
    public ActionScope Action { get; init; } = s_anyAction;

    /// <summary>What is asked of the resource.</summary>
    public EntityScope Resource { get; init; } = s_any;

    /// <summary>The clauses, in order.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>The text that the spans refer to; null if the policy was not read from text.</summary>
    public SourceText? Source { get; init; }

    /// <summary>From the first annotation to the semicolon.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>The parts of the scope.</summary>
    public ScopeSpans ScopeSpans { get; init; }

    /// <summary>Whether there is a slot to fill.</summary>
    public bool IsTemplate => Principal.Slot is not null || Resource.Slot is not null;

    /// <summary>The slots to fill.</summary>
    public ImmutableArray<SlotId> Slots => (Principal.Slot, Resource.Slot) switch
    {
        (null, null) => [],
        ({ } principal, null) => [principal],
        (null, { } resource) => [resource],
        ({ } principal, { } resource) => [principal, resource],
    };

    /// <summary>
    /// Every entity that the policy names, in its scope and conditions, actions included, in the order written.
    /// </summary>
    public IEnumerable<EntityUid> NamedEntities
    {
        get
        {
            var named = new List<EntityUid>();
            AddTo(named, Principal.Entity);
            named.AddRange(Action.Entities);
            AddTo(named, Resource.Entity);

            // Without recursion: an expression may be as high as the limits allow.
            var open = new Stack<Expr>(Conditions.Reverse().Select(condition => condition.Body));
            while (open.TryPop(out var expr))
            {
                if (expr is Expr.Literal { Value: { Kind: ValueKind.Entity } value })
                {
                    named.Add(value.AsEntity());
                }

                foreach (var part in ExprChildren.Of(expr).Reverse())
                {
                    open.Push(part);
                }
            }

            return named;
        }
    }

    private static void AddTo(List<EntityUid> named, EntityUid? entity)
    {
        if (entity is not null)
        {
            named.Add(entity);
        }
    }

    /// <summary>Whether the annotation is there; its value, or an empty text if it has none.</summary>
    public bool TryGetAnnotation(string key, out string value)
    {
        foreach (var annotation in Annotations)
        {
            if (annotation.Key == key)
            {
                value = annotation.Value ?? "";
                return true;
            }
        }

        value = "";
        return false;
    }

    /// <summary>Line and column of a span of this policy; 0:0 if it was not read from text.</summary>
    public LinePosition PositionOf(SourceSpan span) => Source?.PositionAt(span.Start) ?? default;

    /// <inheritdoc/>
    public bool Equals(PolicyBody? other) => ReferenceEquals(this, other)
        || (other is not null && Effect == other.Effect && Principal == other.Principal && Action == other.Action
            && Resource == other.Resource
            && Annotations.SequenceEqual(other.Annotations) && Conditions.SequenceEqual(other.Conditions));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PolicyBody other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Effect, Principal, Action, Resource, Annotations.Length, Conditions.Length);

    /// <summary>The policy in Cedar's human syntax.</summary>
    public override string ToString() => PolicyPrinter.Print(this);

    internal PolicyBody WithScopes(EntityScope principal, EntityScope resource) => new()
    {
        Effect = Effect,
        Annotations = Annotations,
        Principal = principal,
        Action = Action,
        Resource = resource,
        Conditions = Conditions,
        Source = Source,
        Span = Span,
        ScopeSpans = ScopeSpans,
    };
}
