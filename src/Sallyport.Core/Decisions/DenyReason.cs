namespace Sallyport.Decisions;

/// <summary>Every reason for which the answer can be no. Add yours here; <see cref="Denial"/> then asks for its words.</summary>
public enum DenyReason
{
    /// <summary>No run could be identified, or it has ended.</summary>
    NoIdentity,

    /// <summary>What was sent has no single meaning (malformed head, target or framing).</summary>
    Malformed,

    /// <summary>The name inside (Host, :authority, SNI) is not the name that the tunnel was opened for.</summary>
    Misdirected,

    /// <summary>The method is one that is never forwarded (TRACE, CONNECT inside a tunnel).</summary>
    MethodRefused,

    /// <summary>The run's agent is not, or no longer, in the configuration.</summary>
    AgentUnknown,

    /// <summary>A freeze covers the run.</summary>
    Frozen,

    /// <summary>No rule allows the host.</summary>
    NotAllowed,

    /// <summary>The host is allowed, but not with this method or path.</summary>
    MethodOrPathNotAllowed,

    /// <summary>A deny rule names it.</summary>
    Forbidden,

    /// <summary>The address is of a class that is never dialled.</summary>
    RefusedAddress,

    /// <summary>A limit of the agent, its role or the fleet has no room for it.</summary>
    LimitExceeded,

    /// <summary>A policy forbids it.</summary>
    PolicyForbids,

    /// <summary>No policy permits it.</summary>
    NotPermitted,

    /// <summary>A policy could not be evaluated, so nobody knows what it would have said.</summary>
    PolicyErred,

    /// <summary>A person has to approve exactly this act, and nobody has.</summary>
    ApprovalRequired,

    /// <summary>The facts kept changing while the answer was being recorded.</summary>
    Unstable,

    /// <summary>The ledger cannot record an allow, so there is none.</summary>
    LedgerUnavailable,

    /// <summary>A person was asked about exactly this act, and has said no.</summary>
    ApprovalDeclined,

    /// <summary>A person was asked about exactly this act, and nobody has answered in time.</summary>
    ApprovalExpired,

    /// <summary>It would wait for a person, and as much as may wait is waiting already.</summary>
    TooManyHolds,

    /// <summary>It would wait for a person, and is too long to be held whole until then.</summary>
    UnheldBody,

    /// <summary>The agent has filled as much of the ledger as it may.</summary>
    LedgerQuota,

    /// <summary>What is left of the disk is kept for the node itself.</summary>
    LedgerReserve,
}
