namespace Sallyport.Cedar;

/// <summary>
/// How much a text may ask of the reader. Beyond a limit the answer is an error that names it; nothing hangs, and no
/// stack overflows.
/// </summary>
/// <remarks>
/// The Cedar specification sets no limits. <see cref="NestingMax"/> and <see cref="JsonDepthMax"/> are what a thread
/// with a stack of one mebibyte carries with a wide margin; the others bound memory and time.
/// </remarks>
public sealed record CedarLimits
{
    /// <summary>The limits that are used where none are given.</summary>
    public static CedarLimits Default { get; } = new();

    /// <summary>UTF-16 units in one policy or schema text.</summary>
    public int TextLengthMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes in one JSON document.</summary>
    public int JsonBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Policies and templates in one set.</summary>
    public int PoliciesMax { get; init; } = 200_000;

    /// <summary>Parentheses, brackets, braces and conditionals inside one another.</summary>
    public int NestingMax { get; init; } = 128;

    /// <summary>
    /// Levels of the syntax tree of one expression; <c>a &amp;&amp; b &amp;&amp; c</c> is one level, <c>1 + 2 + 3</c>
    /// is two.
    /// </summary>
    public int ExpressionHeightMax { get; init; } = 256;

    /// <summary>
    /// Objects and arrays inside one another in a JSON value (attributes, context, tags). A JSON policy may have four
    /// times as many.
    /// </summary>
    public int JsonDepthMax { get; init; } = 128;

    /// <summary>Elements of one set or attributes of one record, in policies and in JSON.</summary>
    public int WidthMax { get; init; } = 100_000;

    /// <summary>Entities in one store.</summary>
    public int EntitiesMax { get; init; } = 1_000_000;

    /// <summary>
    /// Pairs of entity and ancestor in one store, after transitive closure: a long chain has quadratically many.
    /// </summary>
    public int AncestorsMax { get; init; } = 20_000_000;

    /// <summary>Common types, entity types and actions in one schema.</summary>
    public int SchemaDeclarationsMax { get; init; } = 100_000;

    /// <summary>Nodes of one type of a schema after its names are looked up: common types that use others twice double at each step.</summary>
    public int SchemaTypeSizeMax { get; init; } = 100_000;

    /// <summary>Levels of one type of a schema after its names are looked up, and common types that refer to one another in a chain.</summary>
    public int SchemaTypeHeightMax { get; init; } = 200;

    /// <summary>Combinations of action, principal type and resource type in one schema.</summary>
    public int RequestEnvironmentsMax { get; init; } = 1_000_000;

    /// <summary>Steps of type checking for one set of policies; one step is one expression, or a part of a type, in one request environment.</summary>
    public long ValidationStepsMax { get; init; } = 100_000_000;
}
