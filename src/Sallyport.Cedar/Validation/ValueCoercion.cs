using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Gives values the kinds that a schema says (Cedar documentation, "Entities and context syntax", schema-based
/// parsing). What does not fit is left as it is: <see cref="ValueChecker"/> says so. Recursion is bounded by the
/// height of the types.
/// </summary>
internal static class ValueCoercion
{
    public static RecordValue Coerce(RecordValue record, CedarType.Record type)
    {
        var attributes = new (string, Value)[record.Count];
        for (var i = 0; i < attributes.Length; i++)
        {
            var (name, value) = (record.Names[i], record.Values[i]);
            attributes[i] = (name, type.Find(name) is { } attribute ? Coerce(value, attribute.Type) : value);
        }

        return RecordValue.Create(attributes);
    }

    public static Value Coerce(Value value, CedarType type) => (type, value.Kind) switch
    {
        (CedarType.Record record, ValueKind.Record) => Value.Of(Coerce(value.AsRecord(), record)),
        (CedarType.Set set, ValueKind.Set) => CoerceSet(value.AsSet(), set),
        (CedarType.Entity, ValueKind.Record) => ToEntity(value),
        (CedarType.Primitive { Kind: >= ValueKind.Decimal } extension, _) => ToExtension(value, extension),
        _ => value,
    };

    private static Value CoerceSet(SetValue set, CedarType.Set type)
    {
        var elements = new Value[set.Count];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = Coerce(set.Elements[i], type.Element);
        }

        return Value.SetOf(elements);
    }

    /// <summary><c>{"type": ..., "id": ...}</c></summary>
    private static Value ToEntity(Value value) =>
        value.AsRecord() is { Count: 2 } record && TryGetText(record, "type", out var type)
            && TryGetText(record, "id", out var id)
        && EntityTypeName.TryParse(type, out var name)
            ? Value.Of(new EntityUid(name, id))
            : value;

    /// <summary>A text, which the type's constructor takes, or <c>{"fn": ..., "arg": ...}</c>.</summary>
    private static Value ToExtension(Value value, CedarType.Primitive type)
    {
        if (value.Kind == ValueKind.String)
        {
            var constructor = ExtensionFunction.All.First(f => f.IsConstructor && f.Result == type.Kind);
            return ExtensionCalls.TryCall(constructor, [value], out var made, out _) ? made : value;
        }

        return value.Kind == ValueKind.Record && value.AsRecord() is { Count: 2 } record
            && TryGetText(record, "fn", out var name)
            && record.TryGet("arg", out var argument) && ExtensionFunction.TryFind(name, out var function)
            && ExtensionCalls.TryCall(function, [argument], out var called, out _)
                ? called
                : value;
    }

    private static bool TryGetText(RecordValue record, string name, out string text)
    {
        text = record.TryGet(name, out var value) && value.Kind == ValueKind.String ? value.AsString() : "";
        return record.Has(name) && value.Kind == ValueKind.String;
    }
}
