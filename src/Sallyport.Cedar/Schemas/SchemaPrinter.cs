using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Writes schemas in human syntax. Reading what was written gives an equal document if the document came from human
/// syntax, else an equal schema, save for what <see cref="FindMismatches"/> finds.
/// </summary>
internal sealed class SchemaPrinter
{
    private readonly StringBuilder _to = new();
    private string _margin = "";

    public static string Print(SchemaDocument document)
    {
        var printer = new SchemaPrinter();
        foreach (var space in document.Namespaces)
        {
            printer.Append(space);
        }

        return printer._to.ToString();
    }

    /// <summary>What only JSON syntax can say.</summary>
    public static ImmutableArray<Diagnostic> FindMismatches(SchemaDocument document)
    {
        var mismatches = new List<Diagnostic>();
        var commonTypes =
            document.Namespaces.SelectMany(n =>
            n.CommonTypes.Select(c =>
            new SchemaScope(n.Name, null).Qualify(c.Name))).ToHashSet(StringComparer.Ordinal);
        foreach (var space in document.Namespaces)
        {
            var scope = new SchemaScope(space.Name, null);
            foreach (var entityType in space.EntityTypes.Where(e => e.Shape is SchemaType.Named))
            {
                mismatches.Add(
                    Mismatch($"The attributes of entity type '{scope.Qualify(entityType.Name)}' are the name of a type",
                    "Write out the record."));
            }

            foreach (var name in space.CommonTypes.Select(c => c.Type)
                .Concat(space.EntityTypes.SelectMany(e => new[] { e.Shape, e.Tags }))
                .Concat(space.Actions.Select(a => a.AppliesTo?.Context)).SelectMany(NamesIn)
                .Where(n => n.Kind == TypeReferenceKind.Entity
                    && SchemaNames.Candidates(n.Name, scope).Any(commonTypes.Contains)))
            {
                mismatches.Add(Mismatch(
                    $"'{name.Name}' in namespace '{space.Name}' is an entity type that a common type hides",
                    "Rename one of them."));
            }
        }

        return [.. mismatches];
    }

    private static Diagnostic Mismatch(string what, string mend) =>
        Diagnostic.Unplaced("schema.human-syntax", $"{what}, which human syntax cannot say.", mend);

    private static IEnumerable<SchemaType.Named> NamesIn(SchemaType? type) => type switch
    {
        SchemaType.Named named => [named],
        SchemaType.Set set => NamesIn(set.Element),
        SchemaType.Record record => record.Attributes.SelectMany(a => NamesIn(a.Type)),
        _ => [],
    };

    private void Append(NamespaceDeclaration space)
    {
        if (space.Name.Length > 0)
        {
            Append(space.Annotations);
            _to.Append("namespace ").Append(space.Name).Append(" {\n");
            _margin = "  ";
        }

        foreach (var type in space.CommonTypes)
        {
            Append(type.Annotations);
            _to.Append(_margin).Append("type ").Append(type.Name).Append(" = ");
            Append(type.Type);
            _to.Append(";\n");
        }

        foreach (var type in space.EntityTypes)
        {
            Append(type);
        }

        foreach (var action in space.Actions)
        {
            Append(action);
        }

        if (space.Name.Length > 0)
        {
            _margin = "";
            _to.Append("}\n");
        }
    }

    private void Append(EntityTypeDeclaration type)
    {
        Append(type.Annotations);
        _to.Append(_margin).Append("entity ").Append(type.Name);
        if (type.IsEnumerated)
        {
            _to.Append(" enum [").AppendJoin(", ", type.Ids.Select(StringEscapes.Quote)).Append(']');
        }

        if (type.MemberOf.Length > 0)
        {
            _to.Append(" in ");
            Append(type.MemberOf);
        }

        if (type.Shape is not null)
        {
            _to.Append(" = ");
            Append(type.Shape);
        }

        if (type.Tags is not null)
        {
            _to.Append(" tags ");
            Append(type.Tags);
        }

        _to.Append(";\n");
    }

    private void Append(ActionDeclaration action)
    {
        Append(action.Annotations);
        _to.Append(_margin).Append("action ").Append(StringEscapes.Quote(action.Name));
        if (action.MemberOf.Length > 0)
        {
            _to.Append(" in [").AppendJoin(", ", action.MemberOf.Select(Print)).Append(']');
        }

        // With an empty list there is no request for the action: in human syntax, no 'appliesTo'.
        if (action.AppliesTo is { Principals.Length: > 0, Resources.Length: > 0 } appliesTo)
        {
            var outer = _margin;
            _margin += "  ";
            _to.Append(" appliesTo {\n").Append(_margin).Append("principal: ");
            Append(appliesTo.Principals);
            _to.Append(",\n").Append(_margin).Append("resource: ");
            Append(appliesTo.Resources);
            if (appliesTo.Context is not null)
            {
                _to.Append(",\n").Append(_margin).Append("context: ");
                Append(appliesTo.Context);
            }

            _margin = outer;
            _to.Append('\n').Append(_margin).Append('}');
        }

        _to.Append(";\n");
    }

    private void Append(SchemaType type)
    {
        switch (type)
        {
            case SchemaType.Named named:
                // What JSON calls built-in is so even where a declaration hides the short name.
                _to.Append(named.Kind is TypeReferenceKind.Primitive or TypeReferenceKind.Extension
                    ? BuiltInTypes.Prefix
                    : "").Append(named.Name);
                break;
            case SchemaType.Set set:
                _to.Append("Set<");
                Append(set.Element);
                _to.Append('>');
                break;
            case SchemaType.Record record:
                Append(record);
                break;
        }
    }

    private void Append(SchemaType.Record record)
    {
        if (record.Attributes.Length == 0)
        {
            _to.Append("{}");
            return;
        }

        var outer = _margin;
        _margin += "  ";
        _to.Append('{');
        for (var i = 0; i < record.Attributes.Length; i++)
        {
            var attribute = record.Attributes[i];
            _to.Append(i == 0 ? "\n" : ",\n");
            Append(attribute.Annotations);
            _to.Append(_margin)
                .Append(Identifiers.IsIdentifier(attribute.Name)
                ? attribute.Name
                : StringEscapes.Quote(attribute.Name));
            _to.Append(attribute.IsRequired ? ": " : "?: ");
            Append(attribute.Type);
        }

        _margin = outer;
        _to.Append('\n').Append(_margin).Append('}');
    }

    private void Append(ImmutableArray<NameReference> names) =>
        _to.Append('[').AppendJoin(", ", names.Select(n => n.Name)).Append(']');

    private void Append(ImmutableArray<Annotation> annotations)
    {
        foreach (var annotation in annotations)
        {
            _to.Append(_margin).Append('@').Append(annotation.Key);
            _to.Append(annotation.Value is null ? "" : $"({StringEscapes.Quote(annotation.Value)})").Append('\n');
        }
    }

    private static string Print(ActionReference group) =>
        group.Type is null ? StringEscapes.Quote(group.Id) : $"{group.Type}::{StringEscapes.Quote(group.Id)}";
}
