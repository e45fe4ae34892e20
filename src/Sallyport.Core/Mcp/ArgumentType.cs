using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sallyport.Mcp;

/// <summary>
/// What Cedar can know of an argument, by the JSON Schema that its tool declares. Closed. The table of the mapping is
/// docs/reference/tool-schemas.md.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "String, Long and Decimal are Cedar's own words for its types.")]
public abstract record ArgumentType
{
    private ArgumentType()
    {
    }

    /// <summary>Whether every value that the tool's schema allows has a Cedar value.</summary>
    public abstract bool IsAlwaysExpressible { get; }

    /// <summary>The type as Cedar schema text. Only what is not <see cref="Untyped"/> can be printed.</summary>
    public string ToCedar()
    {
        var to = new StringBuilder();
        Append(to, "");
        return to.ToString();
    }

    /// <inheritdoc/>
    public sealed override string ToString() => this is Untyped ? "untyped" : ToCedar();

    /// <summary>Appends the type, its inner lines behind the margin.</summary>
    private protected abstract void Append(StringBuilder to, string margin);

    /// <summary>A text, and every date: see the table for why no <c>datetime</c>.</summary>
    public sealed record String : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => true;

        private protected override void Append(StringBuilder to, string margin) => to.Append("String");
    }

    /// <summary>A whole number. One that does not fit 64 bits is a fault, not untyped.</summary>
    public sealed record Long : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => true;

        private protected override void Append(StringBuilder to, string margin) => to.Append("Long");
    }

    /// <summary>A number. With more than four decimal places, or too large, it is untyped in that call.</summary>
    public sealed record Decimal : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => false;

        private protected override void Append(StringBuilder to, string margin) => to.Append("decimal");
    }

    /// <summary>A boolean.</summary>
    public sealed record Bool : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => true;

        private protected override void Append(StringBuilder to, string margin) => to.Append("Bool");
    }

    /// <summary>An array of scalars; order and repetition are lost.</summary>
    /// <param name="Element">A scalar type.</param>
    public sealed record Set(ArgumentType Element) : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => Element.IsAlwaysExpressible;

        private protected override void Append(StringBuilder to, string margin)
        {
            to.Append("Set<");
            Element.Append(to, margin);
            to.Append('>');
        }
    }

    /// <summary>An object with declared properties.</summary>
    /// <param name="Attributes">In ordinal order of their names, which are distinct.</param>
    public sealed record Record(ImmutableArray<Attribute> Attributes) : ArgumentType
    {
        /// <summary>The object of which nothing is known.</summary>
        public static Record Empty { get; } = new([]);

        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => true;

        /// <summary>The attribute of this name.</summary>
        public bool TryGet(string name, [NotNullWhen(true)] out Attribute? attribute)
        {
            var (low, high) = (0, Attributes.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                var order = string.CompareOrdinal(Attributes[middle].Name, name);
                if (order == 0)
                {
                    attribute = Attributes[middle];
                    return true;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            attribute = null;
            return false;
        }

        private protected override void Append(StringBuilder to, string margin)
        {
            var inner = margin + "  ";
            var first = true;
            to.Append('{');
            foreach (var attribute in Attributes.Where(a => a.Type is not Untyped))
            {
                to.Append(first ? "\n" : ",\n").Append(inner).Append(CedarName.Of(attribute.Name))
                    .Append(attribute.IsCedarRequired ? ": " : "?: ");
                attribute.Type.Append(to, inner);
                first = false;
            }

            to.Append(first ? "}" : $"\n{margin}}}");
        }
    }

    /// <summary>What Cedar cannot know. Where it is present in a call, the call says so.</summary>
    /// <param name="Place">The place within the tool's input schema, as a JSON pointer.</param>
    /// <param name="Reason">Why, as the end of a sentence.</param>
    public sealed record Untyped(string Place, string Reason) : ArgumentType
    {
        /// <inheritdoc/>
        public override bool IsAlwaysExpressible => false;

        private protected override void Append(StringBuilder to, string margin) =>
            throw new InvalidOperationException("What is untyped has no Cedar type.");
    }

    /// <summary>One property of an object.</summary>
    /// <param name="Name">As the tool names it: any text.</param>
    /// <param name="Type">Its type.</param>
    /// <param name="Presence">Whether a call may leave it out or send null.</param>
    public sealed record Attribute(string Name, ArgumentType Type, Presence Presence)
    {
        /// <summary>Whether a call without it is refused.</summary>
        public bool IsRequired => Presence.HasFlag(Presence.Required);

        /// <summary>Whether null may stand for it; Cedar sees null as absence.</summary>
        public bool IsNullable => Presence.HasFlag(Presence.Nullable);

        /// <summary>Whether the Cedar attribute is there in every call that is read.</summary>
        public bool IsCedarRequired => IsRequired && !IsNullable && Type.IsAlwaysExpressible;
    }
}

/// <summary>Whether a property may be missing or null.</summary>
[Flags]
public enum Presence
{
    /// <summary>May be left out, and may not be null.</summary>
    None = 0,

    /// <summary>May not be left out.</summary>
    Required = 1,

    /// <summary>May be null.</summary>
    Nullable = 2,
}
