using Sallyport.Flow;

namespace Sallyport.Decisions;

/// <summary>What a gateway wants decided, after its own room's rules have been looked at.</summary>
public sealed record Ask
{
    /// <summary>The gateway: <c>http</c>.</summary>
    public required string Gateway { get; init; }

    /// <summary>The method, as sent.</summary>
    public required string Method { get; init; }

    /// <summary>The canonical target as text, or a bounded excerpt of what did not parse.</summary>
    public required string Target { get; init; }

    /// <summary>Host of the target.</summary>
    public required string Host { get; init; }

    /// <summary>What the room's rules say.</summary>
    public required RuleMatch Match { get; init; }

    /// <summary>Where the target belongs to.</summary>
    public required Source Source { get; init; }

    /// <summary>Whether the channel reads and sends at the same time (tunnel, WebSocket): then it is judged under the source's labels too.</summary>
    public bool Duplex { get; init; }
}
