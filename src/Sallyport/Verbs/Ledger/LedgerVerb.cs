using System.CommandLine;
using Sallyport.Host;
using Sallyport.Ledger;
using Sallyport.Tlog.Notes;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger</c>: what shows others that the ledger is what it was.</summary>
internal static class LedgerVerb
{
    public static Command Create() => new(
        "ledger", "Verify the ledger, prove an entry of it, export or archive it, or make its index anew.")
    {
        LedgerVerifyVerb.Create(),
        LedgerProveVerb.Create(),
        LedgerExportVerb.Create(),
        LedgerArchiveVerb.Create(),
        Key(),
        Reindex(),
    };

    /// <summary><c>--key</c>.</summary>
    internal static Option<string?> KeyOption() => new("--key")
    {
        Description = "The log's public key, as sallyport ledger key prints it. Without it, the one beside the log.",
    };

    /// <summary>The key that was given; null when none was.</summary>
    internal static VerifierKey? Given(string? text) =>
        text is null ? null
        : VerifierKey.Parse(text).TryGet(out var key, out var wrong) ? key
        : throw new FaultException(
            new Fault("ledger.key-invalid", $"--key is not a ledger key: {wrong}",
                "Print it with: sallyport ledger key"),
            ExitCode.Usage);

    /// <summary>The ledger of a state folder.</summary>
    internal static LedgerFolder Folder(string state)
    {
        var folder = new StateFolder(state);
        return Directory.Exists(folder.Ledger.Root)
            ? folder.Ledger
            : throw new FaultException(
                new Fault("ledger.none", $"There is no ledger in {folder.Root}.",
                    "Say where the state folder is with --state."),
                ExitCode.Configuration);
    }

    /// <summary>Audits a ledger: all of it, or what is signed of it when a node is writing.</summary>
    internal static AuditedLog Audit(LedgerFolder folder, AuditOptions options, out bool isLive) =>
        Audit(folder, new LocalDisk(), options, out isLive);

    /// <summary>Audits a ledger on another disk than its own.</summary>
    internal static AuditedLog Audit(LedgerFolder folder, IDisk disk, AuditOptions options, out bool isLive)
    {
        using var own = Lock(folder, out isLive);
        return LedgerAudit.TryVerify(folder, disk, options with { IsLive = isLive }, out var log,
            out var fault)
            ? log
            : throw new FaultException(fault, fault.Code switch
            {
                "ledger.cannot-open" => ExitCode.Unavailable,
                LedgerFaults.UnsignedCode => ExitCode.NotSigned,
                _ => ExitCode.No,
            });
    }

    /// <summary>Whether a node is writing the ledger. While this holds the lock, none begins to.</summary>
    internal static FileStream? Lock(LedgerFolder folder, out bool isLive)
    {
        isLive = false;
        if (!File.Exists(folder.Lock))
        {
            return null;
        }

        try
        {
            isLive = !FolderLock.TryTake(folder.Lock, out var taken);
            return taken;
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null; // A copy on a read-only disk has no node.
        }
    }

    /// <summary>A file that somebody has named.</summary>
    internal static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault("ledger.no-file", $"{path} cannot be read: {e.Message}", "Name a file that is there."),
                    ExitCode.Usage);
        }
    }

    private static Command Key()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("key", "Print the public key that checkpoints and receipts are verified with.")
        { state, json };
        verb.SetAction(parsed =>
        {
            var folder = Folder(parsed.GetValue(state)!); // has a default
            if (!LedgerKey.TryReadPublic(folder, new LocalDisk(), out var key, out var fault))
            {
                throw new FaultException(fault, ExitCode.Configuration);
            }

            if (parsed.GetValue(json))
            {
                Print.Json(new KeyView($"{key.Name}", $"{key}"), VerbJson.Default.KeyView);
            }
            else
            {
                Print.Raw($"{key}");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static DateTimeOffset? Since(string? text)
    {
        var query = new Console.LogQuery(
            null, null, null, null, null, null, text, null, Follow: false, null, null, null, null, null);
        return query.TryParse(TimeProvider.System.GetUtcNow(), out var filter, out var fault)
            ? filter.Since
            : throw new FaultException(fault, ExitCode.Usage);
    }

    private static Command Reindex()
    {
        var (state, json) = (Places.State(), Places.Json());
        var archive = GivenArchives.Option();
        var since = Places.Filter(
            "since", "Only from this time on (2026-01-31T12:00:00Z), or the last 30d; without it, all that is on "
            + "the disk.");
        var reindex = new Command(
            "reindex", "Make the query index anew from the segments. The node must be stopped.")
        { since, archive, state, json };
        reindex.SetAction(async (parsed, cancellation) =>
        {
            var folder = Folder(parsed.GetValue(state)!); // has a default
            var archives = await GivenArchives.ReadAsync(parsed.GetValue(archive), cancellation);
            if (!LedgerIndex.TryReindex(folder, archives.Disk(folder), out var entries, out var fault,
                Since(parsed.GetValue(since))))
            {
                throw new FaultException(fault, ExitCode.Unavailable);
            }

            if (parsed.GetValue(json))
            {
                Print.Json(new ReindexView(entries), VerbJson.Default.ReindexView);
            }
            else
            {
                Print.Line($"{entries} entries indexed");
            }

            return (int)ExitCode.Yes;
        });
        return reindex;
    }
}
