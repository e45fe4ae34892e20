using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Conformance;

/// <summary>
/// The handwritten tests leave out <c>__entity</c>, because their schemas say where references stand. None of them has
/// a record with just the attributes type and id, so here every such record is taken for a reference.
/// </summary>
internal static class ImplicitReferences
{
    public static EntityStore Resolve(IReadOnlyList<Entity> entities) =>
        EntityStore.Create(entities.Select(Resolve)).ValueOrThrow();

    private static Entity Resolve(Entity entity) =>
        new(entity.Uid, Resolve(entity.Attributes), entity.Parents, entity.Tags);

    private static RecordValue Resolve(RecordValue record)
    {
        var attributes = new (string, Value)[record.Count];
        for (var i = 0; i < attributes.Length; i++)
        {
            attributes[i] = (record.Names[i], Resolve(record.Values[i]));
        }

        return RecordValue.Create(attributes);
    }

    private static Value Resolve(Value value) => value.Kind switch
    {
        ValueKind.Record when value.AsRecord() is { Count: 2 } record && record.TryGet("type", out var type)
            && record.TryGet("id", out var id) =>
            Value.Of(EntityUid.Of(type.AsString(), id.AsString())),
        ValueKind.Record => Value.Of(Resolve(value.AsRecord())),
        ValueKind.Set => Value.SetOf(value.AsSet().Elements.ToArray().Select(Resolve).ToArray()),
        _ => value,
    };
}
