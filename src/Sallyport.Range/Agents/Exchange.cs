using System.Text.Json;

namespace Sallyport.Range.Agents;

/// <summary>
/// Why no answer came. `proxy_refused` has the proxy's status code; its body is not visible to an HTTP client.
/// </summary>
internal sealed record Failure(string Kind, int? ProxyStatus, string Message);

/// <summary>A request and what came of it, as far as an ordinary HTTP client can see.</summary>
internal sealed record Exchange
{
    public int? Status { get; init; }

    /// <summary>The HTTP version of the answer, such as 2.0.</summary>
    public string? Version { get; init; }

    public long Bytes { get; init; }

    public string? Sha256 { get; init; }

    /// <summary>Response headers whose name begins with Sallyport-, in lower case.</summary>
    public IReadOnlyDictionary<string, string> GateHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>The members of an RFC 9457 problem body: strings, numbers and booleans.</summary>
    public IReadOnlyDictionary<string, JsonElement> Problem { get; init; } = new Dictionary<string, JsonElement>();

    public Failure? Failure { get; init; }

    /// <summary>The body, where the step works on it. Never printed.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public bool Succeeded => Failure is null && Status is >= 200 and < 400;

    public void Write(Utf8JsonWriter json)
    {
        if (Status is { } status)
        {
            json.WriteNumber("status", status);
            json.WriteString("version", Version);
            json.WriteNumber("bytes", Bytes);
        }

        if (Sha256 is not null)
        {
            json.WriteString("sha256", Sha256);
        }

        if (GateHeaders.Count > 0)
        {
            json.WriteStartObject("gate_headers");
            foreach (var (name, value) in GateHeaders)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        if (Problem.Count > 0)
        {
            json.WriteStartObject("problem");
            foreach (var (name, value) in Problem)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        if (Failure is { } failure)
        {
            json.WriteString("failure", failure.Kind);
            if (failure.ProxyStatus is { } proxy)
            {
                json.WriteNumber("proxy_status", proxy);
            }

            json.WriteString("message", failure.Message);
        }
    }
}
