using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>One namespace of a schema with what it declares.</summary>
/// <param name="Name">The path; an empty text for what stands outside of every namespace.</param>
public sealed record NamespaceDeclaration(string Name)
{
    /// <summary>The annotations; no key occurs twice, and the empty namespace has none.</summary>
    public ImmutableArray<Annotation> Annotations { get; init; } = [];

    /// <summary>The common types, in the order written.</summary>
    public ImmutableArray<CommonTypeDeclaration> CommonTypes { get; init; } = [];

    /// <summary>The entity types, in the order written.</summary>
    public ImmutableArray<EntityTypeDeclaration> EntityTypes { get; init; } = [];

    /// <summary>The actions, in the order written.</summary>
    public ImmutableArray<ActionDeclaration> Actions { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(NamespaceDeclaration? other) => other is not null && Name == other.Name
        && Annotations.SequenceEqual(other.Annotations) && CommonTypes.SequenceEqual(other.CommonTypes)
        && EntityTypes.SequenceEqual(other.EntityTypes) && Actions.SequenceEqual(other.Actions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, CommonTypes.Length, EntityTypes.Length, Actions.Length);
}

/// <summary>
/// A schema as written, in either syntax, its names not yet looked up: what is read, printed and converted.
/// <see cref="Schema"/> is what it means.
/// </summary>
public sealed class SchemaDocument : IEquatable<SchemaDocument>
{
    /// <summary>A document of these namespaces; each name may occur once.</summary>
    public SchemaDocument(ImmutableArray<NamespaceDeclaration> namespaces, SourceText? source = null)
    {
        Namespaces = namespaces;
        Source = source;
    }

    /// <summary>The namespaces, in the order written; the empty one first if it declares anything.</summary>
    public ImmutableArray<NamespaceDeclaration> Namespaces { get; }

    /// <summary>The text that the spans refer to; null for a document that was not read from human syntax.</summary>
    public SourceText? Source { get; }

    /// <summary>Reads human syntax (Cedar documentation, "Human-readable schema").</summary>
    /// <returns>The document, or every statement's first mistake.</returns>
    public static Parsed<SchemaDocument> Parse(string text, CedarLimits? limits = null) =>
        SchemaParser.Parse(text, limits ?? CedarLimits.Default);

    /// <summary>Reads JSON syntax (Cedar documentation, "JSON schema").</summary>
    /// <returns>The document, or the first mistake with its line.</returns>
    public static Parsed<SchemaDocument> ParseJson(ReadOnlySpan<byte> utf8, CedarLimits? limits = null) =>
        SchemaJsonReader.Parse(utf8, limits ?? CedarLimits.Default);

    /// <summary>Reads JSON syntax from a text.</summary>
    public static Parsed<SchemaDocument> ParseJson(string json, CedarLimits? limits = null) =>
        ParseJson(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>
    /// The schema in human syntax. Human syntax has fewer kinds of reference than JSON: see
    /// <see cref="HumanSyntaxMismatches"/>.
    /// </summary>
    public override string ToString() => SchemaPrinter.Print(this);

    /// <summary>The schema in JSON syntax. Nothing is lost: reading it gives an equal document.</summary>
    public byte[] ToJson() => SchemaJsonWriter.Write(this);

    /// <summary>
    /// What human syntax would read differently: references to an entity type that a common type of the same name
    /// hides, and names that only JSON can hold. Empty for every document that was read from human syntax.
    /// </summary>
    public ImmutableArray<Diagnostic> HumanSyntaxMismatches() => SchemaPrinter.FindMismatches(this);

    /// <inheritdoc/>
    public bool Equals(SchemaDocument? other) => other is not null && Namespaces.SequenceEqual(other.Namespaces);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SchemaDocument);

    /// <inheritdoc/>
    public override int GetHashCode() => Namespaces.Length;
}
