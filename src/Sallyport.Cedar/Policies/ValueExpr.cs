using System.Collections.Immutable;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Policies;

/// <summary>Values as expressions that evaluate to them.</summary>
public static class ValueExpr
{
    /// <summary>
    /// An expression without variables. Extension values become calls of their constructors; a datetime beyond the year
    /// 9999 becomes an offset from 1970.
    /// </summary>
    public static Expr Of(Value value) => value.Kind switch
    {
        ValueKind.Bool or ValueKind.Long or ValueKind.String or ValueKind.Entity => new Expr.Literal(value),
        ValueKind.Set => new Expr.Set([.. value.AsSet().Elements.ToArray().Select(Of)]),
        ValueKind.Record => OfRecord(value.AsRecord()),
        ValueKind.Decimal => Call(ExtensionFunctionId.Decimal, value.AsDecimal().ToString()),
        ValueKind.IpAddress => Call(ExtensionFunctionId.Ip, value.AsIpAddress().ToString()),
        ValueKind.Duration => Call(ExtensionFunctionId.Duration, value.AsDuration().ToString()),
        ValueKind.Datetime => OfDatetime(value.AsDatetime()),
    };

    private static Expr.Record OfRecord(RecordValue record)
    {
        var fields = ImmutableArray.CreateBuilder<RecordField>(record.Count);
        for (var i = 0; i < record.Count; i++)
        {
            fields.Add(new RecordField(record.Names[i], Of(record.Values[i])));
        }

        return new Expr.Record(fields.MoveToImmutable());
    }

    private static Expr.Call OfDatetime(CedarDatetime instant) => CedarDatetime.TryParse(instant.ToString(), out _)
        ? Call(ExtensionFunctionId.Datetime, instant.ToString())
        : new Expr.Call(
            ExtensionFunction.All[(int)ExtensionFunctionId.Offset],
            [Call(ExtensionFunctionId.Datetime, "1970-01-01"),
                Call(ExtensionFunctionId.Duration, new CedarDuration(instant.UnixMilliseconds).ToString())]);

    private static Expr.Call Call(ExtensionFunctionId constructor, string text) =>
        new(ExtensionFunction.All[(int)constructor], [new Expr.Literal(Value.Of(text))]);
}
