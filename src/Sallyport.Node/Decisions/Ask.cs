using System.Collections.Immutable;
using Sallyport.Decisions.Approvals;
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

    /// <summary>Port of the target; 0 where there is none.</summary>
    public int Port { get; init; }

    /// <summary>Canonical path of the target, without query; empty for CONNECT.</summary>
    public string Path { get; init; } = "";

    /// <summary>Where at its source it reads or writes, in the form that places have; a channel anywhere.</summary>
    public string PlacePath { get; init; } = PlaceMap.Root;

    /// <summary>Whether it is a CONNECT whose requests are decided one by one.</summary>
    public bool Inspected { get; init; }

    /// <summary>
    /// What policies cannot look into: <c>/body</c> where there may be one, <c>/channel</c> for a channel.
    /// </summary>
    public ImmutableArray<string> Untyped { get; init; } = [];

    /// <summary>
    /// Bytes of its body that are sure to come: the declared length, 1 where there may be one of no declared length.
    /// </summary>
    public long BodyBytesLeast { get; init; }

    /// <summary>What the room's rules say.</summary>
    public required RuleMatch Match { get; init; }

    /// <summary>
    /// Traces what the act says to what the run has read; null where it says nothing but a target that a rule names.
    /// </summary>
    public ActTrace? Trace { get; init; }

    /// <summary>Where the target belongs to.</summary>
    public required Source Source { get; init; }

    /// <summary>Whether the channel reads and sends at the same time (tunnel, WebSocket): then it is judged under the source's labels too.</summary>
    public bool Duplex { get; init; }

    /// <summary>
    /// What a person has consented to; null where nobody can be asked (what a channel will carry is not known).
    /// </summary>
    public Consent? Consent { get; init; }
}

/// <summary>Traces what an act says, as often as it is asked about. Safe to share between threads.</summary>
public abstract class ActTrace
{
    /// <summary>Digests of the items that this very act has used up: while it is open they stay lifted.</summary>
    internal ImmutableHashSet<string> Endorsed { get; set; } = [];

    /// <summary>Whose text its parts are, by what the run has read so far.</summary>
    public abstract ImmutableArray<ArgumentOrigin> Of(RunState run);
}
