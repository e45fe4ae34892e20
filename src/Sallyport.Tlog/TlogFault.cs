namespace Sallyport.Tlog;

/// <summary>In which way something is wrong.</summary>
public enum FaultKind
{
    /// <summary>The bytes do not have the form that the specification asks for.</summary>
    Malformed,

    /// <summary>Well formed, but a hash, proof or signature does not fit: somebody's evidence is wrong.</summary>
    Mismatch,

    /// <summary>Well formed, but not vouched for by a known key, or by too few of them.</summary>
    Untrusted,

    /// <summary>A tile, bundle or checkpoint is not where it should be.</summary>
    Absent,

    /// <summary>The disk or the network failed; trying again may help.</summary>
    Unreadable,

    /// <summary>Asked for outside of what the tree or the format can hold.</summary>
    OutOfRange,

    /// <summary>This platform lacks the algorithm.</summary>
    Unsupported,
}

/// <summary>An expected failure: in which way, of which field, and a sentence for a person.</summary>
/// <param name="Kind">What a program switches on.</param>
/// <param name="Field">The field at fault, dotted from the outside in: <c>checkpoint.size</c>, <c>tile/0/000</c>,
/// <c>proof.hashes</c>.</param>
/// <param name="Detail">One sentence for this very case. Foreign text in it is shortened and printable.</param>
public sealed record TlogFault(FaultKind Kind, string Field, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Detail}";

    internal static TlogFault Malformed(string field, string detail) => new(FaultKind.Malformed, field, detail);

    internal static TlogFault Mismatch(string field, string detail) => new(FaultKind.Mismatch, field, detail);

    internal static TlogFault OutOfRange(string field, string detail) => new(FaultKind.OutOfRange, field, detail);
}
