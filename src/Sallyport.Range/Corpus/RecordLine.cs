using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Range.Corpus;

/// <summary>
/// One line of a data file as it is written there. Several collections share this shape; every member but
/// <see cref="Kind"/> may be missing, and members that we do not know are left alone.
/// </summary>
internal sealed record RecordLine
{
    public string? Kind { get; init; }

    public string? Source { get; init; }

    [JsonConverter(typeof(NameConverter))]
    public string? Id { get; init; }

    public string? PostId { get; init; }

    public string? PostIdPrefix { get; init; }

    public string? ParentId { get; init; }

    /// <summary>The title or nickname of the post under which a comment stood.</summary>
    public string? SourcePost { get; init; }

    /// <summary>
    /// Where in a report the text stood; "Their comment" marks a comment in a `post_or_comment` record.
    /// </summary>
    public string? Section { get; init; }

    [JsonConverter(typeof(NameConverter))]
    public string? Author { get; init; }

    [JsonConverter(typeof(NameConverter))]
    public string? Submolt { get; init; }

    public string? Title { get; init; }

    public string? Content { get; init; }

    public string? Url { get; init; }

    public string? CreatedAt { get; init; }

    public string? SeenAt { get; init; }

    public int? Upvotes { get; init; }

    public int? Downvotes { get; init; }

    public int? Score { get; init; }

    public int? CommentCount { get; init; }
}

/// <summary>
/// A name is written as a string, as a number, or as an object with a member `name` (as the live API does).
/// </summary>
internal sealed class NameConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.ValueKind switch
        {
            JsonValueKind.String => value.RootElement.GetString(),
            JsonValueKind.Number => value.RootElement.GetRawText(),
            JsonValueKind.Object when value.RootElement.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String => name.GetString(),
            JsonValueKind.Null => null,
            _ => throw new JsonException("A name must be a string, a number or an object with a name."),
        };
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(RecordLine))]
internal sealed partial class CorpusJson : JsonSerializerContext;
