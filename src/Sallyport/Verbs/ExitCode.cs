namespace Sallyport.Verbs;

/// <summary>Exit codes of every verb.</summary>
internal enum ExitCode
{
    /// <summary>Yes; done.</summary>
    Yes = 0,

    /// <summary>The answer is no: denied, not found, a promise not kept.</summary>
    No = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The configuration or the state folder is wrong.</summary>
    Configuration = 3,

    /// <summary>The node, or something that it needs, is not there.</summary>
    Unavailable = 4,

    /// <summary><c>ledger verify</c>: what is signed is good, and entries follow that are not signed and should
    /// be.</summary>
    NotSigned = 5,

    /// <summary>A bug of ours.</summary>
    Bug = 70,

    /// <summary><c>run</c>: the command is there and cannot be executed, as shells say it.</summary>
    NotExecutable = 126,

    /// <summary><c>run</c>: there is no such command, as shells say it.</summary>
    NotFound = 127,

    /// <summary>Ended by Ctrl-C before it was done, as shells say it.</summary>
    Interrupted = 130,

    /// <summary>Ended by SIGTERM before it was done, as shells say it.</summary>
    Terminated = 143,
}

/// <summary>The exit code that goes with a code, wherever it comes from: what a node needs and does not get is 4, from
/// <c>up</c> as from a verb that asks a node.</summary>
internal static class FaultExits
{
    private static readonly string[] Unavailable =
    [
        "identity.store", "ledger.locked", "ledger.cannot-open", "ledger.disk-full", "ledger.write-failed",
        "ledger.sync-failed", "ledger.closed", "ledger.backlog",
    ];

    /// <summary>The exit code of a fault.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="otherwise">Where its code does not say.</param>
    public static ExitCode Of(Fault fault, ExitCode otherwise) =>
        Unavailable.Contains(fault.Code, StringComparer.Ordinal) ? ExitCode.Unavailable : otherwise;
}
