using System.Numerics;

namespace Sallyport.Cedar.Values;

/// <summary>A set: no order that counts, no duplicates, elements of any kinds.</summary>
public sealed class SetValue : ReferenceValue, IEquatable<SetValue>
{
    // Up to here comparing one by one is faster than hashing a text.
    private const int LinearMax = 8;

    private readonly Value[] _elements;
    private readonly int[]? _buckets; // open addressing: index + 1 of an element, 0 for free; at most half full

    private SetValue(Value[] elements, int[]? buckets, int depth)
        : base(ValueKind.Set)
    {
        _elements = elements;
        _buckets = buckets;
        Depth = depth;
        foreach (ref readonly var element in elements.AsSpan())
        {
            Signature |= element.Signature;
        }
    }

    /// <summary>The set without elements.</summary>
    public static SetValue Empty { get; } = new([], null, 1);

    /// <summary>The number of distinct elements.</summary>
    public int Count => _elements.Length;

    /// <summary>1 more than the deepest element.</summary>
    public int Depth { get; }

    /// <summary>The elements, in the order in which they were first given.</summary>
    public ReadOnlySpan<Value> Elements => _elements;

    /// <summary>The signatures of all elements together: a value whose bit is not in it is not in the set.</summary>
    internal ulong Signature { get; }

    /// <summary>Makes a set; duplicates count once.</summary>
    /// <exception cref="ArgumentException">
    /// The elements are nested deeper than <see cref="Value.DepthMax"/>.
    /// </exception>
    public static SetValue Create(params ReadOnlySpan<Value> elements)
    {
        var depth = 0;
        foreach (var element in elements)
        {
            depth = Math.Max(depth, element.Depth);
        }

        if (depth >= Value.DepthMax)
        {
            throw new ArgumentException($"Sets and records may be {Value.DepthMax} deep.", nameof(elements));
        }

        return elements.Length == 0 ? Empty
            : elements.Length <= LinearMax ? CreateSmall(elements, depth + 1)
            : CreateHashed(elements, depth + 1);
    }

    /// <summary>Whether the value is an element.</summary>
    public bool Contains(in Value value) => (Signature & value.Signature) != 0 && Search(value);

    /// <summary>As <see cref="Contains"/>, for a caller that has compared signatures.</summary>
    internal bool Search(in Value value)
    {
        if (_buckets is null)
        {
            foreach (ref readonly var element in _elements.AsSpan())
            {
                if (element.Equals(value))
                {
                    return true;
                }
            }

            return false;
        }

        return Find(_elements, _buckets, value, out _);
    }

    /// <summary>Whether every element of the other set is one of this set.</summary>
    public bool ContainsAll(SetValue other)
    {
        if ((other.Signature & ~Signature) != 0)
        {
            return false;
        }

        foreach (ref readonly var element in other._elements.AsSpan())
        {
            if (!Search(element))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether some element of the other set is one of this set.</summary>
    public bool ContainsAny(SetValue other)
    {
        if ((Signature & other.Signature) == 0)
        {
            return false;
        }

        var (few, many) = Count < other.Count ? (this, other) : (other, this);
        foreach (ref readonly var element in few._elements.AsSpan())
        {
            if (many.Contains(element))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Equals(SetValue? other) => ReferenceEquals(this, other)
        || (other is not null && Count == other.Count && Depth == other.Depth && ContainsAll(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SetValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var sum = 0;
        foreach (ref readonly var element in _elements.AsSpan())
        {
            // A sum, because the order must not count; of hashes that are mixed with the seed of this process, because
            // whoever writes the elements could otherwise choose sets with equal sums.
            sum += HashCode.Combine(element.GetHashCode());
        }

        return HashCode.Combine((int)ValueKind.Set, _elements.Length, sum);
    }

    /// <inheritdoc/>
    public override string ToString() => ValueText.Format(Value.Of(this));

    private static SetValue CreateSmall(ReadOnlySpan<Value> elements, int depth)
    {
        var distinct = new Value[elements.Length];
        var count = 0;
        foreach (var element in elements)
        {
            if (!distinct.AsSpan(0, count).Contains(element))
            {
                distinct[count++] = element;
            }
        }

        return new SetValue(count == distinct.Length ? distinct : distinct[..count], null, depth);
    }

    private static SetValue CreateHashed(ReadOnlySpan<Value> elements, int depth)
    {
        var distinct = new Value[elements.Length];
        var buckets = new int[BitOperations.RoundUpToPowerOf2((uint)elements.Length * 2)];
        var count = 0;
        foreach (var element in elements)
        {
            if (!Find(distinct, buckets, element, out var free))
            {
                distinct[count] = element;
                buckets[free] = ++count;
            }
        }

        return count <= LinearMax
            ? new SetValue(distinct[..count], null, depth)
            : new SetValue(count == distinct.Length ? distinct : distinct[..count], buckets, depth);
    }

    private static bool Find(Value[] elements, int[] buckets, in Value value, out int slot)
    {
        var mask = buckets.Length - 1;
        slot = (int)((uint)value.GetHashCode() * 0x9E3779B1u) & mask;
        while (buckets[slot] is var index and > 0)
        {
            if (elements[index - 1].Equals(value))
            {
                return true;
            }

            slot = (slot + 1) & mask;
        }

        return false;
    }
}
