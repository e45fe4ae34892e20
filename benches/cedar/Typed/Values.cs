using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>Values from a small stock, so that they meet again; as policy text and as JSON.</summary>
internal static class Values
{
    public static ImmutableArray<string> Texts { get; } = ["", "a", "b", "label1", "x*y", "quo\"te\\",
        "é\u0301\U0001F600", "tab\tnul\0line\n", "\u200b\u007f", "is"];

    public static ImmutableArray<string> Decimals { get; } = ["1.5", "1.50", "-0.0001", "0.0", "922337203685477.5807",
        "-922337203685477.5808"];

    public static ImmutableArray<string> Ips { get; } = ["10.0.0.1", "10.0.0.0/8", "127.0.0.1", "::1", "ff00::/8",
        "224.0.0.1", "0.0.0.0/0", "10.1.2.3/32"];

    public static ImmutableArray<string> Datetimes { get; } =
        ["2024-02-29", "2024-02-29T12:34:56Z", "1969-12-31T23:59:59.999Z", "0000-01-01", "9999-12-31T23:59:59-2359",
            "2024-03-01T01:00:00.500+0130"];

    public static ImmutableArray<string> Durations { get; } = ["1d2h3m4s5ms", "-1ms", "0s", "90m",
        "9223372036854775807ms", "-9223372036854775808ms", "-2d"];

    public static ImmutableArray<long> Longs { get; } = [0, 1, -1, 2, 7, -5, 40, 1000, 86_400_000];

    public static ImmutableArray<string> TagNames { get; } = ["a", "label1", "", "x*y"];

    private static readonly ImmutableArray<string> s_ids = ["0", "1", "2", "3", "quo\"te\\"];

    /// <summary>An id of a type; of an enumerated one, one that is declared, nearly always.</summary>
    public static string Id(Random random, SchemaModel model, string type)
    {
        var declared = model.EntityTypes.Contains(type, StringComparer.Ordinal) ? model.Find(type).Declared : [];
        return declared.Length > 0 && random.Next(20) > 0 ? declared[random.Next(declared.Length)] : s_ids[random.Next(
            s_ids.Length)];
    }

    /// <summary>A uid as policy text.</summary>
    public static string Uid(Random random, SchemaModel model, string type) =>
        $"{type}::{CedarText.Quote(Id(random, model, type))}";

    /// <summary>A uid as JSON.</summary>
    public static JsonObject UidJson(string type, string id) => new() { ["type"] = type, ["id"] = id };

    /// <summary>A value of a type as JSON; now and then of another type.</summary>
    public static JsonNode Json(Random random, SchemaModel model, ModelType type)
    {
        if (random.Next(40) == 0)
        {
            type = model.AnyType(1);
        }

        return type switch
        {
            ModelType.Named { Name: "Bool" } => JsonValue.Create(random.Next(2) == 0),
            ModelType.Named { Name: "Long" } => JsonValue.Create(Longs[random.Next(Longs.Length)]),
            ModelType.Named { Name: "String" } => JsonValue.Create(Texts[random.Next(Texts.Length)]),
            ModelType.Named { Name: "decimal" } => Extension("decimal", Decimals[random.Next(Decimals.Length)]),
            ModelType.Named { Name: "ipaddr" } => Extension("ip", Ips[random.Next(Ips.Length)]),
            ModelType.Named { Name: "datetime" } => Extension("datetime", Datetimes[random.Next(Datetimes.Length)]),
            ModelType.Named { Name: "duration" } => Extension("duration", Durations[random.Next(Durations.Length)]),
            ModelType.Entity entity =>
                new JsonObject { ["__entity"] = UidJson(entity.Name, Id(random, model, entity.Name)) },
            ModelType.Set set =>
                new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, model, set.Element))]),
            ModelType.Record record => Record(random, model, record.Attributes),
            _ => JsonValue.Create(false),
        };
    }

    /// <summary>Attributes as JSON; optional ones are often left out, others now and then.</summary>
    public static JsonObject Record(Random random, SchemaModel model, ImmutableArray<ModelAttribute> attributes)
    {
        var record = new JsonObject();
        foreach (var attribute in attributes.Where(attribute => random.Next(attribute.IsOptional ? 2 : 30) > 0))
        {
            record[attribute.Name] = Json(random, model, attribute.Type);
        }

        return record;
    }

    private static JsonObject Extension(string function, string argument) =>
        new() { ["__extn"] = new JsonObject { ["fn"] = function, ["arg"] = argument } };
}
