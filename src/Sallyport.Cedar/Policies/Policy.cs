using System.Collections.Immutable;
using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Policies;

/// <summary>The id of a policy or template in its set. Any text; ordinal.</summary>
/// <param name="Value">The text.</param>
public sealed record PolicyId(string Value) : IComparable<PolicyId>
{
    /// <summary>Ordinal order.</summary>
    public static bool operator <(PolicyId left, PolicyId right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(PolicyId left, PolicyId right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(PolicyId left, PolicyId right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(PolicyId left, PolicyId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(PolicyId? other) => string.CompareOrdinal(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What fills the slots of a template. A slot that the template lacks must be null.</summary>
/// <param name="Principal">Fills <c>?principal</c>.</param>
/// <param name="Resource">Fills <c>?resource</c>.</param>
public sealed record SlotValues(EntityUid? Principal = null, EntityUid? Resource = null);

/// <summary>Where a linked policy comes from.</summary>
/// <param name="Template">The template.</param>
/// <param name="Values">What its slots were filled with.</param>
public sealed record TemplateLink(PolicyId Template, SlotValues Values);

/// <summary>A policy that can be evaluated: it has no slot. Static, or linked from a template.</summary>
public sealed class Policy
{
    internal Policy(PolicyId id, PolicyBody body, TemplateLink? link)
    {
        Id = id;
        Body = body;
        Link = link;
    }

    /// <summary>The id in its set.</summary>
    public PolicyId Id { get; }

    /// <summary>The form; of a linked policy, with the slots filled.</summary>
    public PolicyBody Body { get; }

    /// <summary>The template and values of a linked policy; null for a static one.</summary>
    public TemplateLink? Link { get; }

    /// <summary>The effect.</summary>
    public Effect Effect => Body.Effect;

    /// <inheritdoc/>
    public override string ToString() => Body.ToString();
}

/// <summary>A policy with slots.</summary>
public sealed class Template
{
    internal Template(PolicyId id, PolicyBody body)
    {
        Id = id;
        Body = body;
    }

    /// <summary>The id in its set; templates and policies share one space of ids.</summary>
    public PolicyId Id { get; }

    /// <summary>The form.</summary>
    public PolicyBody Body { get; }

    /// <summary>The slots to fill; at least one.</summary>
    public ImmutableArray<SlotId> Slots => Body.Slots;

    /// <inheritdoc/>
    public override string ToString() => Body.ToString();

    /// <summary>Fills the slots; null with a reason if too few or too many values are given.</summary>
    internal Policy? Link(PolicyId id, SlotValues values, out string fault)
    {
        fault = Misfit("?principal", Slots.Contains(SlotId.Principal), values.Principal)
            ?? Misfit("?resource", Slots.Contains(SlotId.Resource), values.Resource) ?? "";
        if (fault.Length > 0)
        {
            return null;
        }

        var principal = values.Principal is null ? Body.Principal : Body.Principal.Fill(values.Principal);
        var resource = values.Resource is null ? Body.Resource : Body.Resource.Fill(values.Resource);
        return new Policy(id, Body.WithScopes(principal, resource), new TemplateLink(Id, values));
    }

    private string? Misfit(string slot, bool wanted, EntityUid? given) => (wanted, given is not null) switch
    {
        (true, false) => $"The template '{Id}' needs a value for {slot}.",
        (false, true) => $"The template '{Id}' has no slot {slot}.",
        _ => null,
    };
}
