namespace Sallyport.Cedar.Values;

/// <summary>
/// What a <see cref="Value"/> may point at. Closed: entity uids, sets, records and IP addresses, and the tags that tell
/// apart the kinds that live in 64 bits.
/// </summary>
public abstract class ReferenceValue
{
    private protected ReferenceValue(ValueKind kind) => Kind = kind;

    /// <summary>The kind of the value that points here.</summary>
    public ValueKind Kind { get; }
}

/// <summary>Marks a value whose content is in its 64 bits. One instance a kind; compared by reference.</summary>
internal sealed class ScalarTag : ReferenceValue
{
    public static readonly ScalarTag Long = new(ValueKind.Long);
    public static readonly ScalarTag Decimal = new(ValueKind.Decimal);
    public static readonly ScalarTag Datetime = new(ValueKind.Datetime);
    public static readonly ScalarTag Duration = new(ValueKind.Duration);

    /// <summary>Not a value: the evaluator's sign that evaluation failed. It never leaves the evaluator.</summary>
    public static readonly ScalarTag Failure = new(ValueKind.Bool);

    private ScalarTag(ValueKind kind)
        : base(kind)
    {
    }
}
