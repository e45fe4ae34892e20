using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Json;

/// <summary>Reads entities from JSON (Cedar documentation, "Entities and context syntax").</summary>
internal sealed class EntityReader(ValueReader values, CedarLimits limits)
{
    private readonly List<EntityUid> _parents = [];

    /// <summary>An array of entities; enters at its first token and leaves at its last.</summary>
    public List<Entity> ReadEntities(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of entities", reader);
        }

        var entities = new List<Entity>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            if (entities.Count >= limits.EntitiesMax)
            {
                throw new JsonFault(
                    "entities.too-many",
                    $"More than {limits.EntitiesMax} entities.",
                    "Give only what a request can reach.",
                    reader.TokenStartIndex);
            }

            entities.Add(ReadEntity(ref reader));
        }

        return entities;
    }

    private Entity ReadEntity(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("an entity", reader);
        }

        var start = reader.TokenStartIndex;
        EntityUid? uid = null;
        RecordValue? attributes = null;
        RecordValue? tags = null;
        ImmutableArray<EntityUid> parents = default;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("uid"u8) && uid is null)
            {
                ValueReader.Read(ref reader);
                uid = values.ReadUid(ref reader);
            }
            else if (reader.ValueTextEquals("attrs"u8) && attributes is null)
            {
                ValueReader.Read(ref reader);
                attributes = values.ReadRecord(ref reader);
            }
            else if (reader.ValueTextEquals("parents"u8) && parents.IsDefault)
            {
                ValueReader.Read(ref reader);
                parents = ReadParents(ref reader);
            }
            else if (reader.ValueTextEquals("tags"u8) && tags is null)
            {
                ValueReader.Read(ref reader);
                tags = values.ReadRecord(ref reader);
            }
            else
            {
                throw new JsonFault(
                    "json.member", $"'{ValueReader.ReadText(ref reader)}' is not, or not again, a member of an entity.",
                    "An entity has uid, attrs, parents and, if any, tags.", reader.TokenStartIndex);
            }
        }

        return uid is not null && attributes is not null && !parents.IsDefault
            ? new Entity(uid, attributes, parents, tags)
            : throw new JsonFault(
                "json.member",
                "An entity needs uid, attrs and parents.",
                "Write \"attrs\": {} and \"parents\": [] if there are none.",
                start);
    }

    private ImmutableArray<EntityUid> ReadParents(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of parents", reader);
        }

        _parents.Clear();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            _parents.Add(values.ReadUid(ref reader));
        }

        return [.. _parents];
    }
}
