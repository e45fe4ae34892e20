using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Policies;

/// <summary>
/// An expression. Closed: no other case can be added elsewhere. Two expressions are equal if they have the same form;
/// where they stand in a text does not count.
/// </summary>
/// <remarks>
/// <c>&amp;&amp;</c> and <c>||</c> hold all operands of a chain, so that a long chain is not a deep tree.
/// <see cref="Height"/> is bounded by <see cref="CedarLimits.ExpressionHeightMax"/> in whatever a reader of this
/// library makes, so walking a tree may recurse.
/// </remarks>
public abstract class Expr : IEquatable<Expr>
{
    private Expr(SourceSpan span, int height)
    {
        Span = span;
        Height = height;
    }

    /// <summary>
    /// Where the expression stands, parentheses around it not included; empty if it was not read from text.
    /// </summary>
    public SourceSpan Span { get; }

    /// <summary>Levels of the tree: 1 for a leaf.</summary>
    public int Height { get; }

    /// <summary>Makes a conjunction; a conjunction on the left is continued, not nested.</summary>
    public static Expr AllOf(Expr left, Expr right, SourceSpan span = default) =>
        new And(left is And and ? [.. and.Operands, right] : [left, right], span);

    /// <summary>Makes a disjunction; a disjunction on the left is continued, not nested.</summary>
    public static Expr AnyOf(Expr left, Expr right, SourceSpan span = default) =>
        new Or(left is Or or ? [.. or.Operands, right] : [left, right], span);

