namespace Sallyport.Tlog.Merkle;

/// <summary>The zero-based position of an entry. Not a size, and not convertible to one by accident.</summary>
public readonly record struct LeafIndex
{
    /// <summary>A position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public LeafIndex(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>0 to 2^63 - 1.</summary>
    public long Value { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Value}";
}

/// <summary>How many entries a tree has.</summary>
public readonly record struct TreeSize : IComparable<TreeSize>
{
    /// <summary>A size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TreeSize(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>0 to 2^63 - 1.</summary>
    public long Value { get; }

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(TreeSize left, TreeSize right) => left.Value < right.Value;

    /// <summary>Whether the first is larger.</summary>
    public static bool operator >(TreeSize left, TreeSize right) => left.Value > right.Value;

    /// <summary>Whether the first is not larger.</summary>
    public static bool operator <=(TreeSize left, TreeSize right) => left.Value <= right.Value;

    /// <summary>Whether the first is not smaller.</summary>
    public static bool operator >=(TreeSize left, TreeSize right) => left.Value >= right.Value;

    /// <summary>Whether a tree of this size has an entry at that position.</summary>
    public bool Contains(LeafIndex index) => index.Value < Value;

    /// <inheritdoc/>
    public int CompareTo(TreeSize other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"{Value}";
}

/// <summary>
/// A tree in two words: its size and its root. Two heads of one log are consistent, or the log has lied.
/// </summary>
/// <param name="Size">How many entries.</param>
/// <param name="Root">MTH of these entries, RFC 9162 section 2.1.1.</param>
public sealed record TreeHead(TreeSize Size, Hash Root)
{
    /// <summary>The head of a log without entries.</summary>
    public static TreeHead Empty { get; } = new(default, TreeHash.EmptyRoot);
}
