using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Json;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Reads requests and entities from JSON with the types of a schema: where it says that an entity or an extension
/// value stands, the escapes <c>__entity</c> and <c>__extn</c> may be left out. What was read conforms to the schema.
/// </summary>
public static class SchemaJson
{
    /// <summary>Reads entities, and adds the actions of the schema that are not among them.</summary>
    /// <returns>The store, or the mistakes: in the form the first, with its line; against the schema all, with the
    /// entity's uid.</returns>
    public static Parsed<EntityStore> ParseEntities(this Schema schema, ReadOnlySpan<byte> utf8,
        CedarLimits? limits = null)
    {
        var parsed = EntityJson.ParseEntities(utf8, limits);
        return parsed.TryGet(out var entities)
            ? MakeStore(schema, entities, limits)
            : new Parsed<EntityStore>(parsed.Errors);
    }

    /// <summary>Reads entities from a text.</summary>
    public static Parsed<EntityStore> ParseEntities(this Schema schema, string json, CedarLimits? limits = null) =>
        schema.ParseEntities(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>
    /// Reads a request, in the form that <see cref="Request.Parse(ReadOnlySpan{byte}, CedarLimits?)"/> reads.
    /// </summary>
    /// <returns>The request, or the mistakes in its form or against the schema.</returns>
    public static Parsed<Request> ParseRequest(this Schema schema, ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        var parsed = Request.Parse(utf8, limits);
        return parsed.TryGet(out var request) ? Conform(schema, request) : parsed;
    }

    /// <summary>Reads a request from a text.</summary>
    public static Parsed<Request> ParseRequest(this Schema schema, string json, CedarLimits? limits = null) =>
        schema.ParseRequest(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>Reads a request together with its entities.</summary>
    /// <returns>The call, or the mistakes in its form or against the schema.</returns>
    public static Parsed<AuthorizationCall> ParseCall(this Schema schema, ReadOnlySpan<byte> utf8,
        CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        var parsed = JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, ValueReader.Options(limits));
            return RequestReader.Read(ref reader, limits, readEntities: true);
        });
        if (!parsed.TryGet(out var document))
        {
            return new Parsed<AuthorizationCall>(parsed.Errors);
        }

        var request = Conform(schema, document.Request);
        var store = MakeStore(schema, document.Entities, limits);
        return request.TryGet(out var conforming) && store.TryGet(out var entities)
            ? new Parsed<AuthorizationCall>(new AuthorizationCall(conforming, entities))
            : new Parsed<AuthorizationCall>([.. request.Errors, .. store.Errors]);
    }

    private static Parsed<Request> Conform(Schema schema, Request request)
    {
        if (schema.TryGetAction(request.Action, out var action))
        {
            request = request with { Context = ValueCoercion.Coerce(request.Context, action.Context) };
        }

        var mistakes = schema.Check(request);
        return mistakes.IsEmpty ? new Parsed<Request>(request) : new Parsed<Request>(mistakes);
    }

    private static Parsed<EntityStore> MakeStore(Schema schema, IReadOnlyList<Entity> entities, CedarLimits? limits)
    {
        var coerced = entities.Select(e => Coerce(schema, e)).ToList();
        var given = coerced.Select(e => e.Uid).ToHashSet();
        coerced.AddRange(schema.ActionEntities.Where(action => !given.Contains(action.Uid)));
        var made = EntityStore.Create(coerced, limits);
        if (!made.TryGet(out var store))
        {
            return made;
        }

        var mistakes = schema.Check(store);
        return mistakes.IsEmpty ? made : new Parsed<EntityStore>(mistakes);
    }

    private static Entity Coerce(Schema schema, Entity entity)
    {
        if (!schema.TryGetEntityType(entity.Uid.Type, out var type))
        {
            return entity;
        }

        var tags = entity.Tags;
        if (type.Tags is { } tagType && tags.Count > 0)
        {
            var coerced = new (string, Value)[tags.Count];
            for (var i = 0; i < coerced.Length; i++)
            {
                coerced[i] = (tags.Names[i], ValueCoercion.Coerce(tags.Values[i], tagType));
            }

            tags = RecordValue.Create(coerced);
        }

        return new Entity(entity.Uid, ValueCoercion.Coerce(entity.Attributes, type.Attributes), entity.Parents, tags);
    }
}
