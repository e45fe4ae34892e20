using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cedar.Json;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>Types and the small parts.</summary>
internal sealed partial class SchemaJsonReader
{
    /// <summary>Where a type stands: it decides which further members its object may have.</summary>
    private enum TypePlace
    {
        Plain,
        Declaration, // annotations
        Attribute, // annotations, required
    }

    private delegate void ElementReader(ref Utf8JsonReader reader);

    private TypeMembers ReadType(ref Utf8JsonReader reader, TypePlace place)
    {
        var start = reader.TokenStartIndex;
        var members = new TypeMembers();
        ReadMembers(ref reader, "a type as {\"type\": ...}", (ref Utf8JsonReader at, string member) =>
        {
            switch (member)
            {
                case "type":
                    members.Word = ReadPath(ref at, "the name of a type");
                    break;
                case "element":
                    members.Element = ReadType(ref at, TypePlace.Plain).Type;
                    break;
                case "attributes":
                    members.Attributes = ReadAttributes(ref at);
                    break;
                case "additionalAttributes" when at.TokenType == JsonTokenType.False:
                    members.SaysClosed = true;
                    break;
                case "additionalAttributes":
                    throw new JsonFault("schema.unsupported", "Records with additional attributes are not supported.",
                        "Declare every attribute, or use tags.", at.TokenStartIndex);
                case "name":
                    members.Name = ReadPath(ref at, "the name of a type");
                    break;
                case "annotations" when place != TypePlace.Plain:
                    members.Annotations = ReadAnnotations(ref at);
                    break;
                case "required" when place == TypePlace.Attribute:
                    members.IsRequired = at.TokenType switch
                    {
                        JsonTokenType.True => true,
                        JsonTokenType.False => false,
                        _ => throw JsonFault.Expected("true or false", at),
                    };
                    break;
                default:
                    throw Unknown(member, "A type has type and, as the type asks, element, attributes or name.", at);
            }
        });

        members.Type = MakeType(members, start);
        return members;
    }

    private static SchemaType MakeType(TypeMembers members, long start)
    {
        var word = members.Word ?? throw new JsonFault("json.member", "A type needs the member type.", "", start);
        var (needsElement, needsAttributes, needsName) =
            (word == "Set", word == "Record", word is "Entity" or "EntityOrCommon" or "Extension");
        if ((members.Element is null) == needsElement || members.Attributes.IsDefault == needsAttributes
            || (members.Name is null) == needsName || (members.SaysClosed && !needsAttributes))
        {
            throw new JsonFault("json.member", $"The members do not fit to a type of {word}.",
                "Set has element; Record has attributes; Entity, EntityOrCommon, Extension have name; others nothing.",
                start);
        }

        // Each is there: the test above has asked for it.
        return word switch
        {
            "Set" => new SchemaType.Set(members.Element!),
            "Record" => new SchemaType.Record(members.Attributes),
            "Entity" => new SchemaType.Named(members.Name!, TypeReferenceKind.Entity),
            "EntityOrCommon" => new SchemaType.Named(members.Name!, TypeReferenceKind.EntityOrCommon),
            "Extension" => new SchemaType.Named(members.Name!, TypeReferenceKind.Extension),
            "Long" or "String" => new SchemaType.Named(word, TypeReferenceKind.Primitive),
            "Boolean" or "Bool" => new SchemaType.Named("Bool", TypeReferenceKind.Primitive),
            _ => new SchemaType.Named(word, TypeReferenceKind.Common),
        };
    }

    private ImmutableArray<AttributeDeclaration> ReadAttributes(ref Utf8JsonReader reader)
    {
        var attributes = ImmutableArray.CreateBuilder<AttributeDeclaration>();
        ReadMembers(ref reader, "an object of attributes", (ref Utf8JsonReader at, string name) =>
        {
            var type = ReadType(ref at, TypePlace.Attribute);
            var attribute = new AttributeDeclaration(name, type.Type, type.IsRequired);
            attributes.Add(attribute with { Annotations = type.Annotations });
        });
        return attributes.ToImmutable();
    }

