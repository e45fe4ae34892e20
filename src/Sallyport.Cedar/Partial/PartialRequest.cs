using System.Collections.Frozen;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Partial;

/// <summary>An entity of a request that may not be known yet.</summary>
public abstract record PartialEntity
{
    private PartialEntity()
    {
    }

    /// <summary>An entity that may be any.</summary>
    public static PartialEntity Any { get; } = new Unknown(null);

    /// <summary>A known entity.</summary>
    public static implicit operator PartialEntity(EntityUid uid) => FromEntityUid(uid);

    /// <summary>A known entity.</summary>
    public static PartialEntity FromEntityUid(EntityUid uid) => new Known(uid);

    /// <summary>A known entity.</summary>
    public sealed record Known(EntityUid Uid) : PartialEntity;

    /// <summary>An unknown entity, of a known type or of any.</summary>
    public sealed record Unknown(EntityTypeName? Type) : PartialEntity;
}

/// <summary>
/// A context of which some attributes are not known yet. An unknown attribute may have any value, and may be absent.
/// </summary>
public sealed class PartialContext
{
    private readonly FrozenSet<string> _unknown;
    private readonly bool _isOpen;

    private PartialContext(RecordValue known, IEnumerable<string> unknown, bool isOpen)
    {
        Known = known;
        _unknown = unknown.ToFrozenSet(StringComparer.Ordinal);
        _isOpen = isOpen;
    }

    /// <summary>A context of which nothing is known.</summary>
    public static PartialContext Unknown { get; } = new(RecordValue.Empty, [], isOpen: true);

    /// <summary>The known attributes.</summary>
    public RecordValue Known { get; }

    /// <summary>Whether nothing is unknown.</summary>
    public bool IsComplete => !_isOpen && _unknown.Count == 0;

    /// <summary>A context that is all known.</summary>
    public static PartialContext Complete(RecordValue context) => new(context, [], isOpen: false);

    /// <summary>A context with some known attributes, some unknown ones, and no others.</summary>
    public static PartialContext With(RecordValue known, params IEnumerable<string> unknown) =>
        new(known, unknown, isOpen: false);

    /// <summary>A context with some known attributes; all others are unknown.</summary>
    public static PartialContext AtLeast(RecordValue known) => new(known, [], isOpen: true);

    /// <summary>
    /// Whether the attribute is unknown; one that is neither known nor unknown is known to be absent.
    /// </summary>
    public bool IsUnknown(string attribute) => _unknown.Contains(attribute) || (_isOpen && !Known.Has(attribute));
}

/// <summary>A request of which parts are not known yet.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Action">To do what.</param>
/// <param name="Resource">With what.</param>
/// <param name="Context">The circumstances.</param>
public sealed record PartialRequest(
    PartialEntity Principal, PartialEntity Action, PartialEntity Resource, PartialContext Context)
{
    /// <summary>A request of which everything is known.</summary>
    public static PartialRequest Of(Request request) =>
        new(request.Principal, request.Action, request.Resource, PartialContext.Complete(request.Context));
}
