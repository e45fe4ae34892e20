using System.CommandLine;
using Sallyport.Host;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger</c>: what can be done to a ledger that no node is writing.</summary>
internal static class LedgerVerb
{
    public static Command Create() => new("ledger", "Verify the ledger, or make its index anew. The node must be stopped.") { Verify(), Reindex() };

    private static Command Verify()
    {
        var state = Places.State();
        var verify = new Command("verify", "Read every entry and every leaf hash. Exit code 1 at the first fault, with its place.") { state };
        verify.SetAction(parsed =>
        {
            var folder = Folder(parsed.GetValue(state)!); // has a default
            using var own = Lock(folder);
            if (!LedgerReader.TryVerify(folder, new LocalDisk(), out var entries, out var torn, out var fault))
            {
                throw new FaultException(fault, ExitCode.No);
            }

            Print.Line($"{entries} entries, all whole{(torn > 0 ? $"; {torn} bytes of a torn entry follow, which the next start will cut" : "")}");
            return (int)ExitCode.Yes;
        });
        return verify;
    }

    private static Command Reindex()
    {
        var state = Places.State();
        var reindex = new Command("reindex", "Make the query index anew from the segments.") { state };
        reindex.SetAction(parsed =>
        {
            if (!LedgerIndex.TryReindex(Folder(parsed.GetValue(state)!), new LocalDisk(), out var entries, out var fault)) // has a default
            {
                throw new FaultException(fault, ExitCode.Unavailable);
            }

            Print.Line($"{entries} entries indexed");
            return (int)ExitCode.Yes;
        });
        return reindex;
    }

    // What a node is writing at this moment would look torn. A copy without the lock file, or on a read-only disk, has no node.
    private static FileStream? Lock(LedgerFolder folder)
    {
        if (!File.Exists(folder.Lock))
        {
            return null;
        }

        try
        {
            return FolderLock.TryTake(folder.Lock, out var taken)
                ? taken
                : throw new FaultException(LedgerFaults.Locked(folder.Lock), ExitCode.Unavailable);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static LedgerFolder Folder(string state)
    {
        var folder = new StateFolder(state);
        return Directory.Exists(folder.Ledger.Root)
            ? folder.Ledger
            : throw new FaultException(new Fault("ledger.none", $"There is no ledger in {folder.Root}.", "Say where the state folder is with --state."), ExitCode.Configuration);
    }
}
