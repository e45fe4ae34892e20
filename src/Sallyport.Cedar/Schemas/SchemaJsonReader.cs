using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cedar.Json;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Reads schemas in JSON syntax (Cedar documentation, "JSON schema"). Strict: an unknown, doubled or missing member is
/// an error. Every reader method enters at the first token of its part and leaves at its last; a mistake is thrown as
/// <see cref="JsonFault"/>.
/// </summary>
internal sealed partial class SchemaJsonReader(CedarLimits limits)
{
    private int _declarations;

    public static Parsed<SchemaDocument> Parse(ReadOnlySpan<byte> utf8, CedarLimits limits) =>
        JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            // One level of a type takes two of JSON.
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = (limits.JsonDepthMax * 2) + 16 });
            ValueReader.Read(ref reader);
            var document = new SchemaJsonReader(limits).ReadDocument(ref reader);
            reader.Read(); // throws if anything follows
            return document;
        });

    private delegate void MemberReader(ref Utf8JsonReader reader, string name);

    private SchemaDocument ReadDocument(ref Utf8JsonReader reader)
    {
        var namespaces = new List<NamespaceDeclaration>();
        ReadMembers(ref reader, "a schema: an object with a member for each namespace",
            (ref Utf8JsonReader at, string name) =>
        {
            if (name.Length > 0)
            {
                RequireName(name, "the name of a namespace", at, path: true);
            }

            namespaces.Add(ReadNamespace(ref at, name));
        });

        // The empty namespace stands first, as where human syntax is read, so that order makes no difference.
        return new SchemaDocument([.. namespaces.Where(n => n.Name.Length == 0),
            .. namespaces.Where(n => n.Name.Length > 0)]);
    }

    private NamespaceDeclaration ReadNamespace(ref Utf8JsonReader reader, string name)
    {
        var start = reader.TokenStartIndex;
        ImmutableArray<CommonTypeDeclaration> commonTypes = [];
        ImmutableArray<EntityTypeDeclaration> entityTypes = default;
        ImmutableArray<ActionDeclaration> actions = default;
        ImmutableArray<Annotation> annotations = [];
        ReadMembers(ref reader, "a namespace", (ref Utf8JsonReader at, string member) =>
        {
            switch (member)
            {
                case "commonTypes":
                    commonTypes = ReadDeclarations(ref at, "common types", ReadCommonType);
                    break;
                case "entityTypes":
                    entityTypes = ReadDeclarations(ref at, "entity types", ReadEntityType);
                    break;
                case "actions":
                    actions = ReadDeclarations(ref at, "actions", ReadAction);
                    break;
                case "annotations" when name.Length > 0:
                    annotations = ReadAnnotations(ref at);
                    break;
                default:
                    throw Unknown(member,
                        "A namespace has entityTypes, actions, commonTypes and, if it has a name, annotations.", at);
            }
        });

        return entityTypes.IsDefault || actions.IsDefault
            ? throw new JsonFault("json.member", "A namespace needs entityTypes and actions.", "Write {} for none.",
                start)
            : new NamespaceDeclaration(name)
            {
                Annotations = annotations,
                CommonTypes = commonTypes,
                EntityTypes = entityTypes,
                Actions = actions,
            };
    }

    private delegate T DeclarationReader<T>(ref Utf8JsonReader reader, string name);

    private ImmutableArray<T> ReadDeclarations<T>(ref Utf8JsonReader reader, string what, DeclarationReader<T> read)
        where T : Declaration
    {
        var declarations = ImmutableArray.CreateBuilder<T>();
        ReadMembers(ref reader, $"an object of {what}", (ref Utf8JsonReader at, string name) =>
        {
            if (++_declarations > limits.SchemaDeclarationsMax)
            {
                throw new JsonFault("schema.too-many", $"More than {limits.SchemaDeclarationsMax} declarations.",
                    "Split the schema.", at.TokenStartIndex);
            }

            declarations.Add(read(ref at, name));
        });
        return declarations.ToImmutable();
    }

    private CommonTypeDeclaration ReadCommonType(ref Utf8JsonReader reader, string name)
    {
        RequireName(name, "the name of a common type", reader, path: false);
        if (BuiltInTypes.IsReservedCommonName(name))
        {
            throw new JsonFault("schema.reserved", $"'{name}' cannot be the name of a common type.",
                "It is a word of the schema language: use another name.", reader.TokenStartIndex);
        }

        var type = ReadType(ref reader, TypePlace.Declaration);
        return new CommonTypeDeclaration(name, type.Type) { Annotations = type.Annotations };
    }

    private EntityTypeDeclaration ReadEntityType(ref Utf8JsonReader reader, string name)
    {
        RequireName(name, "the name of an entity type", reader, path: false);
        if (name == "Action")
        {
            throw new JsonFault("schema.reserved", "No entity type can be named 'Action'.",
                "Actions stand under \"actions\"; choose another name.", reader.TokenStartIndex);
        }

        var start = reader.TokenStartIndex;
        var type = new EntityTypeDeclaration(name);
        var hasStandardMember = false;
        ReadMembers(ref reader, "an entity type", (ref Utf8JsonReader at, string member) =>
        {
            hasStandardMember |= member is "memberOfTypes" or "shape" or "tags";
            type = member switch
            {
                "memberOfTypes" => type with { MemberOf = ReadNames(ref at, "an array of entity types") },
                "shape" => type with { Shape = ReadType(ref at, TypePlace.Plain).Type },
                "tags" => type with { Tags = ReadType(ref at, TypePlace.Plain).Type },
                "enum" => type with { Ids = ReadIds(ref at) },
                "annotations" => type with { Annotations = ReadAnnotations(ref at) },
                _ => throw Unknown(member, "An entity type has memberOfTypes, shape, tags, enum and annotations.", at),
            };
        });

        return type.IsEnumerated && hasStandardMember
            ? throw new JsonFault("json.member", "An enumerated entity type has no memberOfTypes, shape or tags.",
                "Remove them, or remove enum.", start)
            : type;
    }

    private ActionDeclaration ReadAction(ref Utf8JsonReader reader, string name)
    {
        var action = new ActionDeclaration(name);
        ReadMembers(ref reader, "an action", (ref Utf8JsonReader at, string member) =>
        {
            action = member switch
            {
                "attributes" when at.TokenType == JsonTokenType.Null => action,
                "attributes" =>
                    throw new JsonFault("schema.unsupported", "Actions have no attributes.", "Remove them.",
                    at.TokenStartIndex),
                "memberOf" when at.TokenType == JsonTokenType.Null => action,
                "memberOf" => action with { MemberOf = ReadGroups(ref at) },
                "appliesTo" when at.TokenType == JsonTokenType.Null => action,
                "appliesTo" => action with { AppliesTo = ReadAppliesTo(ref at) },
                "annotations" => action with { Annotations = ReadAnnotations(ref at) },
                _ => throw Unknown(member, "An action has appliesTo, memberOf and annotations.", at),
            };
        });
        return action;
    }

    private AppliesTo ReadAppliesTo(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        ImmutableArray<NameReference> principals = default;
        ImmutableArray<NameReference> resources = default;
        SchemaType? context = null;
        ReadMembers(ref reader, "an object with principalTypes and resourceTypes",
            (ref Utf8JsonReader at, string member) =>
        {
            switch (member)
            {
                case "principalTypes":
                    principals = ReadNames(ref at, "an array of entity types");
                    break;
                case "resourceTypes":
                    resources = ReadNames(ref at, "an array of entity types");
                    break;
                case "context":
                    context = ReadType(ref at, TypePlace.Plain).Type;
                    break;
                default:
                    throw Unknown(member, "appliesTo has principalTypes, resourceTypes and, if any, context.", at);
            }
        });

        return principals.IsDefault || resources.IsDefault
            ? throw new JsonFault("json.member", "appliesTo needs principalTypes and resourceTypes.",
                "Leave out appliesTo for an action that is only a group.", start)
            : new AppliesTo(principals, resources, context);
    }

    private ImmutableArray<ActionReference> ReadGroups(ref Utf8JsonReader reader)
    {
        var groups = ImmutableArray.CreateBuilder<ActionReference>();
        ReadElements(ref reader, "an array of groups", (ref Utf8JsonReader at) =>
        {
            var start = at.TokenStartIndex;
            string? id = null;
            string? type = null;
            ReadMembers(ref at, "a group as {\"id\": ...}", (ref Utf8JsonReader inner, string member) =>
            {
                switch (member)
                {
                    case "id":
                        id = ReadString(ref inner, "the id of an action");
                        break;
                    case "type" when inner.TokenType == JsonTokenType.Null:
                        break;
                    case "type":
                        type = ReadPath(ref inner, "the type of an action");
                        break;
                    default:
                        throw Unknown(member, "A group has id and, if it is in another namespace, type.", inner);
                }
            });
            groups.Add(new ActionReference(type, id
                ?? throw new JsonFault("json.member", "A group needs an id.", "", start)));
        });
        return groups.ToImmutable();
    }
}
