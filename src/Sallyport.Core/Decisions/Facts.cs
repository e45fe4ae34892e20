using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>Everything that one decision is made from. What is not in here cannot influence the answer.</summary>
public sealed record Facts
{
    /// <summary>The run; null when none could be identified.</summary>
    public required RunId? Run { get; init; }

    /// <summary>The run's agent.</summary>
    public required AgentId? Agent { get; init; }

    /// <summary>The method, as sent.</summary>
    public required string Method { get; init; }

    /// <summary>The canonical target, as text.</summary>
    public required string Target { get; init; }

    /// <summary>Host of the target.</summary>
    public required string Host { get; init; }

    /// <summary>What the egress rules say of method and target.</summary>
    public required RuleMatch Match { get; init; }

    /// <summary>Where the target belongs to.</summary>
    public required Source Source { get; init; }

    /// <summary>
    /// Labels that the run carries; for a channel that reads and sends at once (tunnel, WebSocket), joined with the
    /// source's.
    /// </summary>
    public required LabelSet Labels { get; init; }

    /// <summary>Version of the run's label set: the fence.</summary>
    public required long LabelVersion { get; init; }

    /// <summary>Freeze epoch: the fence.</summary>
    public required long FreezeEpoch { get; init; }

    /// <summary>The freeze that covers this run, or null.</summary>
    public required FreezeReference? Freeze { get; init; }

    /// <summary>Port of the target; 0 for a tool.</summary>
    public int Port { get; init; }

    /// <summary>Canonical path of the target, without query; empty for CONNECT and for a tool.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether the channel reads and sends at once (tunnel, WebSocket).</summary>
    public bool IsChannel { get; init; }

    /// <summary>
    /// Whether it is a CONNECT whose requests are decided one by one: policies are asked about those, not about it.
    /// </summary>
    public bool IsInspected { get; init; }

    /// <summary>The tool call; null for HTTP.</summary>
    public ToolCall? Call { get; init; }

    /// <summary>Whose text the act's arguments are, by JSON pointer or part of the URL.</summary>
    public ImmutableArray<ArgumentOrigin> Arguments { get; init; } = [];

    /// <summary>
    /// What of an HTTP request policies cannot look into (<c>/body</c>); of a tool call it is in <see cref="Call"/>.
    /// </summary>
    public ImmutableArray<string> Untyped { get; init; } = [];

    /// <summary>What the limits that cover the agent had left, by id in ordinal order.</summary>
    public ImmutableArray<Budget> Budgets { get; init; } = [];

    /// <summary>When it was asked.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Ids of the policies that a person has consented to for this exact act.</summary>
    public ImmutableArray<string> Consented { get; init; } = [];

    /// <summary>The ticket that stands for this exact act; null where there is none.</summary>
    public HoldReference? Hold { get; init; }

    /// <summary>Why the ledger takes no entry of this agent now; null while it does. Never recorded.</summary>
    public Fault? Unrecorded { get; init; }
}

/// <summary>The freeze that a decision fell under.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope"><c>all</c>, <c>agent:NAME</c> or <c>run:ID</c>.</param>
/// <param name="Reason">In the words of who froze.</param>
public sealed record FreezeReference(string Id, string Scope, string Reason);

/// <summary>The ticket that a decision speaks of.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="Expires">Until when it waits, or may be used.</param>
/// <param name="By">Who has answered; empty while nobody has.</param>
/// <param name="Reason">In the words of who declined; empty where there are none.</param>
public sealed record HoldReference(string Ticket, DateTimeOffset Expires, string By, string Reason)
{
    /// <summary>The time as denials print it.</summary>
    public string Until => Expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What a room's rules say of a request, before labels and freezes are looked at. Closed.</summary>
public abstract record RuleMatch
{
    private RuleMatch()
    {
    }

    /// <summary>An allow rule matches.</summary>
    /// <param name="Rule">The rule.</param>
    /// <param name="Class">What the act is.</param>
    /// <param name="Basis">What it has its class from.</param>
    public sealed record Allowed(RuleReference Rule, ActionClass Class, ClassBasis Basis = ClassBasis.Rule) : RuleMatch;

    /// <summary>A deny rule matches; deny wins over allow.</summary>
    public sealed record Forbidden(RuleReference Rule) : RuleMatch;

    /// <summary>The host is allowed to this agent, the method or path is not.</summary>
    /// <param name="Near">The allow rule that names the host.</param>
    public sealed record NearMiss(RuleReference Near) : RuleMatch;

    /// <summary>No rule names the host.</summary>
    public sealed record None : RuleMatch;

    /// <summary>
    /// The target is an address that is refused whatever the rules say (loopback, private, metadata, ...).
    /// </summary>
    /// <param name="Address">The address.</param>
    /// <param name="AddressClass">Its class, as in the IANA special-purpose registries.</param>
    public sealed record RefusedAddress(string Address, string AddressClass) : RuleMatch;

    /// <summary>What was sent has no single meaning, so there is nothing to match.</summary>
    /// <param name="Fault">What is wrong with it.</param>
    public sealed record Malformed(Fault Fault) : RuleMatch;

    /// <summary>The name inside is not the name that the tunnel was opened for.</summary>
    /// <param name="Inner">The name inside, bounded.</param>
    public sealed record Misdirected(string Inner) : RuleMatch;

    /// <summary>A method that is never forwarded.</summary>
    public sealed record MethodRefused : RuleMatch;
}
