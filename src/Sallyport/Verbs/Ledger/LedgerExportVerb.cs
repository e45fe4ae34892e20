using System.CommandLine;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger export</c>: the log as files that other programs verify.</summary>
internal static class LedgerExportVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("folder") { Description = "Where to; must not be there." };
        var from = new Option<long?>("--first")
        {
            Description = "First position whose entry is written; without it, the first that is on the disk.",
        };
        var to = new Option<long?>("--end")
        {
            Description = "Position after the last; without it, all that is signed.",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "export",
            "Audit the log and write it as C2SP tlog-tiles: checkpoint, all hashes, and the entries of a "
            + "range (whole bundles of 256).")
        { target, from, to, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            // Has a default.
            var log = LedgerVerb.Audit(LedgerVerb.Folder(parsed.GetValue(state)!), new AuditOptions(), out _);
            var end = parsed.GetValue(to) ?? log.Checkpoint.Claim.Head.Size.Value;
            var (report, fault) = await LedgerExport.WriteAsync(
                log, parsed.GetValue(from) ?? log.First, end, parsed.GetValue(target)!, cancellation); // required
            if (report is not null)
            {
                CopyCosigned(LedgerVerb.Folder(parsed.GetValue(state)!), parsed.GetValue(target)!, report.Size);
            }

            Show(
                // No report: a fault.
                report ?? throw new FaultException(fault!, Exit(fault!)), // No report means a fault.
                parsed.GetValue(json));
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    internal static ExitCode Exit(Fault fault) =>
        fault.Code is "ledger.export-failed" ? ExitCode.Unavailable : ExitCode.Usage;

    /// <summary>What witnesses have cosigned goes with a copy of the log, where that reaches so far.</summary>
    internal static void CopyCosigned(LedgerFolder folder, string target, long size)
    {
        if (CosignedFile.TryRead(folder, new LocalDisk(), out var cosigned) && cosigned.Claim.Head.Size.Value <= size)
        {
            File.WriteAllBytes(new LedgerFolder(target).Cosigned, cosigned.ToBytes());
        }
    }

    internal static void Show(ExportReport report, bool json, long? witnessed = null)
    {
        if (json)
        {
            Print.Json(new ExportView(report.Origin, report.Size, report.Root, report.Entries, witnessed),
                VerbJson.Default.ExportView);
        }
        else
        {
            Print.Line($"{report.Origin}, size {report.Size}, root {report.Root}: "
                + $"the hashes of all, the bytes of {report.Entries} entries");
        }
    }
}