    /// <inheritdoc/>
    public bool Equals(Expr? other) =>
        ReferenceEquals(this, other) || (other is not null && ExprEquality.Same(this, other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Expr other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ExprEquality.Hash(this);

    /// <summary>The expression in Cedar's human syntax.</summary>
    public override string ToString() => PolicyPrinter.Print(this);

    private static int Above(ImmutableArray<Expr> children)
    {
        var height = 0;
        foreach (var child in children)
        {
            height = Math.Max(height, child.Height);
        }

        return height + 1;
    }

    /// <summary>A Bool, Long, String or entity uid.</summary>
    public sealed class Literal(Value value, SourceSpan span = default) : Expr(span, 1)
    {
        /// <summary>The value.</summary>
        public Value Value { get; } = value;
    }

    /// <summary><c>principal</c>, <c>action</c>, <c>resource</c> or <c>context</c>.</summary>
    public sealed class Variable(RequestVariable name, SourceSpan span = default) : Expr(span, 1)
    {
        /// <summary>Which one.</summary>
        public RequestVariable Name { get; } = name;
    }

    /// <summary><c>!e</c>, <c>-e</c> or <c>e.isEmpty()</c>.</summary>
    public sealed class Unary(
        UnaryOperator @operator, Expr operand, SourceSpan span = default) : Expr(span, operand.Height + 1)
    {
        /// <summary>The operator.</summary>
        public UnaryOperator Operator { get; } = @operator;

        /// <summary>The operand.</summary>
        public Expr Operand { get; } = operand;
    }

    /// <summary>An operator that evaluates both its operands, left before right.</summary>
    public sealed class Binary(BinaryOperator @operator, Expr left, Expr right, SourceSpan span = default)
        : Expr(span, Math.Max(left.Height, right.Height) + 1)
    {
        /// <summary>The operator.</summary>
        public BinaryOperator Operator { get; } = @operator;

        /// <summary>The left operand, or the receiver of a method.</summary>
        public Expr Left { get; } = left;

        /// <summary>The right operand, or the argument of a method.</summary>
        public Expr Right { get; } = right;
    }

    /// <summary><c>a &amp;&amp; b &amp;&amp; c</c>: from left to right, up to the first false.</summary>
    public sealed class And(ImmutableArray<Expr> operands, SourceSpan span = default) : Expr(span, Above(operands))
    {
        /// <summary>Two operands or more. The first is never itself an <see cref="And"/>.</summary>
        public ImmutableArray<Expr> Operands { get; } = operands;
    }

    /// <summary><c>a || b || c</c>: from left to right, up to the first true.</summary>
    public sealed class Or(ImmutableArray<Expr> operands, SourceSpan span = default) : Expr(span, Above(operands))
    {
        /// <summary>Two operands or more. The first is never itself an <see cref="Or"/>.</summary>
        public ImmutableArray<Expr> Operands { get; } = operands;
    }

    /// <summary><c>if c then t else e</c></summary>
    public sealed class If(Expr condition, Expr then, Expr otherwise, SourceSpan span = default)
        : Expr(span, Math.Max(condition.Height, Math.Max(then.Height, otherwise.Height)) + 1)
    {
        /// <summary>What decides.</summary>
        public Expr Condition { get; } = condition;

        /// <summary>The result if true.</summary>
        public Expr Then { get; } = then;

        /// <summary>The result if false.</summary>
        public Expr Else { get; } = otherwise;
    }

    /// <summary><c>e.name</c> or <c>e["name"]</c></summary>
    public sealed class GetAttribute(
        Expr target, string name, SourceSpan span = default) : Expr(span, target.Height + 1)
    {
        /// <summary>A record, or an entity uid.</summary>
        public Expr Target { get; } = target;

        /// <summary>The attribute's name, unescaped.</summary>
        public string Name { get; } = name;
    }

    /// <summary><c>e has name</c> or <c>e has a.b.c</c></summary>
    public sealed class HasAttribute(
        Expr target, ImmutableArray<string> path, SourceSpan span = default) : Expr(span, target.Height + 1)
    {
        /// <summary>A record, or an entity uid.</summary>
        public Expr Target { get; } = target;

        /// <summary>One name, or the identifiers of a path; each step is asked for before the next is taken.</summary>
        public ImmutableArray<string> Path { get; } = path;
    }

    /// <summary><c>e like "pattern"</c></summary>
    public sealed class Like(Expr target, Pattern pattern, SourceSpan span = default) : Expr(span, target.Height + 1)
    {
        /// <summary>A String.</summary>
        public Expr Target { get; } = target;

        /// <summary>The pattern.</summary>
        public Pattern Pattern { get; } = pattern;
    }

    /// <summary><c>e is T</c> or <c>e is T in f</c>, where f is evaluated only if the type is T.</summary>
    public sealed class Is(Expr target, EntityTypeName type, Expr? container = null, SourceSpan span = default)
        : Expr(span, Math.Max(target.Height, container?.Height ?? 0) + 1)
    {
        /// <summary>An entity uid.</summary>
        public Expr Target { get; } = target;

        /// <summary>The type asked for.</summary>
        public EntityTypeName Type { get; } = type;

        /// <summary>What the entity must also be in, or null.</summary>
        public Expr? Container { get; } = container;
    }

    /// <summary><c>[a, b]</c></summary>
    public sealed class Set(ImmutableArray<Expr> elements, SourceSpan span = default) : Expr(span, Above(elements))
    {
        /// <summary>The elements as written.</summary>
        public ImmutableArray<Expr> Elements { get; } = elements;
    }

    /// <summary><c>{a: 1, "b c": 2}</c></summary>
    public sealed class Record(ImmutableArray<RecordField> fields, SourceSpan span = default)
        : Expr(span, Above([.. fields.Select(field => field.Value)]))
    {
        /// <summary>The fields as written; no name occurs twice.</summary>
        public ImmutableArray<RecordField> Fields { get; } = fields;
    }

    /// <summary>
    /// A call of an extension function, as a function or as a method. The number of arguments may be wrong: that is an
    /// error of evaluation.
    /// </summary>
    public sealed class Call(ExtensionFunction function, ImmutableArray<Expr> arguments, SourceSpan span = default)
        : Expr(span, Above(arguments))
    {
        /// <summary>The function.</summary>
        public ExtensionFunction Function { get; } = function;

        /// <summary>The arguments; of a method the receiver is the first.</summary>
        public ImmutableArray<Expr> Arguments { get; } = arguments;
    }
}

/// <summary>One field of a record literal.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Value">What makes the value.</param>
public readonly record struct RecordField(string Name, Expr Value);
