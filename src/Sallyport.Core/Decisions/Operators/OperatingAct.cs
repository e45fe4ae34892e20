using System.Collections.Immutable;
using Sallyport.Identity;

namespace Sallyport.Decisions.Operators;

/// <summary>What operators do beside approving.</summary>
public enum OperatorAction
{
    /// <summary>Freezes. Never made harder but by a policy that names it.</summary>
    Freeze,

    /// <summary>Lifts a freeze.</summary>
    Thaw,

    /// <summary>Puts another perimeter in force: apply, rollback, confirm.</summary>
    EditPolicy,

    /// <summary>Ends a run that somebody else has opened.</summary>
    EndRun,

    /// <summary>Says that a place is clean again.</summary>
    ClearPlace,

    /// <summary>Gives the ledger or the CA another key.</summary>
    ChangeKey,

    /// <summary>Ends a period of the ledger: what an archive has leaves the disk.</summary>
    ArchiveLedger,

    /// <summary>Keeps bodies beyond their time, lets go of them, or drops one.</summary>
    KeepContent,
}

/// <summary>An operator's own act, as the policies see it.</summary>
public sealed record OperatingAct
{
    /// <summary>What is done.</summary>
    public required OperatorAction Action { get; init; }

    /// <summary>Who: the name of an operator, or <c>uid:1000</c> for a user that is none.</summary>
    public required string Principal { get; init; }

    /// <summary>Who that is, as <c>owner</c> of agents names people; the principal again where nobody says.</summary>
    public required string Person { get; init; }

    /// <summary>Teams of the operator.</summary>
    public ImmutableArray<string> Teams { get; init; } = [];

    /// <summary>Whether the operator has signed exactly this act.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>The user who asks, as the kernel says.</summary>
    public required uint Uid { get; init; }

    /// <summary>The agent that it is about; null where it is about the perimeter.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>The perimeter's organisation.</summary>
    public required string Organisation { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What else the action's context has, each a text: see the schema.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Words { get; init; } = [];
}
