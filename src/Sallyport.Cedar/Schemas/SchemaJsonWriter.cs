using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Schemas;

/// <summary>Writes schemas in JSON syntax, so that reading what was written gives an equal document.</summary>
internal static class SchemaJsonWriter
{
    public static byte[] Write(SchemaDocument document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            MaxDepth = 4096, // deeper than any reader lets a type be
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // readable; a file of its own, never a part of HTML
        }))
        {
            writer.WriteStartObject();
            foreach (var space in document.Namespaces)
            {
                Write(writer, space);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, NamespaceDeclaration space)
    {
        writer.WriteStartObject(space.Name);
        Write(writer, space.Annotations);
        if (space.CommonTypes.Length > 0)
        {
            writer.WriteStartObject("commonTypes");
            foreach (var type in space.CommonTypes)
            {
                writer.WriteStartObject(type.Name);
                WriteMembers(writer, type.Type);
                Write(writer, type.Annotations);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteStartObject("entityTypes");
        foreach (var type in space.EntityTypes)
        {
            Write(writer, type);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("actions");
        foreach (var action in space.Actions)
        {
            Write(writer, action);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, EntityTypeDeclaration type)
    {
        writer.WriteStartObject(type.Name);
        if (type.IsEnumerated)
        {
            writer.WriteStartArray("enum");
            foreach (var id in type.Ids)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
        }

        if (type.MemberOf.Length > 0)
        {
            Write(writer, "memberOfTypes", type.MemberOf);
        }

        Write(writer, "shape", type.Shape);
        Write(writer, "tags", type.Tags);
        Write(writer, type.Annotations);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ActionDeclaration action)
    {
        writer.WriteStartObject(action.Name);
        if (action.MemberOf.Length > 0)
        {
            writer.WriteStartArray("memberOf");
            foreach (var group in action.MemberOf)
            {
                writer.WriteStartObject();
                writer.WriteString("id", group.Id);
                if (group.Type is not null)
                {
                    writer.WriteString("type", group.Type);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (action.AppliesTo is { } appliesTo)
        {
            writer.WriteStartObject("appliesTo");
            Write(writer, "principalTypes", appliesTo.Principals);
            Write(writer, "resourceTypes", appliesTo.Resources);
            Write(writer, "context", appliesTo.Context);
            writer.WriteEndObject();
        }

        Write(writer, action.Annotations);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string member, ImmutableArray<NameReference> names)
    {
        writer.WriteStartArray(member);
        foreach (var name in names)
        {
            writer.WriteStringValue(name.Name);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string member, SchemaType? type)
    {
        if (type is not null)
        {
            writer.WriteStartObject(member);
            WriteMembers(writer, type);
            writer.WriteEndObject();
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, SchemaType type)
    {
        switch (type)
        {
            case SchemaType.Set set:
                writer.WriteString("type", "Set");
                Write(writer, "element", set.Element);
                break;
            case SchemaType.Record record:
                writer.WriteString("type", "Record");
                writer.WriteStartObject("attributes");
                foreach (var attribute in record.Attributes)
                {
                    writer.WriteStartObject(attribute.Name);
                    WriteMembers(writer, attribute.Type);
                    if (!attribute.IsRequired)
                    {
                        writer.WriteBoolean("required", false);
                    }

                    Write(writer, attribute.Annotations);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
                break;
            case SchemaType.Named named:
                WriteMembers(writer, named);
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, SchemaType.Named named)
    {
        var word = named.Kind switch
        {
            TypeReferenceKind.EntityOrCommon => "EntityOrCommon",
            TypeReferenceKind.Entity => "Entity",
            TypeReferenceKind.Extension => "Extension",
            TypeReferenceKind.Primitive => named.Name == "Bool" ? "Boolean" : named.Name,
            TypeReferenceKind.Common => named.Name,
        };
        writer.WriteString("type", word);
        if (named.Kind is TypeReferenceKind.EntityOrCommon or TypeReferenceKind.Entity or TypeReferenceKind.Extension)
        {
            writer.WriteString("name", named.Name);
        }
    }

    private static void Write(Utf8JsonWriter writer, ImmutableArray<Annotation> annotations)
    {
        if (annotations.Length == 0)
        {
            return;
        }

        writer.WriteStartObject("annotations");
        foreach (var annotation in annotations)
        {
            writer.WriteString(annotation.Key, annotation.Value);
        }

        writer.WriteEndObject();
    }
}
