using System.CommandLine;
using Sallyport.Host;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>The state folder of a node that is down, for verbs that only read: whoever wants to know why a node does
/// not start must be able to ask what it did.</summary>
internal static class ClosedState
{
    /// <summary>Whether nobody answered, and a ledger is there to be read.</summary>
    public static bool IsDown(FaultException failed, string state) =>
        failed.Fault.Code == "node.not-running" && Directory.Exists(new StateFolder(state).Ledger.Root);

    /// <summary>The ledger, read-only; says on standard error that it is read without its node.</summary>
    public static ClosedLedger Open(string state, bool json)
    {
        var folder = LedgerVerb.Folder(state);
        Print.Warning(
            new Fault(
                "node.files-read",
                $"No node answers; this is read from the files in {folder.Root}.",
                "What was not written when it stopped is not there. See what is wrong: sallyport ledger verify"),
            json);
        return new ClosedLedger(folder, new LocalDisk(), TimeProvider.System);
    }

    /// <summary>The log itself, whether a node writes it or not: for what its index has let go of.</summary>
    public static ClosedLedger FromLog(string state, GivenArchives archives)
    {
        var folder = LedgerVerb.Folder(state);
        return new ClosedLedger(folder, archives.Disk(folder), TimeProvider.System) { IsFromLog = true };
    }

    /// <summary><c>--from-log</c>.</summary>
    public static Option<bool> FromLogOption() => new("--from-log")
    {
        Description = "Go through the log itself, for entries that the index has let go of; slow where it is long.",
    };

    /// <summary>Says what an answer may lack.</summary>
    public static void TellLacking(ClosedLedger ledger, bool json)
    {
        foreach (var fault in (Fault?[])[ledger.Damage, ledger.NotLookedAt])
        {
            if (fault is not null)
            {
                Print.Warning(fault, json);
            }
        }
    }
}
