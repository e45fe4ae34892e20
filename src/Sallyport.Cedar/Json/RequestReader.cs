using System.Text.Json;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Json;

/// <summary>What a request document holds.</summary>
internal sealed record RequestDocument(Request Request, IReadOnlyList<Entity> Entities);

/// <summary>Reads requests from JSON.</summary>
internal static class RequestReader
{
    public static RequestDocument Read(ref Utf8JsonReader reader, CedarLimits limits, bool readEntities)
    {
        if (ValueReader.Read(ref reader) != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected("a request", reader);
        }

        var values = new ValueReader(limits);
        EntityUid? principal = null;
        EntityUid? action = null;
        EntityUid? resource = null;
        RecordValue? context = null;
        List<Entity>? entities = null;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("principal"u8) && principal is null)
            {
                ValueReader.Read(ref reader);
                principal = values.ReadUid(ref reader);
            }
            else if (reader.ValueTextEquals("action"u8) && action is null)
            {
                ValueReader.Read(ref reader);
                action = values.ReadUid(ref reader);
            }
            else if (reader.ValueTextEquals("resource"u8) && resource is null)
            {
                ValueReader.Read(ref reader);
                resource = values.ReadUid(ref reader);
            }
            else if (reader.ValueTextEquals("context"u8) && context is null)
            {
                ValueReader.Read(ref reader);
                context = values.ReadRecord(ref reader);
            }
            else if (readEntities && reader.ValueTextEquals("entities"u8) && entities is null)
            {
                ValueReader.Read(ref reader);
                entities = new EntityReader(values, limits).ReadEntities(ref reader);
            }
            else
            {
                throw new JsonFault(
                    "json.member", $"'{ValueReader.ReadText(ref reader)}' is not, or not again, a member of a request.",
                    readEntities
                        ? "A call has principal, action, resource, context and entities."
                        : "A request has principal, action, resource and context.",
                    reader.TokenStartIndex);
            }
        }

        reader.Read(); // throws if anything follows
        return principal is not null && action is not null && resource is not null
            ? new RequestDocument(new Request(principal, action, resource, context ?? RecordValue.Empty), entities
                ?? [])
            : throw new JsonFault("json.member", "A request needs principal, action and resource.", "", 0);
    }
}
