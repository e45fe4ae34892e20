using System.Diagnostics.CodeAnalysis;
using Sallyport.Identity;

namespace Sallyport.Flow;

/// <summary>A mark that information carries: <c>untrusted</c>, <c>social</c>, <c>confidential</c>.</summary>
public sealed record Label : IComparable<Label>
{
    private Label(string value) => Value = value;

    /// <summary>Written by strangers: whoever reads it may be reading instructions.</summary>
    public static Label Untrusted { get; } = new("untrusted");

    /// <summary>Written by a network of agents: untrusted, and meant to be obeyed by many.</summary>
    public static Label Social { get; } = new("social");

    /// <summary>Not for outsiders.</summary>
    public static Label Confidential { get; } = new("confidential");

    /// <summary>For nobody but who needs it: keys, credentials.</summary>
    public static Label Secret { get; } = new("secret");

    /// <summary>The label's word.</summary>
    public string Value { get; }

    /// <summary>The only way in.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Label? label)
    {
        label = Name.IsValid(text) ? text == Untrusted.Value ? Untrusted : new Label(text) : null;
        return label is not null;
    }

    /// <inheritdoc/>
    public int CompareTo(Label? other) => string.CompareOrdinal(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order of the words.</summary>
    public static bool operator <(Label left, Label right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the words.</summary>
    public static bool operator >(Label left, Label right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the words.</summary>
    public static bool operator <=(Label left, Label right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the words.</summary>
    public static bool operator >=(Label left, Label right) => left.CompareTo(right) >= 0;
}
