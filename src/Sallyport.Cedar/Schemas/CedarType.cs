using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// A type with all its names looked up: what the type checker computes with. Closed, immutable, equal by form. Schemas
/// hold <see cref="Primitive"/>, <see cref="Entity"/> of one name, <see cref="Set"/> and <see cref="Record"/>; the
/// rest arises in expressions.
/// </summary>
/// <remarks>
/// The inside of a type may be shared, so that comparing two types can cost far more than making them;
/// <see cref="Size"/> counts every use and is bounded by <see cref="CedarLimits.SchemaTypeSizeMax"/> in schemas.
/// </remarks>
public abstract class CedarType : IEquatable<CedarType>
{
    private CedarType(long size, int height)
    {
        Size = Math.Min(size, int.MaxValue);
        Height = height;
    }

    /// <summary>Boolean.</summary>
    public static CedarType Bool { get; } = new Primitive(ValueKind.Bool, "Bool");

    /// <summary>A Boolean that can only be true.</summary>
    public static CedarType True { get; } = new Primitive(ValueKind.Bool, "True");

    /// <summary>A Boolean that can only be false.</summary>
    public static CedarType False { get; } = new Primitive(ValueKind.Bool, "False");

    /// <summary>64-bit integer.</summary>
    public static CedarType Long { get; } = new Primitive(ValueKind.Long, "Long");

    /// <summary>Text.</summary>
    public static CedarType String { get; } = new Primitive(ValueKind.String, "String");

    /// <summary>Extension type <c>decimal</c>.</summary>
    public static CedarType Decimal { get; } = new Primitive(ValueKind.Decimal, "decimal");

    /// <summary>Extension type <c>ipaddr</c>.</summary>
    public static CedarType IpAddress { get; } = new Primitive(ValueKind.IpAddress, "ipaddr");

    /// <summary>Extension type <c>datetime</c>.</summary>
    public static CedarType Datetime { get; } = new Primitive(ValueKind.Datetime, "datetime");

    /// <summary>Extension type <c>duration</c>.</summary>
    public static CedarType Duration { get; } = new Primitive(ValueKind.Duration, "duration");

    /// <summary>An entity of any type.</summary>
    public static CedarType AnyEntity { get; } = new Primitive(ValueKind.Entity, "Entity");

    /// <summary>The type of the elements of <c>[]</c>: there is no such value.</summary>
    public static CedarType Never { get; } = new Primitive(null, "Never");

    /// <summary>The record without attributes.</summary>
    public static Record EmptyRecord { get; } = new([]);

    /// <summary>Number of nodes, shared ones counted at every use; at most <see cref="int.MaxValue"/>.</summary>
    public long Size { get; }

    /// <summary>Levels of sets and records; 1 for everything else.</summary>
    public int Height { get; }

    /// <summary>Whether values of this type are Booleans.</summary>
    public bool IsBool => this is Primitive { Kind: ValueKind.Bool };

    /// <summary>Whether values of this type are entities.</summary>
    public bool IsEntity => this is Entity || ReferenceEquals(this, AnyEntity);

    /// <inheritdoc/>
    public abstract bool Equals(CedarType? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as CedarType);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The type in the words of schemas, shortened to some hundred characters.</summary>
    public sealed override string ToString()
    {
        var to = new StringBuilder();
        AppendTo(to);
        return to.Length > TextMax ? $"{to.ToString(0, TextMax)}..." : to.ToString();
    }

    private const int TextMax = 400;

    private protected abstract void AppendTo(StringBuilder to);

    /// <summary>A type without parts. There is one instance of each.</summary>
    public sealed class Primitive : CedarType
    {
        private readonly string _name;

        internal Primitive(ValueKind? kind, string name)
            : base(1, 1)
        {
            Kind = kind;
            _name = name;
        }

        /// <summary>The kind of the values; null for <see cref="Never"/>.</summary>
        public ValueKind? Kind { get; }

        /// <inheritdoc/>
        public override bool Equals(CedarType? other) => ReferenceEquals(this, other);

        /// <inheritdoc/>
        public override int GetHashCode() => _name.GetHashCode(StringComparison.Ordinal);

