using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Json;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

/// <summary>May this principal do this action with this resource, under these circumstances? Immutable.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Action">To do what.</param>
/// <param name="Resource">With what.</param>
/// <param name="Context">The circumstances.</param>
public sealed record Request(EntityUid Principal, EntityUid Action, EntityUid Resource, RecordValue Context)
{
    /// <summary>A request without context.</summary>
    public Request(EntityUid principal, EntityUid action, EntityUid resource)
        : this(principal, action, resource, RecordValue.Empty)
    {
    }

    /// <summary>
    /// Reads <c>{"principal", "action", "resource", "context"}</c>, entities as <c>{"type", "id"}</c>, the context in
    /// the JSON form of entity attributes; it may be left out.
    /// </summary>
    public static Parsed<Request> Parse(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        return JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, ValueReader.Options(limits));
            return RequestReader.Read(ref reader, limits, readEntities: false).Request;
        });
    }

    /// <summary>Reads a request from a text.</summary>
    public static Parsed<Request> Parse(string json, CedarLimits? limits = null) =>
        Parse(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>Writes the request as <see cref="Parse(ReadOnlySpan{byte}, CedarLimits)"/> reads it.</summary>
    /// <exception cref="CedarException">A record has an attribute named like an escape, such as <c>__entity</c>.</exception>
    public byte[] ToJson() => JsonBytes.Build(indented: false, writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("principal");
        PolicyWriter.Write(writer, Principal);
        writer.WritePropertyName("action");
        PolicyWriter.Write(writer, Action);
        writer.WritePropertyName("resource");
        PolicyWriter.Write(writer, Resource);
        writer.WritePropertyName("context");
        ValueWriter.WriteRecord(writer, Context);
        writer.WriteEndObject();
    });
}

/// <summary>A request together with the entities it is to be decided with.</summary>
/// <param name="Request">The request.</param>
/// <param name="Entities">The entities.</param>
public sealed record AuthorizationCall(Request Request, EntityStore Entities)
{
    /// <summary>Reads a request that has a further member <c>entities</c>, an array in Cedar's JSON form.</summary>
    public static Parsed<AuthorizationCall> Parse(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        var parsed = JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, ValueReader.Options(limits));
            return RequestReader.Read(ref reader, limits, readEntities: true);
        });
        if (!parsed.TryGet(out var read))
        {
            return new Parsed<AuthorizationCall>(parsed.Errors);
        }

        var store = EntityStore.Create(read.Entities, limits);
        return store.TryGet(out var entities)
            ? new Parsed<AuthorizationCall>(new AuthorizationCall(read.Request, entities))
            : new Parsed<AuthorizationCall>(store.Errors);
    }

    /// <summary>Reads a call from a text.</summary>
    public static Parsed<AuthorizationCall> Parse(string json, CedarLimits? limits = null) =>
        Parse(Encoding.UTF8.GetBytes(json), limits);
}
