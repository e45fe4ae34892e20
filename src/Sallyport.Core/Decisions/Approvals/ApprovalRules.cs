using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Sallyport.Decisions.Approvals;

/// <summary>A person who may be asked.</summary>
/// <param name="Name">Its name within this perimeter: <c>Operator::"alice"</c>.</param>
/// <param name="Person">Who it is, as <c>owner</c> of agents names people.</param>
/// <param name="Uids">Users of this machine that it is.</param>
/// <param name="Teams">Teams that it is in.</param>
/// <param name="KeyPem">Public key (SubjectPublicKeyInfo, PEM) of its approvals; null where it has none.</param>
public sealed record Operator(
    string Name, string Person, ImmutableArray<uint> Uids, ImmutableArray<string> Teams, string? KeyPem);

/// <summary>Who answers, how long is waited, and how much may wait.</summary>
/// <param name="Operators">By name.</param>
/// <param name="Wait">How long a held request is kept open for its answer; zero ends it with a ticket at once.</param>
/// <param name="Lifetime">An unanswered hold is denied after this; an approval has as long to be used.</param>
/// <param name="OpenMax">Most holds that wait, of one run.</param>
public sealed record ApprovalRules(
    FrozenDictionary<string, Operator> Operators, TimeSpan Wait, TimeSpan Lifetime, int OpenMax)
{
    /// <summary>Most holds that wait, of all runs of a node together.</summary>
    public const int OpenOfNodeMax = 1_024;

    /// <summary>Most requests that are kept open for an answer: each may hold a body of 1 MiB.</summary>
    public const int ParkedMax = 64;

    /// <summary>What holds where configuration says nothing: nobody may be asked.</summary>
    public static ApprovalRules Default { get; } = new(
        FrozenDictionary<string, Operator>.Empty, TimeSpan.Zero, TimeSpan.FromHours(1), 32);
}