        private protected override void AppendTo(StringBuilder to) => to.Append(_name);
    }

    /// <summary>Entities of one type; in permissive mode, of one of several.</summary>
    public sealed class Entity : CedarType
    {
        /// <summary>Entities of one type.</summary>
        public Entity(EntityTypeName name)
            : this([name])
        {
        }

        internal Entity(ImmutableArray<EntityTypeName> names)
            : base(names.Length, 1) => Names = names;

        /// <summary>The types, at least one, in ordinal order.</summary>
        public ImmutableArray<EntityTypeName> Names { get; }

        /// <inheritdoc/>
        public override bool Equals(CedarType? other) =>
            ReferenceEquals(this, other) || (other is Entity entity && Names.SequenceEqual(entity.Names));

        /// <inheritdoc/>
        public override int GetHashCode() => Names[0].GetHashCode();

        private protected override void AppendTo(StringBuilder to) => to.AppendJoin(" | ", Names.Take(20));
    }

    /// <summary><c>Set&lt;T&gt;</c></summary>
    public sealed class Set(CedarType element) : CedarType(element.Size + 1, element.Height + 1)
    {
        /// <summary>The type of the elements.</summary>
        public CedarType Element { get; } = element;

        /// <inheritdoc/>
        public override bool Equals(CedarType? other) => ReferenceEquals(this, other)
            || (other is Set set && Element.Equals(set.Element));

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(1, Height);

        private protected override void AppendTo(StringBuilder to)
        {
            to.Append("Set<");
            Element.AppendTo(to);
            to.Append('>');
        }
    }

    /// <summary><c>{a: T, b?: U}</c></summary>
    public sealed class Record : CedarType
    {
        /// <summary>A record.</summary>
        /// <param name="attributes">In ordinal order of their names, each name once.</param>
        /// <param name="isOpen">Whether there may be more.</param>
        internal Record(ImmutableArray<CedarAttribute> attributes, bool isOpen = false)
            : base(
                attributes.Aggregate(1L, (sum, attribute) => sum + attribute.Type.Size),
                attributes.Aggregate(1, (height, attribute) => Math.Max(height, attribute.Type.Height + 1)))
        {
            Attributes = attributes;
            Required = [.. attributes.Where(a => a.IsRequired)];
            IsOpen = isOpen;
        }

        /// <summary>The attributes, in ordinal order of their names.</summary>
        public ImmutableArray<CedarAttribute> Attributes { get; }

        /// <summary>Those of the attributes that are always there.</summary>
        public ImmutableArray<CedarAttribute> Required { get; }

        /// <summary>
        /// Whether there may be attributes beyond these: only what permissive mode joins; never in a schema.
        /// </summary>
        public bool IsOpen { get; }

        /// <summary>The attribute of this name, or null.</summary>
        public CedarAttribute? Find(string name)
        {
            var (low, high) = (0, Attributes.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var order = string.CompareOrdinal(Attributes[middle].Name, name);
                if (order == 0)
                {
                    return Attributes[middle];
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            return null;
        }

        /// <inheritdoc/>
        public override bool Equals(CedarType? other) => ReferenceEquals(this, other)
            || (other is Record record && Size == record.Size && IsOpen == record.IsOpen
                && Attributes.SequenceEqual(record.Attributes));

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(2, Attributes.Length, Height);

        private protected override void AppendTo(StringBuilder to)
        {
            to.Append('{');
            foreach (var attribute in Attributes)
            {
                if (to.Length > TextMax)
                {
                    return;
                }

                to.Append(to[^1] == '{' ? "" : ", ");
                to.Append(Identifiers.IsIdentifier(attribute.Name)
                    ? attribute.Name
                    : StringEscapes.Quote(attribute.Name));
                to.Append(attribute.IsRequired ? ": " : "?: ");
                attribute.Type.AppendTo(to);
            }

            to.Append('}');
        }
    }
}

/// <summary>One attribute of a record type.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Type">The type.</param>
/// <param name="IsRequired">Whether it is always there.</param>
public sealed record CedarAttribute(string Name, CedarType Type, bool IsRequired);