    private ImmutableArray<Annotation> ReadAnnotations(ref Utf8JsonReader reader)
    {
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        ReadMembers(ref reader, "an object of annotations", (ref Utf8JsonReader at, string key) =>
        {
            if (!Identifiers.IsAnyIdentifier(key))
            {
                throw new JsonFault("json.name", $"'{key}' is no identifier.", "", at.TokenStartIndex);
            }

            annotations.Add(new Annotation(key, at.TokenType == JsonTokenType.Null
                ? null
                : ReadString(ref at, "the text of an annotation")));
        });
        return annotations.ToImmutable();
    }

    private ImmutableArray<string> ReadIds(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        var ids = ImmutableArray.CreateBuilder<string>();
        ReadElements(ref reader, "an array of ids", (ref Utf8JsonReader at) => ids.Add(ReadString(ref at, "an id")));
        return ids.Count > 0
            ? ids.ToImmutable()
            : throw new JsonFault("json.empty", "An enumerated entity type needs an id.", "", start);
    }

    private ImmutableArray<NameReference> ReadNames(ref Utf8JsonReader reader, string what)
    {
        var names = ImmutableArray.CreateBuilder<NameReference>();
        ReadElements(ref reader, what, (ref Utf8JsonReader at) =>
            names.Add(new NameReference(ReadPath(ref at, "the name of an entity type"))));
        return names.ToImmutable();
    }

    /// <summary>Identifiers joined by '::'; <c>__cedar</c> may be one of them.</summary>
    private static string ReadPath(ref Utf8JsonReader reader, string what)
    {
        var text = ReadString(ref reader, what);
        foreach (var part in text.Split("::"))
        {
            if (!Identifiers.IsIdentifier(part) && part != Identifiers.CedarNamespace)
            {
                throw NotName(text, what, reader);
            }
        }

        return text;
    }

    private static void RequireName(string name, string what, in Utf8JsonReader reader, bool path)
    {
        if (!(path ? Identifiers.IsPath(name) : Identifiers.IsIdentifier(name)))
        {
            throw NotName(name, what, reader);
        }
    }

    private static string ReadString(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.String
            ? ValueReader.ReadText(ref reader)
            : throw JsonFault.Expected(what, reader);

    private void ReadMembers(ref Utf8JsonReader reader, string what, MemberReader read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected(what, reader);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var name = ValueReader.ReadText(ref reader);
            if (!names.Add(name))
            {
                throw new JsonFault("json.duplicate", $"{StringEscapes.Quote(name)} is given twice.",
                    "Keep one of them.", reader.TokenStartIndex);
            }

            if (names.Count > limits.WidthMax)
            {
                throw new JsonFault("json.width", $"More than {limits.WidthMax} members.", "Split the schema.",
                    reader.TokenStartIndex);
            }

            ValueReader.Read(ref reader);
            read(ref reader, name);
        }
    }

    private void ReadElements(ref Utf8JsonReader reader, string what, ElementReader read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected(what, reader);
        }

        for (var count = 1; ValueReader.Read(ref reader) != JsonTokenType.EndArray; count++)
        {
            if (count > limits.WidthMax)
            {
                throw new JsonFault("json.width", $"More than {limits.WidthMax} elements.", "Split the declaration.",
                    reader.TokenStartIndex);
            }

            read(ref reader);
        }
    }

    private static JsonFault NotName(string name, string what, in Utf8JsonReader reader) =>
        new("json.name", $"Expected {what}, found {StringEscapes.Quote(name)}.",
            "Write identifiers, joined by '::' where a path may stand, without whitespace and reserved words.",
                reader.TokenStartIndex);

    private static JsonFault Unknown(string member, string mend, in Utf8JsonReader reader) =>
        new("json.member", $"{StringEscapes.Quote(member)} cannot stand here.", mend, reader.TokenStartIndex);

    /// <summary>The members of a type's object, in whatever order they come.</summary>
    private sealed class TypeMembers
    {
        public string? Word;
        public SchemaType? Element;
        public ImmutableArray<AttributeDeclaration> Attributes;
        public string? Name;
        public bool SaysClosed;
        public bool IsRequired = true;
        public ImmutableArray<Annotation> Annotations = [];

        public SchemaType Type { get; set; } = null!; // set before the members leave ReadType
    }
}
