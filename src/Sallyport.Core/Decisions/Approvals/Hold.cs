using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals;

/// <summary>One act that waits for a person: whose, what exactly, under which rules, and until when.</summary>
public sealed record Hold
{
    /// <summary>Divides the ids of policies in the ledger.</summary>
    public const string Divider = ", ";

    /// <summary>Its name.</summary>
    public required TicketId Ticket { get; init; }

    /// <summary>Whose act.</summary>
    public required RunId Run { get; init; }

    /// <summary>The run's agent.</summary>
    public required AgentId Agent { get; init; }

    /// <summary>The act, whole.</summary>
    public required ActDigest Digest { get; init; }

    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary><c>read</c>, <c>effect</c>, <c>model</c>.</summary>
    public required string Class { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The canonical target.</summary>
    public required string Target { get; init; }

    /// <summary>Host of the target.</summary>
    public required string Host { get; init; }

    /// <summary>Ids of the policies that hold it: what a person consents to.</summary>
    public required ImmutableArray<string> Policies { get; init; }

    /// <summary>Why, in the words of the first of them.</summary>
    public required string Reason { get; init; }

    /// <summary>Labels that the run carried.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>Hash of the snapshot that held it.</summary>
    public required string Snapshot { get; init; }

    /// <summary>
    /// Hash of its policies: packs belong to the program, and another version may mean another thing by the same id.
    /// </summary>
    public required string PolicySet { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>Unanswered until then it is denied.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether it is a hold of this very act, of this run, under these rules.</summary>
    public bool Fits(RunId run, ActDigest digest, string snapshot, string policySet) =>
        Run == run && Digest == digest && Snapshot == snapshot && PolicySet == policySet;

    /// <summary>Whether a consent to it lifts all of these.</summary>
    public bool Covers(IEnumerable<string> policies) =>
        policies.All(id => Policies.Contains(id, StringComparer.Ordinal));

    /// <summary>Its entry.</summary>
    public LedgerEntry.HoldOpened ToEntry() => new()
    {
        Run = Run,
        Agent = Agent,
        Ticket = Ticket.Text,
        Digest = Digest.Hex,
        Gateway = Gateway,
        Class = Class,
        Method = Method,
        Target = Target,
        Host = Host,
        Policies = string.Join(Divider, Policies),
        PolicyCount = Policies.Length,
        Reason = Reason,
        Labels = Labels,
        Snapshot = Snapshot,
        PolicySet = PolicySet,
        Expires = Expires,
    };

    /// <summary>Reads it back. False when the entry does not hold all of it any more (a text was cut).</summary>
    public static bool TryRead(LedgerEntry.HoldOpened entry, DateTimeOffset opened, [NotNullWhen(true)] out Hold? hold)
    {
        ArgumentNullException.ThrowIfNull(entry);
        hold = null;
        var policies = entry.Policies.Split(Divider);
        if (policies.Length != entry.PolicyCount
            || !TicketId.TryParse(entry.Ticket, out var ticket) || !ActDigest.TryParse(entry.Digest, out var digest))
        {
            return false;
        }

        hold = new Hold
        {
            Ticket = ticket,
            Run = entry.Run,
            Agent = entry.Agent,
            Digest = digest,
            Gateway = entry.Gateway,
            Class = entry.Class,
            Method = entry.Method,
            Target = entry.Target,
            Host = entry.Host,
            Policies = [.. policies],
            Reason = entry.Reason,
            Labels = entry.Labels,
            Snapshot = entry.Snapshot,
            PolicySet = entry.PolicySet,
            Opened = opened,
            Expires = entry.Expires,
        };
        return true;
    }
}

/// <summary>Where a hold stands.</summary>
public enum HoldState
{
    /// <summary>Nobody has answered.</summary>
    Open,

    /// <summary>A person has said yes; the act may pass once.</summary>
    Given,

    /// <summary>It has passed.</summary>
    Used,

    /// <summary>A person has said no.</summary>
    Declined,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>A freeze, the end of its run, or a wider hold of the same act has ended it.</summary>
    Voided,
}

/// <summary>A hold and where it stands.</summary>
/// <param name="Hold">The hold.</param>
/// <param name="State">Where it stands.</param>
/// <param name="By">Who answered; empty while nobody has.</param>
/// <param name="Reason">In whose words; empty where there are none.</param>
/// <param name="Expires">When it ends: of an open hold the hold, of a given one the approval.</param>
public sealed record HoldStanding(Hold Hold, HoldState State, string By, string Reason, DateTimeOffset Expires);
