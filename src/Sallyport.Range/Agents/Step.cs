using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Agents;

/// <summary>One line of an agent's script.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>What the line called it; repeated in the result.</summary>
    public abstract string Name { get; }

    /// <summary>Print a line of its own when the step is under way: after the first event, chunk or echo.</summary>
    public bool Announce { get; init; }

    /// <summary>Pages through a list of posts until so many different ones were read.</summary>
    public sealed record ReadPosts(Uri Base, int Count, string Sort) : Step
    {
        public override string Name => "read-posts";
    }

    /// <summary>One request. A body makes it JSON unless the headers say otherwise.</summary>
    public sealed record Request(string Verb, Uri Url, string? Body, IReadOnlyDictionary<string, string> Headers) : Step
    {
        public override string Name => Verb is "GET" or "POST" ? Verb.ToLowerInvariant() : "request";
    }

    /// <summary>Reads server-sent events until the stream ends, is cut, or time is up.</summary>
    public sealed record Stream(
        Uri Url, bool UntilCut, TimeSpan Max, IReadOnlyDictionary<string, string> Headers) : Step
    {
        public override string Name => "stream";
    }

    /// <summary>Sends a body in chunks with pauses, so that it is unfinished for a while.</summary>
    public sealed record Upload(Uri Url, int Chunks, int ChunkBytes, TimeSpan Pause) : Step
    {
        public override string Name => "upload";
    }

    /// <summary>Sends text messages over a WebSocket and waits for each echo.</summary>
    public sealed record Socket(Uri Url, int Messages, TimeSpan Pause, TimeSpan Max) : Step
    {
        public override string Name => "socket";
    }

    public sealed record Wait(TimeSpan Time) : Step
    {
        public override string Name => "wait";
    }

    /// <exception cref="FaultException">The line is not a step.</exception>
    public static Step Parse(string line, int number)
    {
        StepLine? written;
        try
        {
            written = JsonSerializer.Deserialize(line, StepJson.Default.StepLine);
        }
        catch (JsonException exception)
        {
            throw Wrong(number, $"not a step: {exception.Message}");
        }

        return written is null ? throw Wrong(number, "null is not a step") : From(written, number);
    }

    private static Step From(StepLine line, int number)
    {
        var headers = line.Headers ?? [];
        Step step = line.Do switch
        {
            "read-posts" => new ReadPosts(
                UrlFrom(line.Base ?? line.Url ?? "https://www.moltbook.com/api/v1", number),
                line.Count ?? 500,
                line.Sort ?? "new"),
            "get" => new Request("GET", UrlFrom(line.Url, number), null, headers),
            "post" => new Request("POST", UrlFrom(line.Url, number), BodyText(line.Body), headers),
            "request" => new Request(line.Method ?? "GET", UrlFrom(line.Url, number), BodyText(line.Body), headers),
            "stream" => new Stream(
                UrlFrom(line.Url, number), line.UntilCut ?? false, Seconds(line.MaxSeconds ?? 30), headers),
            "upload" => new Upload(
                UrlFrom(line.Url, number),
                line.Count ?? 10,
                line.ChunkBytes ?? 1024,
                TimeSpan.FromMilliseconds(line.PauseMs ?? 100)),
            "socket" => new Socket(
                UrlFrom(line.Url, number),
                line.Count ?? 3,
                TimeSpan.FromMilliseconds(line.PauseMs ?? 0),
                Seconds(line.MaxSeconds ?? 30)),
            "wait" => new Wait(TimeSpan.FromMilliseconds(line.PauseMs ?? 100)),
            _ => throw Wrong(
                number, $"'{line.Do}' is not read-posts, get, post, request, stream, upload, socket or wait"),
        };
        return step with { Announce = line.Announce ?? false };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600));

    private static string? BodyText(JsonElement? body) => body switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } value => value.GetRawText(),
    };

    private static Uri UrlFrom(string? text, int number) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ws" or "wss"
            ? url
            : throw Wrong(number, $"'{text}' is not an http, https, ws or wss URL");

    private static FaultException Wrong(int number, string why) => new(new Fault(
        "range.script.invalid",
        $"Script line {number}: {why}.",
        "See the list of steps in src/Sallyport.Range/Agents/README.md.",
        ExitCode.Usage));
}

/// <summary>A step as it is written.</summary>
internal sealed record StepLine
{
    public required string Do { get; init; }

    public string? Url { get; init; }

    public string? Base { get; init; }

    public string? Sort { get; init; }

    public string? Method { get; init; }

    /// <summary>A string is sent as it is, anything else as JSON.</summary>
    public JsonElement? Body { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public int? Count { get; init; }

    public int? ChunkBytes { get; init; }

    public int? PauseMs { get; init; }

    public bool? UntilCut { get; init; }

    public bool? Announce { get; init; }

    public double? MaxSeconds { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StepLine))]
internal sealed partial class StepJson : JsonSerializerContext;
