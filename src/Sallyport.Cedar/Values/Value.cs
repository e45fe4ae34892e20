using System.Runtime.CompilerServices;
using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Values;

/// <summary>
/// One Cedar value. Sixteen bytes, never boxed: a reference and 64 bits. <c>default</c> is the Bool <c>false</c>.
/// </summary>
/// <remarks>
/// Equality is Cedar's <c>==</c>: values of different kinds are unequal, sets compare without order, records by
/// attribute.
/// </remarks>
public readonly struct Value : IEquatable<Value>
{
    /// <summary>How deep sets and records may be inside one another. Beyond it a value cannot be made.</summary>
    public const int DepthMax = 512;

    // null: Bool. string: String. ScalarTag: the kind of _bits. Otherwise an EntityUid, SetValue, RecordValue or
    // IpAddress.
    private readonly object? _reference;
    private readonly long _bits;

    private Value(object? reference, long bits)
    {
        _reference = reference;
        _bits = bits;
    }

    /// <summary>The Bool <c>true</c>.</summary>
    public static Value True => new(null, 1);

    /// <summary>The Bool <c>false</c>.</summary>
    public static Value False => default;

    /// <summary>The kind.</summary>
    public ValueKind Kind => _reference switch
    {
        null => ValueKind.Bool,
        string => ValueKind.String,
        _ => Unsafe.As<ReferenceValue>(_reference).Kind,
    };

    /// <summary>How many sets and records are inside one another; 0 for every other value.</summary>
    public int Depth => _reference switch
    {
        SetValue set => set.Depth,
        RecordValue record => record.Depth,
        _ => 0,
    };

    /// <summary>Not a value: the evaluator's sign of failure.</summary>
    internal static Value Failure => new(ScalarTag.Failure, 0);

    internal bool IsFailure => ReferenceEquals(_reference, ScalarTag.Failure);

    /// <summary>Bool with the value true.</summary>
    internal bool IsTrue => _reference is null && _bits != 0;

    internal bool IsBool => _reference is null;

    internal bool IsLong => ReferenceEquals(_reference, ScalarTag.Long);

    /// <summary>The 64 bits of a Long, Decimal, Datetime or Duration, unchecked.</summary>
    internal long Bits => _bits;

    internal object? Reference => _reference;

    /// <summary>
    /// One bit of 64, the same for equal values and seldom the same for others: a quick way to see that a set lacks a
    /// value. Cheap rather than good, because all that a bad bit costs is a comparison.
    /// </summary>
    internal ulong Signature => _reference switch
    {
        string { Length: > 0 } text =>
            1UL << ((text.Length * 7) + (text[0] * 31) + (text[text.Length >> 1] * 5) + text[^1]),
        EntityUid uid => 1UL << uid.GetHashCode(),
        ScalarTag or null => 1UL << (int)(_bits ^ (_bits >> 17)),
        _ => 1UL << (int)Kind,
    };

    /// <summary>A Bool.</summary>
    public static Value Of(bool value) => new(null, value ? 1 : 0);

    /// <summary>A Long.</summary>
    public static Value Of(long value) => new(ScalarTag.Long, value);

    /// <summary>A String.</summary>
    public static Value Of(string value) => new(value, 0);

    /// <summary>An entity uid, set, record or IP address.</summary>
    public static Value Of(ReferenceValue value) => new(value, 0);

    /// <summary>A Decimal.</summary>
    public static Value Of(CedarDecimal value) => new(ScalarTag.Decimal, value.TenThousandths);

    /// <summary>A Datetime.</summary>
    public static Value Of(CedarDatetime value) => new(ScalarTag.Datetime, value.UnixMilliseconds);

    /// <summary>A Duration.</summary>
    public static Value Of(CedarDuration value) => new(ScalarTag.Duration, value.Milliseconds);

    /// <summary>A set of values; duplicates count once.</summary>
    public static Value SetOf(params ReadOnlySpan<Value> elements) => Of(SetValue.Create(elements));

    /// <summary>Whether two values are the same in Cedar's sense.</summary>
    public static bool operator ==(Value left, Value right) => left.Equals(right);

    /// <summary>Whether two values differ in Cedar's sense.</summary>
    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <summary>The Bool.</summary>
    public bool AsBool() => _reference is null ? _bits != 0 : throw Mismatch(ValueKind.Bool);

    /// <summary>The Long.</summary>
    public long AsLong() => IsLong ? _bits : throw Mismatch(ValueKind.Long);

    /// <summary>The String.</summary>
    public string AsString() => _reference as string ?? throw Mismatch(ValueKind.String);

    /// <summary>The entity uid.</summary>
    public EntityUid AsEntity() => _reference as EntityUid ?? throw Mismatch(ValueKind.Entity);

    /// <summary>The set.</summary>
    public SetValue AsSet() => _reference as SetValue ?? throw Mismatch(ValueKind.Set);

    /// <summary>The record.</summary>
    public RecordValue AsRecord() => _reference as RecordValue ?? throw Mismatch(ValueKind.Record);

    /// <summary>The IP address or range.</summary>
    public IpAddress AsIpAddress() => _reference as IpAddress ?? throw Mismatch(ValueKind.IpAddress);

    /// <summary>The Decimal.</summary>
    public CedarDecimal AsDecimal() => Kind == ValueKind.Decimal ? new(_bits) : throw Mismatch(ValueKind.Decimal);

    /// <summary>The Datetime.</summary>
    public CedarDatetime AsDatetime() => Kind == ValueKind.Datetime ? new(_bits) : throw Mismatch(ValueKind.Datetime);

    /// <summary>The Duration.</summary>
    public CedarDuration AsDuration() => Kind == ValueKind.Duration ? new(_bits) : throw Mismatch(ValueKind.Duration);

    /// <inheritdoc/>
    public bool Equals(Value other)
    {
        if (ReferenceEquals(_reference, other._reference))
        {
            return _bits == other._bits;
        }

        return (_reference, other._reference) switch
        {
            (string left, string right) => left == right,
            (EntityUid left, EntityUid right) => left.Equals(right),
            (SetValue left, SetValue right) => left.Equals(right),
            (RecordValue left, RecordValue right) => left.Equals(right),
            (IpAddress left, IpAddress right) => left.Equals(right),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _reference switch
    {
        null => HashCode.Combine((int)ValueKind.Bool, _bits),
        ScalarTag tag => HashCode.Combine((int)tag.Kind, _bits),
        string text => text.GetHashCode(StringComparison.Ordinal),
        _ => _reference.GetHashCode(),
    };

    /// <summary>The value as a Cedar expression.</summary>
    public override string ToString() => ValueText.Format(this);

    private InvalidOperationException Mismatch(ValueKind wanted) =>
        new($"The value is a {Kind.Name()}, not a {wanted.Name()}.");
}
