using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Flow;

/// <summary>An immutable set of labels, sorted, so that equal sets print and hash alike.</summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly ImmutableArray<Label> sorted;

    private LabelSet(ImmutableArray<Label> sorted) => this.sorted = sorted;

    /// <summary>No label: nothing read, or only what is trusted.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>Only <see cref="Label.Untrusted"/>: what an undeclared source carries.</summary>
    public static LabelSet Untrusted { get; } = new([Label.Untrusted]);

    /// <summary>The labels in ordinal order.</summary>
    public IReadOnlyList<Label> Labels => sorted;

    /// <summary>Number of labels.</summary>
    public int Count => sorted.Length;

    /// <summary>A set of these labels; doubles are dropped.</summary>
    public static LabelSet Of(params IEnumerable<Label> labels)
    {
        ImmutableArray<Label> distinct = [.. labels.Distinct().Order()];
        return distinct.IsEmpty ? Empty : new LabelSet(distinct);
    }

    /// <summary>Parses words divided by single commas, the form that <see cref="ToString"/> prints. Empty text is the empty set.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LabelSet? labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        labels = null;
        if (text.Length == 0)
        {
            labels = Empty;
            return true;
        }

        var parsed = new List<Label>();
        foreach (var word in text.Split(','))
        {
            if (!Label.TryParse(word, out var label))
            {
                return false;
            }

            parsed.Add(label);
        }

        labels = Of(parsed);
        return true;
    }

    /// <summary>Whether the label is in the set.</summary>
    public bool Contains(Label label) => sorted.Contains(label);

    /// <summary>Whether strangers wrote what carries it: integrity is lost.</summary>
    public bool IsUntrusted => Contains(Label.Untrusted) || Contains(Label.Social);

    /// <summary>Whether it may not be told to whoever does not carry the same: confidentiality.</summary>
    /// <param name="to">What the receiver carries.</param>
    public bool IsConfidentialTo(LabelSet to)
    {
        ArgumentNullException.ThrowIfNull(to);
        return (Contains(Label.Confidential) && !to.Contains(Label.Confidential) && !to.Contains(Label.Secret))
            || (Contains(Label.Secret) && !to.Contains(Label.Secret));
    }

    /// <summary>Whether every label of this set is in <paramref name="other"/>.</summary>
    public bool IsSubsetOf(LabelSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var label in sorted)
        {
            if (!other.Contains(label))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Both together. Returns this very instance when nothing is new.</summary>
    public LabelSet Join(LabelSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsSubsetOf(this) ? this : Of([.. sorted, .. other.sorted]);
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && sorted.AsSpan().SequenceEqual(other.sorted.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => sorted.Aggregate(0, HashCode.Combine);

    /// <summary>The words, divided by commas.</summary>
    public override string ToString() => string.Join(',', sorted);
}
