using System.Text.Json.Serialization;

namespace Sallyport.Range.Instruments;

/// <summary>A request from the moment its head arrived. Its byte count grows while the body is read.</summary>
internal sealed class Arrival(long number, DateTimeOffset time, string host, string method, string path)
{
    private long bytes;

    public long Number { get; } = number;

    public DateTimeOffset Time { get; } = time;

    public string Host { get; } = host;

    public string Method { get; } = method;

    /// <summary>Path and query as sent, cut to a length that fits a log line.</summary>
    public string Path { get; } = path;

    /// <summary>Body bytes received so far; over a WebSocket, payload bytes.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    public void AddBytes(long count) => Interlocked.Add(ref bytes, count);

    public ReceivedLine ToLine(int? status, bool aborted) => new(Time, Host, Method, Path, Bytes, status, aborted);
}

/// <summary>One line of the receiver's log. Status is null for a request that is still open.</summary>
internal sealed record ReceivedLine(
    DateTimeOffset Time, string Host, string Method, string Path, long Bytes, int? Status, bool Aborted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReceivedLine))]
internal sealed partial class InstrumentJson : JsonSerializerContext;
