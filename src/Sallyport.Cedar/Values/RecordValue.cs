using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Cedar.Values;

/// <summary>
/// A record: values by attribute name. Also the form of an entity's attributes and tags and of a request's context.
/// </summary>
public sealed class RecordValue : ReferenceValue, IEquatable<RecordValue>
{
    // Names differ in length or at the first letters: to compare each for equality is quicker than to order a few.
    private const int LinearMax = 16;

    private readonly string[] _names; // ordinal order, distinct
    private readonly Value[] _values;

    private RecordValue(string[] names, Value[] values, int depth)
        : base(ValueKind.Record)
    {
        _names = names;
        _values = values;
        Depth = depth;
    }

    /// <summary>The record without attributes.</summary>
    public static RecordValue Empty { get; } = new([], [], 1);

    /// <summary>The number of attributes.</summary>
    public int Count => _names.Length;

    /// <summary>1 more than the deepest value.</summary>
    public int Depth { get; }

    /// <summary>The attribute names, in ordinal order.</summary>
    public ReadOnlySpan<string> Names => _names;

    /// <summary>The values, in the order of <see cref="Names"/>.</summary>
    public ReadOnlySpan<Value> Values => _values;

    /// <summary>Makes a record.</summary>
    /// <exception cref="ArgumentException">
    /// A name occurs twice, or the values are nested deeper than <see cref="Value.DepthMax"/>.
    /// </exception>
    public static RecordValue Create(params ReadOnlySpan<(string Name, Value Value)> attributes)
    {
        var names = new string[attributes.Length];
        var values = new Value[attributes.Length];
        for (var i = 0; i < attributes.Length; i++)
        {
            (names[i], values[i]) = attributes[i];
        }

        if (!TryAdopt(names, values, out var record, out var duplicate))
        {
            throw new ArgumentException(
                duplicate is null
                    ? $"Sets and records may be {Value.DepthMax} deep."
                    : $"The attribute '{duplicate}' is given twice.",
                nameof(attributes));
        }

        return record;
    }

    /// <summary>The value of an attribute.</summary>
    public bool TryGet(string name, out Value value)
    {
        var index = IndexOf(name);
        if (index < 0)
        {
            value = default;
            return false;
        }

        value = _values[index];
        return true;
    }

    /// <summary>Whether there is such an attribute.</summary>
    public bool Has(string name) => IndexOf(name) >= 0;

    /// <inheritdoc/>
    public bool Equals(RecordValue? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Count != other.Count || Depth != other.Depth)
        {
            return false;
        }

        for (var i = 0; i < _names.Length; i++)
        {
            if (_names[i] != other._names[i] || !_values[i].Equals(other._values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var i = 0; i < _names.Length; i++)
        {
            hash.Add(_names[i], StringComparer.Ordinal);
            hash.Add(_values[i].GetHashCode());
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => ValueText.Format(Value.Of(this));

    /// <summary>
    /// Takes over both arrays, and sorts them. Fails with the name that occurs twice, or with null if the nesting is
    /// too deep.
    /// </summary>
    internal static bool TryAdopt(
        string[] names, Value[] values, [NotNullWhen(true)] out RecordValue? record, out string? duplicate)
    {
        record = null;
        duplicate = null;
        if (names.Length == 0)
        {
            record = Empty;
            return true;
        }

        Sort(names, values);
        var depth = values[0].Depth;
        for (var i = 1; i < names.Length; i++)
        {
            depth = Math.Max(depth, values[i].Depth);
            if (names[i] == names[i - 1])
            {
                duplicate = names[i];
                return false;
            }
        }

        record = depth < Value.DepthMax ? new RecordValue(names, values, depth + 1) : null;
        return record is not null;
    }

    internal int IndexOf(string name)
    {
        var names = _names;
        if (names.Length > LinearMax)
        {
            return Array.BinarySearch(names, name, StringComparer.Ordinal);
        }

        for (var i = 0; i < names.Length; i++)
        {
            if (string.Equals(names[i], name))
            {
                return i;
            }
        }

        return -1;
    }

    private static void Sort(string[] names, Value[] values)
    {
        if (names.Length > 16)
        {
            Array.Sort(names, values, StringComparer.Ordinal);
            return;
        }

        for (var i = 1; i < names.Length; i++)
        {
            for (var j = i; j > 0 && string.CompareOrdinal(names[j - 1], names[j]) > 0; j--)
            {
                (names[j - 1], names[j]) = (names[j], names[j - 1]);
                (values[j - 1], values[j]) = (values[j], values[j - 1]);
            }
        }
    }
}
