using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Json;

namespace Sallyport.Cedar.Entities;

/// <summary>Entities in Cedar's JSON form: an array of <c>{"uid", "attrs", "parents", "tags"}</c>.</summary>
public static class EntityJson
{
    /// <summary>
    /// Reads entities. Extension values and references in attributes need their escapes, <c>__extn</c> and
    /// <c>__entity</c>.
    /// </summary>
    /// <param name="utf8">The document.</param>
    /// <param name="limits">What the document may ask for.</param>
    /// <returns>The store, or the first mistake with its line.</returns>
    public static Parsed<EntityStore> Parse(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        var parsed = ParseEntities(utf8, limits);
        return parsed.TryGet(out var entities)
            ? EntityStore.Create(entities, limits)
            : new Parsed<EntityStore>(parsed.Errors);
    }

    /// <summary>Reads entities from a text.</summary>
    public static Parsed<EntityStore> Parse(string json, CedarLimits? limits = null) =>
        Parse(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>Reads entities without making a store of them, for those who change them first.</summary>
    public static Parsed<IReadOnlyList<Entity>> ParseEntities(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        return JsonFault.Guard<IReadOnlyList<Entity>>(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, ValueReader.Options(limits));
            ValueReader.Read(ref reader);
            var entities = new EntityReader(new ValueReader(limits), limits).ReadEntities(ref reader);
            reader.Read(); // throws if anything follows
            return entities;
        });
    }

    /// <summary>Writes entities, each as it was given: with its parents, without its further ancestors.</summary>
    /// <exception cref="CedarException">A record has an attribute named like an escape, such as <c>__entity</c>.</exception>
    public static byte[] Write(EntityStore entities, bool indented = false) => JsonBytes.Build(indented, writer =>
    {
        writer.WriteStartArray();
        foreach (var entity in entities.Entities)
        {
            ValueWriter.Write(writer, entity);
        }

        writer.WriteEndArray();
    });
}
